package io.dflockd.acceptance.hostile;

import static io.dflockd.acceptance.hostile.Requests.request;
import static io.dflockd.acceptance.hostile.Requests.tagged;
import static io.dflockd.acceptance.hostile.Requests.tokenOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.testkit.Eventually;
import java.time.Duration;
import java.util.ArrayList;

/** Attacks in which each one asks for little, and all of them for much; and by what a session may have done again. */
final class Crowds {
    private static final int LONG_LIST = 32;

    /** Long before those who take nothing are ended for it. */
    private static final Duration SOON = Duration.ofSeconds(5);

    private Crowds() {}

    /** An answer of megabytes for each of many, none of which is more than one connection may have. */
    static void oneListForEachOfManyWhoDoNotTakeIt(Target target) {
        var key = target.key("list");
        target.peer().flood(LONG_LIST, i -> request("rpush", key, Reads.LARGE));
        for (var peer : target.peers(target.scaled(400))) {
            peer.offer(Requests.bytes(request("lrange", key, "0 -1")), Peer.DEADLINE);
        }
        target.peer().flood(LONG_LIST, i -> request("lpop", key, ""));
    }

    /** Who takes what it asks for gets it, also where it is as much as others leave lying. */
    static void oneWhoReadsAmongManyWhoDoNot(Target target) {
        var key = target.key("list");
        var own = target.key("own");
        var reader = target.peer();
        reader.flood(LONG_LIST, i -> request("rpush", key, Reads.LARGE));
        reader.flood(LONG_LIST, i -> request("rpush", own, Reads.LARGE));
        for (var peer : target.peers(target.scaled(400))) {
            peer.offer(Requests.bytes(request("lrange", key, "0 -1").repeat(2)), Peer.DEADLINE);
        }
        reader.say(request("lpop", own, "").repeat(LONG_LIST));
        for (int i = 0; i < LONG_LIST; i++) {
            assertThat(reader.line()).isEqualTo("ok " + Reads.LARGE);
        }
        // As long as the sockets of the others still take something, they read as far as the server can see.
        Eventually.await("one who reads is not ended for those who do not", SOON, () -> readsOn(target, key));
        reader.flood(LONG_LIST, i -> request("lpop", key, ""));
    }

    private static boolean readsOn(Target target, String key) {
        var reader = target.peer();
        for (int i = 0; i < 10; i++) {
            reader.offer(Requests.bytes(request("lrange", key, "0 -1")), Peer.DEADLINE);
            var answer = reader.lineOrEnd(Peer.DEADLINE);
            if (answer == null) {
                return false;
            }
            assertThat(answer).startsWith("ok [\"vvv").hasSizeGreaterThan(LONG_LIST * Reads.LARGE.length());
        }
        return true;
    }

    /** A single request after which thousands of connections have something to be written. */
    static void oneLongSignalForEachOfACrowd(Target target) {
        var channel = target.key("c");
        for (var peer : target.peers(target.scaled(3_000))) {
            peer.say(request("listen", channel, ""));
        }
        target.peer().flood(target.scaled(10), i -> request("signal", channel, Reads.LARGE));
    }

    /** The same with what a listing of many keys needs. */
    static void statsForEachOfManyWhoDoNotTakeThem(Target target) {
        int keys = target.scaled(20_000);
        var owner = target.peer();
        owner.flood(keys, i -> request("kset", target.key("k" + i), "v"));
        for (var peer : target.peers(target.scaled(300))) {
            peer.offer(Requests.bytes(request("stats", "_", "")), Peer.DEADLINE);
        }
        owner.flood(keys, i -> request("kdel", target.key("k" + i), ""));
    }

    /** Reads that were not acknowledged are read anew, each time that somebody says to have received nothing. */
    static void readsThatAreOwedAgainAndAgain(Target target) {
        var key = target.key("list");
        target.peer().flood(LONG_LIST, i -> request("rpush", key, Reads.LARGE));
        var first = target.peer();
        first.ask("session", target.id(0), "2");
        first.burst(target.scaled(400), i -> tagged(i + 1, "lrange", key, "0 -1"));
        for (int i = 0; i < target.scaled(100); i++) {
            target.peer().say(request("session", target.id(0), "2 0")).discard();
        }
        target.peer().flood(LONG_LIST, i -> request("lpop", key, ""));
    }

