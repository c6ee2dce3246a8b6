package io.dflockd.acceptance.hostile;

import static io.dflockd.acceptance.hostile.Requests.request;
import static io.dflockd.acceptance.hostile.Requests.tagged;
import static io.dflockd.acceptance.hostile.Requests.tokenOf;

/** Attacks by what must be kept: waits, tags, answers, subscriptions, values, by the hundred thousand. */
final class Hoards {
    private static final int MOST_TAGS = 131_072;

    private Hoards() {}

    static void taggedWaits(Target target) throws Exception {
        var key = held(target);
        target.together(7, number -> target.peer()
                .burst(target.scaled(MOST_TAGS - 1), i -> tagged(i, "l", key, "600")));
    }

    static void moreTagsThanOneMayHave(Target target) {
        var peer = target.peer();
        peer.burst(target.scaled(2 * MOST_TAGS), i -> tagged("t".repeat(24) + i, "blpop", target.key("empty"), "600"));
    }

    static void waitsOfEachKind(Target target) {
        var key = held(target);
        int each = target.scaled(10_000);
        target.peer().burst(each, i -> tagged(i, "sl", target.key("s" + i % 100), "600 1"));
        target.peer().burst(each, i -> tagged(i, "wl", target.key("w" + i % 100), "600"));
        target.peer().burst(each, i -> tagged(i, "brpop", target.key("b" + i), "600"));
        target.peer().burst(each, i -> tagged(i, "bwait", target.key("g" + i), "2 600"));
        target.peer().burst(each, i -> tagged(i, "elect", key, "600"));
        target.peer().burst(each, i -> tagged(i, "e", target.key("e" + i), ""));
    }

    static void sessionsThatNeverAcknowledge(Target target) throws Exception {
        int sessions = target.scaled(524);
        target.together(4, number -> {
            for (int session = number; session < sessions; session += 4) {
                var peer = target.peer();
                if (peer.ask("session", target.id(session), "1").startsWith("ok")) {
                    peer.burst(4_200, i -> tagged(i + 1, "incr", target.key("c"), "1"));
                }
                peer.discard();
            }
        });
    }

    static void rememberedListsOfSessions(Target target) {
        var key = target.key("list");
        target.peer().flood(60, i -> request("rpush", key, Reads.LARGE));
        for (int session = 0; session < target.scaled(40); session++) {
            var peer = target.peer();
            peer.ask("session", target.id(session), "1");
            peer.burst(10, i -> tagged(i + 1, "lrange", key, "0 -1"));
            peer.reset();
        }
        target.peer().flood(60, i -> request("lpop", key, ""));
    }

    static void watchesOfLongPatterns(Target target) {
        target.peer().flood(target.scaled(20_000), i -> request("watch", pattern(target, i), ""));
    }

    static void listenersOfLongPatternsInGroups(Target target) {
        target.peer().flood(target.scaled(20_000), i -> request("listen", pattern(target, i), "g" + i));
    }

    static void observersByTheThousand(Target target) {
        target.peer().flood(target.scaled(50_000), i -> request("observe", target.key("e" + i + "x".repeat(200)), ""));
    }

    /** Each token is a node of its own, so a pattern of 240 bytes is 100 of them. */
    private static String pattern(Target target, int number) {
        var pattern = new StringBuilder(target.key("p" + number));
        while (pattern.length() < 240) {
            pattern.append(".*.a");
        }
        return pattern.toString();
    }

    static void requestsBehindOneThatWaits(Target target) {
        var key = held(target);
        for (var peer : target.peers(target.scaled(6))) {
            peer.say(request("l", key, "600"));
            peer.burst(1_024, i -> request("kset", target.key("behind"), Reads.LARGE));
        }
    }

    static void halfRequests(Target target) {
        for (var peer : target.peers(target.scaled(2_000))) {
            peer.offer(Requests.bytes("kset\nk\n" + Reads.LARGE), Peer.DEADLINE);
        }
    }

    static void listsThatShrank(Target target) {
        int length = 20_000;
        var peer = target.peer();
        for (int list = 0; list < target.scaled(20); list++) {
            var key = target.key("l" + list);
            peer.flood(length, i -> request("rpush", key, "v"));
            peer.flood(length - 1, i -> request("lpop", key, ""));
        }
        for (int list = 0; list < target.scaled(20); list++) {
            peer.ask("lpop", target.key("l" + list), "");
        }
    }

    static void everShorterTimesToLive(Target target) {
        var key = target.key("k");
        var peer = target.peer();
        peer.flood(target.scaled(750_000), i -> request("kset", key, "v\t" + (2_000_000_000 - i)));
        peer.ask("kdel", key, "");
    }

    static void everShorterLeases(Target target) {
        var peer = target.peer();
        var token = tokenOf(peer.ask("l", target.key("k"), "0 2000000"));
        peer.flood(target.scaled(200_000), i -> request("n", target.key("k"), token + " " + (1_000_000 - i)));
        peer.ask("r", target.key("k"), token);
    }

    static void valuesUntilThereIsNoRoom(Target target) {
        int most = target.scaled(4_000);
        var peer = target.peer();
        peer.flood(most, i -> request("kset", target.key("k" + i), Reads.LARGE));
        peer.flood(most, i -> request("kdel", target.key("k" + i), ""));
    }

    static void listsUntilThereIsNoRoom(Target target) {
        int most = target.scaled(4_000);
        var peer = target.peer();
        peer.flood(most, i -> request(i % 2 == 0 ? "lpush" : "rpush", target.key("l" + i % 50), Reads.LARGE));
        peer.flood(most, i -> request("lpop", target.key("l" + i % 50), ""));
    }

    static void countersUntilThereIsNoRoom(Target target) {
        int most = target.scaled(300_000);
        var name = target.key("x".repeat(200));
        var peer = target.peer();
        peer.flood(most, i -> request("incr", name + i, "1"));
        peer.flood(most, i -> request("cset", name + i, "0"));
    }

    static void unreadPushes(Target target) throws Exception {
        var channel = target.key("c");
        for (var peer : target.peers(target.scaled(60))) {
            peer.ask("listen", channel, "");
        }
        // More than has room also where the server sends it so fast that no socket has been full for long.
        target.peer().flood(target.scaled(400), i -> request("signal", channel, Reads.LARGE));
    }

    /** A lock that another holds. */
    private static String held(Target target) {
        var key = target.key("held");
        target.peer().ask("l", key, "0 600");
        return key;
    }
}
