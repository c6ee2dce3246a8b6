package io.dflockd.acceptance.hostile;

import static io.dflockd.acceptance.hostile.Requests.request;
import static io.dflockd.acceptance.hostile.Requests.tagged;
import static io.dflockd.acceptance.hostile.Requests.tokenOf;

import io.dflockd.testkit.Eventually;
import java.util.ArrayList;
import java.util.List;

/** Attacks by what must be done: work in masses, for nothing, or at one moment. */
final class Floods {
    private static final int KEYS = 7;
    /** A request of each verb, with what makes it cost something. */
    private static final List<String> VERBS = List.of("l 0 5", "sl 0 3 5", "rl 0 5", "wl 0 5", "r nope", "sr nope",
            "rr nope",
            "wr nope", "n nope 5", "sn nope", "rn nope", "wn nope", "e 5", "se 3 5", "re 5", "we 5", "w 0", "sw 0",
            "rw 0",
            "ww 0", "incr 1", "decr 1", "get _", "cset 0", "kset v\t5", "kget _", "kdel _", "kcas v\tw\t5", "lpush v",
            "rpush v", "lpop _", "rpop _", "blpop 0", "brpop 0", "llen _", "lrange 0 -1", "listen g", "unlisten g",
            "signal p",
            "watch _", "unwatch _", "bwait 2 0", "elect 0 5", "resign nope", "observe _", "unobserve _", "ping _",
            "hello h",
            "stats _", "cancel 1", "auth x", "keep nope 5", "downgrade nope", "holders _", "revoke 1", "nonsense _");

    private Floods() {}

    static void everyVerb(Target target) {
        target.peer().flood(target.scaled(20_000), i -> verb(target, i));
    }

    static void everyVerbUnreadAndReset(Target target) {
        for (var peer : target.peers(target.scaled(20))) {
            peer.burst(2_000, i -> verb(target, i)).reset();
        }
    }

    static void everyVerbTagged(Target target) {
        for (var peer : target.peers(target.scaled(10))) {
            peer.burst(2_000, i -> "@" + i + " " + verb(target, i)).reset();
        }
    }

    static void everyVerbInASession(Target target) {
        for (int session = 0; session < target.scaled(10); session++) {
            var peer = target.peer();
            peer.ask("session", target.id(session), "1");
            peer.burst(2_000, i -> "@" + (i + 1) + " " + verb(target, i)).reset();
        }
    }

    static void everyVerbByteByByte(Target target) {
        var peers = target.peers(target.scaled(100));
        var requests = new StringBuilder();
        for (int i = 0; i < VERBS.size() / 4; i++) {
            requests.append(verb(target, i * 4));
        }
        for (int at = 0; at < requests.length(); at++) {
            for (var peer : peers) {
                peer.offer(new byte[]{(byte) requests.charAt(at)}, Peer.DEADLINE);
            }
        }
        peers.forEach(Peer::discard);
    }

    /** Takes away what the verbs leave behind. */
    static Attack thenTakeAway(Attack attack) {
        return target -> {
            try {
                attack.on(target);
            } finally {
                var peer = target.peer();
                for (int i = 0; i < KEYS; i++) {
                    var key = target.key("v" + i);
                    peer.say(request("kdel", key, "") + request("cset", key, "0"));
                    peer.line();
                    peer.line();
                    while (!peer.ask("lpop", key, "").equals("nil")) {
                        peer.discard();
                    }
                }
            }
        };
    }

    private static String verb(Target target, int number) {
        var verb = VERBS.get(number % VERBS.size());
        int blank = verb.indexOf(' ');
        return request(verb.substring(0, blank), target.key("v" + number % KEYS), verb.substring(blank + 1));
    }

