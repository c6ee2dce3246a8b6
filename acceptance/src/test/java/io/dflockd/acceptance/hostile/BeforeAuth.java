package io.dflockd.acceptance.hostile;

import static io.dflockd.acceptance.hostile.Requests.request;

import java.util.ArrayList;
import java.util.List;

/** Attacks by those who have shown no token, or a wrong one, from addresses of their own. */
final class BeforeAuth {
    private static final int SOURCES = 20;
    private static final int FIRST_SOURCE = 50;

    private BeforeAuth() {}

    static void silence(Target target) {
        strangers(target, target.scaled(1_000));
    }

    static void halfTokens(Target target) {
        for (var peer : strangers(target, target.scaled(3_500))) {
            peer.offer(Requests.bytes("auth\n_\n" + Reads.LARGE), Peer.DEADLINE);
        }
    }

    static void hugeLines(Target target) {
        for (var peer : strangers(target, target.scaled(300))) {
            peer.burst(16, i -> "x".repeat(1 << 16));
        }
    }

    static void requestsBehindThem(Target target) {
        for (var peer : strangers(target, target.scaled(300))) {
            peer.burst(1_000, i -> request("kset", "k", "v".repeat(1_000)));
        }
    }

    static void wrongTokens(Target target) {
        for (var peer : strangers(target, target.scaled(800))) {
            peer.offer(Requests.bytes(request("auth", "_", "wrong")), Peer.DEADLINE);
        }
    }

    private static List<Peer> strangers(Target target, int count) {
        var all = new ArrayList<Peer>();
        for (int i = 0; i < count; i++) {
            all.add(target.strangerFrom(FIRST_SOURCE + i % SOURCES));
        }
        return all;
    }
}