    /** Each take-over finds holds, waits and subscriptions by the ten thousand. */
    static void takeOversOfOneThatOwnsMuch(Target target) {
        var held = target.key("held");
        target.peer().ask("l", held, "0 600");
        int each = target.scaled(8_000);
        var peer = target.peer();
        peer.ask("session", target.id(0), "1");
        // Held before what is behind them waits, so that the answers are as many as were counted.
        peer.flood(each, i -> tagged(i + 1, "l", target.key("k" + i), "0 600"));
        peer.flood(each, i -> request("watch", target.key("w" + i), ""));
        peer.flood(each, i -> request("listen", target.key("c" + i), "g"));
        peer.burst(each, i -> tagged(each + i + 1, "l", held, "600"));
        for (int i = 0; i < target.scaled(300); i++) {
            target.peer().say(request("session", target.id(0), "1 " + each)).discard();
        }
    }

    static void holdersOfALongQueueInALoop(Target target) {
        var key = target.key("held");
        target.peer().ask("l", key, "0 600");
        target.peer().burst(target.scaled(10_000), i -> tagged(i, "l", key, "600"));
        var asking = target.peer();
        asking.flood(target.scaled(50), i -> request("holders", key, "1000000000"));
        target.peer().burst(target.scaled(300), i -> request("holders", key, "1000000000"));
    }

    /** All readers in the queue enter at once. */
    static void aWriterThatStepsDownBeforeManyReaders(Target target) {
        var key = target.key("rw");
        var writer = target.peer();
        var token = tokenOf(writer.ask("wl", key, "0 600"));
        var readers = target.peer();
        readers.burst(target.scaled(50_000), i -> tagged(i, "rl", key, "600"));
        writer.ask("downgrade", key, token);
        readers.discard();
    }

    /** Holds that no connection has any more. */
    static void holdsThatAreKept(Target target) {
        int count = target.scaled(30_000);
        var peer = target.peer();
        var tokens = new ArrayList<String>();
        for (int from = 0; from < count; from += 500) {
            int first = from;
            peer.burst(500, i -> request("l", target.key("k" + (first + i)), "0 2"));
            for (int i = 0; i < 500; i++) {
                tokens.add(tokenOf(peer.line()));
            }
            peer.flood(500, i -> request("keep", target.key("k" + (first + i)), tokens.get(first + i) + " 2"));
        }
        peer.reset();
    }

    /** Each end of a lease is told to one who does not listen. */
    static void lostHoldsThatNobodyReadsOf(Target target) {
        for (var peer : target.peers(4)) {
            peer.ask("hello", "lost", "n".repeat(64));
        }
        for (int i = 0; i < 4; i++) {
            int number = i;
            target.peers()
                    .get(i)
                    .flood(target.scaled(15_000),
                            k -> request("l", target.key("x".repeat(150) + number + "/" + k), "0 1"));
        }
        // All have ended when one taken after them has.
        var last = target.peer();
        last.ask("l", target.key("last"), "0 1");
        last.ask("l", target.key("last"), "20 1");
    }

    static void leasesOfAMillisecond(Target target) {
        var watcher = target.peer();
        watcher.ask("watch", ">", "");
        target.peer().flood(target.scaled(100_000), i -> request("l", target.key("k" + i % 1_000), "0ms 1ms"));
        target.peer().flood(target.scaled(50_000), i -> tagged(i, "blpop", target.key("q"), "1ms"));
        target.peer().flood(target.scaled(50_000), i -> tagged(i, "bwait", target.key("b" + i), "2 1ms"));
    }

    /** One signal goes to each of these groups, all of one connection. */
    static void groupsByTheThousandAndOneSignal(Target target) {
        var channel = target.key("c");
        var listener = target.peer();
        int groups = target.scaled(10_000);
        listener.flood(groups, i -> request("listen", channel, "g" + i));
        target.peer().flood(target.scaled(50), i -> request("signal", channel, Reads.LARGE));
    }

    /** One leader after the other before a crowd that looks on. */
    static void leadersByTheHundredBeforeACrowd(Target target) {
        var key = target.key("e");
        for (var peer : target.peers(target.scaled(300))) {
            peer.say(request("observe", key, ""));
        }
        var leader = target.peer();
        for (int i = 0; i < target.scaled(150); i++) {
            var token = tokenOf(leader.ask("elect", key, "0 600"));
            leader.ask("resign", key, token);
        }
    }

    /** The name stays with what was taken under it. */
    static void manyNames(Target target) {
        target.peer()
                .flood(target.scaled(100_000),
                        i -> request("hello", "lost," + "w".repeat(200), "n".repeat(50) + i % 10_000));
    }
}
