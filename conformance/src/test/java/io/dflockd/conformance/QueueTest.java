package io.dflockd.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** First come, first served, with many who wait. */
@ExtendWith(Conversations.class)
class QueueTest {
    private static final int WAITERS = 40;

    @Test
    void waitersOfALockAreServedInTheOrderTheyCame(Conversation talk) {
        var key = talk.key("k");
        talk.client("A").ask("l", key, "0", "ok T1 33 f1");
        for (int i = 0; i < WAITERS; i++) {
            queue(talk, i, key, i + 1);
        }

        talk.client("A").ask("r", key, talk.bindings().fill("T1"), "ok");

        for (int i = 0; i < WAITERS; i++) {
            talk.client("W" + i).expect("ok T" + (i + 2) + " 33 f" + (i + 2));
            if (i + 1 < WAITERS) {
                talk.client("W" + (i + 1)).expectQuiet();
            }
            talk.client("W" + i).ask("r", key, talk.bindings().fill("T" + (i + 2)), "ok");
        }
        talk.client("A").ask("l", key, "0", "ok T100 33 f100");
    }

    @Test
    @Tag("decision")
    void thoseWhoLeaveTheQueueAreSkippedAndTheOthersKeepTheirOrder(Conversation talk) {
        var key = talk.key("k");
        talk.client("A").ask("l", key, "0", "ok T1 33 f1");
        for (int i = 0; i < WAITERS; i++) {
            queue(talk, i, key, i + 1);
        }
        for (int i = 0; i < WAITERS; i += 2) {
            talk.client("W" + i).close();
        }
        talk.awaitWaiting(key, WAITERS / 2);

        talk.client("A").ask("r", key, talk.bindings().fill("T1"), "ok");

        for (int i = 1; i < WAITERS; i += 2) {
            talk.client("W" + i).expect("ok T" + (i + 1) + " 33 f" + (i + 1));
            talk.client("W" + i).ask("r", key, talk.bindings().fill("T" + (i + 1)), "ok");
        }
    }

    @Test
    void semaphoreSlotsGoToTheFirstInTheQueueAtOnce(Conversation talk) {
        var key = talk.key("k");
        var holder = talk.client("A");
        for (int i = 1; i <= 5; i++) {
            holder.ask("sl", key, "0 5", "ok T" + i + " 33 f" + i);
        }
        for (int i = 0; i < 10; i++) {
            talk.client("W" + i).send("sl", key, "20 5");
            talk.awaitWaiting(key, i + 1);
        }

        holder.close(); // gives five slots back together

        for (int i = 0; i < 5; i++) {
            talk.client("W" + i).expect("ok T" + (i + 6) + " 33 f" + (i + 6));
        }
        talk.client("W5").expectQuiet();
        talk.awaitWaiting(key, 5);
    }

    @Test
    void poppersAreServedInTheOrderTheyCame(Conversation talk) {
        var key = talk.key("q");
        for (int i = 0; i < WAITERS; i++) {
            talk.client("W" + i).send(i % 2 == 0 ? "blpop" : "brpop", key, "20");
            talk.awaitWaiting(key, i + 1);
        }

        for (int i = 0; i < WAITERS; i++) {
            talk.client("A").ask("rpush", key, "v" + i, "ok 0");
        }

        for (int i = 0; i < WAITERS; i++) {
            talk.client("W" + i).expect("ok v" + i);
        }
    }

    @Test
    void everyoneLeavesABarrierTogether(Conversation talk) {
        var key = talk.key("b");
        for (int i = 0; i < WAITERS; i++) {
            talk.client("W" + i).send("bwait", key, WAITERS + 1 + " 20");
        }
        talk.awaitWaiting(key, WAITERS);
        talk.client("W0").expectQuiet();

        talk.client("A").ask("bwait", key, WAITERS + 1 + " 20", "ok");

        for (int i = 0; i < WAITERS; i++) {
            talk.client("W" + i).expect("ok");
        }
    }

    @Test
    void neverTwoHoldersAmongManyWhoTryAtOnce(Conversation talk) throws InterruptedException {
        var key = talk.key("k");
        var counter = talk.key("c");
        var failures = new ArrayList<Throwable>();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 8; i++) {
            var client = talk.client("W" + i);
            threads.add(Thread.ofVirtual().uncaughtExceptionHandler((thread, e) -> {
                synchronized (failures) {
                    failures.add(e);
                }
            }).start(() -> lockAndCount(client, key, counter, 25)));
        }
        for (var thread : threads) {
            thread.join();
        }

        assertThat(failures).isEmpty();
        talk.client("A").ask("get", counter, "", "ok 200");
    }

    /** Counts with a read and a write, which is right only if nobody else does so at the time. */
    private static void lockAndCount(WireClient client, String key, String counter, int times) {
        for (int i = 0; i < times; i++) {
            var grant = List.of(client.send("l", key, "30").line().split(" ", -1));
            assertThat(grant).hasSize(4).startsWith("ok");
            long seen = Long.parseLong(client.send("get", counter, "").line().substring(3));
            client.ask("cset", counter, Long.toString(seen + 1), "ok");
            client.ask("r", key, grant.get(1), "ok");
        }
    }

    private static void queue(Conversation talk, int waiter, String key, int expected) {
        talk.client("W" + waiter).send("l", key, "30");
        talk.awaitWaiting(key, expected);
    }
}
