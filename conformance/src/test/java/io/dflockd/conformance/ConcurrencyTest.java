package io.dflockd.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What must hold when many connections do the same thing at the same time. */
@ExtendWith(Conversations.class)
class ConcurrencyTest {
    private static final int CLIENTS = 8;
    private static final int ROUNDS = 10;

    @Test
    void neverTwoHolders(Conversation talk) throws InterruptedException {
        var key = talk.key("k");
        var counter = talk.key("c");

        atOnce(talk, client -> {
            for (int i = 0; i < ROUNDS; i++) {
                var token = lock(client, key);
                // Counts with a read and a write, which is right only if nobody else does so meanwhile.
                long seen = Long.parseLong(client.send("get", counter, "").line().substring(3));
                client.ask("cset", counter, Long.toString(seen + 1), "ok");
                client.ask("r", key, token, "ok");
            }
        });

        talk.client("A").ask("get", counter, "", "ok " + CLIENTS * ROUNDS);
    }

    @Test
    void neverMoreHoldersThanASemaphoreHasSlots(Conversation talk) throws InterruptedException {
        var key = talk.key("k");
        var inside = talk.key("inside");
        var most = new ConcurrentLinkedQueue<Long>();

        atOnce(talk, client -> {
            for (int i = 0; i < ROUNDS; i++) {
                var token = tokenOf(client.send("sl", key, "30 3").line());
                most.add(Long.parseLong(client.send("incr", inside, "1").line().substring(3)));
                client.ask("decr", inside, "1", "ok …");
                client.ask("sr", key, token, "ok");
            }
        });

        assertThat(most).allMatch(holders -> holders >= 1 && holders <= 3);
        talk.client("A").ask("get", inside, "", "ok 0");
    }

    @Test
    @Tag("decision")
    void watcherSeesAcquireAndReleaseOfALockInTurns(Conversation talk) throws InterruptedException {
        var key = talk.key("k");
        var watcher = talk.client("A");
        watcher.ask("watch", key, "", "ok");

        atOnce(talk, client -> {
            for (int i = 0; i < ROUNDS; i++) {
                client.ask("r", key, lock(client, key), "ok");
            }
        });

        for (int i = 0; i < CLIENTS * ROUNDS; i++) {
            watcher.expect("watch acquire " + key).expect("watch release " + key);
        }
        watcher.expectQuiet();
    }

    @Test
    void everyValueIsPoppedOnce(Conversation talk) throws InterruptedException {
        var key = talk.key("q");
        var popped = new ConcurrentLinkedQueue<String>();
        var pushed = new ArrayList<String>();
        for (int i = 0; i < CLIENTS * ROUNDS; i++) {
            pushed.add("ok v" + i);
        }
        var source = talk.client("A");
        var pusher = Thread.ofVirtual()
                .start(
                        () -> pushed.forEach(line -> source.send("rpush", key, line.substring(3)).expect("ok …")));

        atOnce(talk, client -> {
            for (int i = 0; i < ROUNDS; i++) {
                popped.add(client.send("blpop", key, "30").line());
            }
        });
        pusher.join();

        assertThat(popped).containsExactlyInAnyOrderElementsOf(pushed);
        talk.client("A").ask("llen", key, "", "ok 0");
    }

    @Test
    void countersLoseNothing(Conversation talk) throws InterruptedException {
        var key = talk.key("c");

        atOnce(talk, client -> {
            client.sendOctets(("incr\n" + key + "\n1\n").repeat(500));
            for (int i = 0; i < 500; i++) {
                client.expect("ok …");
            }
        });

        talk.client("A").ask("get", key, "", "ok " + CLIENTS * 500);
    }

    @Test
    void oneCompareAndSwapWins(Conversation talk) throws InterruptedException {
        var key = talk.key("k");
        var answers = new ConcurrentLinkedQueue<String>();

        atOnce(talk, client -> answers.add(client.send("kcas", key, "\tmine\t0").line()));

        assertThat(answers).hasSize(CLIENTS).containsOnlyOnce("ok").contains("cas_conflict");
    }

    /** Runs the same thing on {@value #CLIENTS} connections, each with a thread of its own. */
    private static void atOnce(Conversation talk, Consumer<Speaker> task) throws InterruptedException {
        var failures = new ConcurrentLinkedQueue<Throwable>();
        var clients = new ArrayList<Speaker>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(talk.client("W" + i));
        }
        var threads = clients.stream()
                .map(client -> Thread.ofVirtual()
                        .uncaughtExceptionHandler((thread, e) -> failures.add(e))
                        .start(() -> task.accept(client)))
                .toList();
        for (var thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
    }

    private static String lock(Speaker client, String key) {
        return tokenOf(client.send("l", key, "30").line());
    }

    private static String tokenOf(String line) {
        var words = List.of(line.split(" ", -1));
        assertThat(words).hasSize(4).startsWith("ok");
        return words.get(1);
    }
}