    static void nonsense(Target target) {
        for (var peer : target.peers(target.scaled(200))) {
            var bytes = new byte[2_000];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (target.random().nextInt(8) == 0 ? '\n' : target.random().nextInt(256));
            }
            peer.offer(bytes, Peer.DEADLINE);
        }
    }

    static void linesTooLong(Target target) {
        for (var peer : target.peers(target.scaled(50))) {
            peer.burst(20, i -> "x".repeat(1 << 16));
        }
    }

    static void patternsOfManyStars(Target target) {
        target.peer().flood(target.scaled(16_384), i -> {
            var pattern = new StringBuilder();
            for (int token = 0; token < 14; token++) {
                pattern.append((i >> token & 1) == 0 ? "*." : "x.");
            }
            return request("watch", pattern + "never" + target.prefix().replace('/', '-'), "");
        });
        target.peer().flood(target.scaled(20_000), i -> request("incr", "x.".repeat(14) + "other", "1"));
    }

    static void connectionsByTheThousand(Target target) {
        for (int i = 0; i < target.scaled(3_000); i++) {
            var peer = target.peer();
            peer.offer(Requests.bytes("incr\n"), Peer.DEADLINE);
            if (i % 2 == 0) {
                peer.reset();
            } else {
                peer.close();
            }
        }
    }

    static void resetsInTheMiddle(Target target) {
        var key = target.key("held");
        target.peer().ask("l", key, "0 600");
        for (int i = 0; i < target.scaled(500); i++) {
            var peer = target.peer();
            peer.offer(Requests.bytes(request("l", key, "60") + tagged(i, "blpop", key, "60") + "kset\n" + key),
                    Peer.DEADLINE);
            peer.reset();
        }
    }

    static void halfClosedWaits(Target target) {
        var key = target.key("held");
        target.peer().ask("l", key, "0 600");
        for (int i = 0; i < target.scaled(1_000); i++) {
            target.peer().say(request("l", key, "600") + request("l", key, "600")).halfClose();
        }
    }

    static void pipelinedToTheBound(Target target) {
        var key = target.key("held");
        var holder = target.peer();
        var token = tokenOf(holder.ask("l", key, "0 600"));
        var peers = target.peers(target.scaled(20));
        for (var peer : peers) {
            peer.say(request("l", key, "30 30")).burst(4_000, i -> request("incr", target.key("c"), "1"));
        }
        holder.ask("r", key, token);
    }

    static void cancelStorms(Target target) {
        var key = target.key("empty");
        target.peer().flood(target.scaled(100_000), i -> request("cancel", "_", "none" + i));
        // Two answers each: that of the wait, and that of the cancel.
        var peer = target.peer();
        int pairs = target.scaled(30_000);
        peer.flood(2 * pairs,
                i -> i % 2 == 0 ? tagged("w" + i, "blpop", key, "60") : tagged("c" + i, "cancel", "_", "w" + (i - 1)));
    }

    static void barriersAndOneLeaver(Target target) {
        var key = target.key("barrier");
        var peers = new ArrayList<Peer>();
        int participants = target.scaled(10_000);
        for (int i = 0; i < participants - 1; i++) {
            peers.add(target.peer().say(request("bwait", key, participants + " 60")));
        }
        peers.get(0).reset();
    }

    static void leasesThatEndTogether(Target target) {
        var peer = target.peer();
        peer.flood(target.scaled(150_000), i -> request("l", target.key("k" + i), "0 2"));
        // All have ended when one taken after them has.
        peer.ask("l", target.key("last"), "0 2");
        peer.ask("l", target.key("last"), "20 1");
    }

    static void holdsThatEndWithTheirConnection(Target target) {
        target.peer().flood(target.scaled(150_000), i -> request("l", target.key("k" + i), "0 600")).reset();
    }

    static void valuesThatExpireTogether(Target target) {
        target.peer().flood(target.scaled(150_000), i -> request("kset", target.key("k" + i), "v\t2"));
    }

    static void handOversInALongQueue(Target target) {
        var key = target.key("k");
        var token = tokenOf(target.peer().ask("l", key, "0 600"));
        var waiters = target.peer();
        int count = target.scaled(50_000);
        waiters.burst(count, i -> tagged(i, "rl", key + "rw", "600") + tagged("w" + i, "l", key, "600"));
        waiters.ask("r", key, token);
    }

    /** Each has more to say all the while than the server has read. */
    static void largeValuesOfManyAtOnce(Target target) throws Exception {
        int inAChunk = 4;
        int chunks = 6;
        target.together(2, part -> {
            var chunk = Requests.bytes(request("kset", target.key("k" + part), Reads.LARGE + "\t0").repeat(inAChunk));
            var peers = target.peers(target.scaled(100));
            for (int i = 0; i < chunks; i++) {
                for (var peer : peers) {
                    peer.offer(chunk, Peer.DEADLINE);
                    peer.discard();
                }
            }
            for (var peer : peers) {
                Eventually.await("all its answers came", Peer.DEADLINE.multipliedBy(2),
                        () -> peer.discard() >= 0 && peer.answers() >= (long) inAChunk * chunks);
            }
            target.peer().ask("kdel", target.key("k" + part), "");
        });
    }
}
