package io.dflockd.acceptance.hostile;

import static io.dflockd.acceptance.hostile.Requests.request;
import static io.dflockd.acceptance.hostile.Requests.tagged;

import java.util.ArrayList;
import java.util.List;

/** Attacks by what must be answered: small questions with large answers, which nobody takes. */
final class Reads {
    static final String LARGE = "v".repeat(65_000);
    private static final int CONTROLS = 60_000;

    private Reads() {}

    static void taggedReadsThatNobodyTakes(Target target) {
        var key = large(target);
        target.peer().burst(target.scaled(6_000), i -> tagged(i, "kget", key, ""));
    }

    static void readsThatNobodyTakes(Target target) {
        var key = large(target);
        for (int peer = 0; peer < 4; peer++) {
            target.peer().burst(target.scaled(3_000), i -> request("kget", key, ""));
        }
    }

    static void numberedReadsThatNobodyTakes(Target target) {
        var key = large(target);
        for (int session = 0; session < 4; session++) {
            var peer = target.peer();
            peer.ask("session", target.id(session), "1");
            peer.burst(target.scaled(3_000), i -> tagged(i + 1, "kget", key, ""));
        }
    }

    /** One list of 100 MB, which as an answer is longer than any may be. */
    static void aListTooLongForAnAnswer(Target target) {
        var key = filledList(target, target.scaled(1_600), LARGE);
        var peer = target.peer();
        for (int i = 0; i < 3; i++) {
            peer.ask("lrange", key, "0 -1");
        }
    }

    /** Each control character takes six in the answer. */
    static void aListOfControlCharacters(Target target) {
        var key = filledList(target, target.scaled(160), "\u0001".repeat(CONTROLS));
        var peer = target.peer();
        peer.ask("lrange", key, "0 -1");
        peer.ask("lrange", key, "0 39");
        peer.ask("lrange", key, "0 39");
    }

    static void listsReadOverAndOverByThoseWhoDoNotTakeThem(Target target) {
        var key = filledList(target, target.scaled(32), LARGE);
        for (var peer : target.peers(10)) {
            peer.burst(50, i -> i % 2 == 0 ? tagged(i, "lrange", key, "0 -1") : request("lrange", key, "0 -1"));
        }
    }

    static void statsInALoopWithAHundredThousandKeys(Target target) throws Exception {
        int keys = target.scaled(100_000);
        var owner = target.peer();
        owner.flood(keys, i -> request("kset", target.key("k" + i), "v"));
        target.together(3, number -> target.peer().flood(target.scaled(30), i -> request("stats", "_", "")));
        target.peer().burst(target.scaled(300), i -> request("stats", "_", ""));
        owner.flood(keys, i -> request("kdel", target.key("k" + i), ""));
    }

    /** Pops two hundred values of 60 KB, takes some and resets: these went, the others must not be lost twice. */
    static void valuesPoppedByOneThatResets(Target target) {
        var key = filledList(target, target.scaled(200), LARGE);
        var peer = target.peer();
        peer.burst(target.scaled(200), i -> request("lpop", key, ""));
        peer.line();
        peer.reset();
    }

    static void halfClosedReaders(Target target) {
        var key = large(target);
        for (var peer : target.peers(target.scaled(20))) {
            peer.burst(200, i -> request("kget", key, "")).halfClose();
        }
    }

    /** A list filled with so many; who calls need not take it away, {@link #takeAway} does. */
    private static String filledList(Target target, int length, String value) {
        var key = target.key("list");
        target.peer().flood(length, i -> request("rpush", key, value));
        return key;
    }

    private static String large(Target target) {
        var key = target.key("large");
        target.peer().ask("kset", key, LARGE);
        return key;
    }

    /** Removes what the attacks above leave behind, a list of at most two thousand and a value. */
    static Attack thenTakeAway(Attack attack) {
        return target -> {
            try {
                attack.on(target);
            } finally {
                takeAway(target);
            }
        };
    }

    private static void takeAway(Target target) {
        var left = new ArrayList<>(List.of(request("kdel", target.key("large"), "")));
        var peer = target.peer();
        int length = Integer.parseInt(peer.ask("llen", target.key("list"), "").substring("ok ".length()));
        peer.flood(left.size(), left::get);
        peer.flood(length, i -> request("lpop", target.key("list"), ""));
    }
}
