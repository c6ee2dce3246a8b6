package io.dflockd.acceptance.hostile;

import static io.dflockd.acceptance.hostile.Requests.request;
import static io.dflockd.acceptance.hostile.Requests.tagged;

import java.time.Duration;

/** Attacks by sessions that outlive their connections. */
final class NamedSessions {
    private static final Duration DUE = Duration.ofSeconds(1);

    private static final long LEAD_NANOS = 1_000_000;

    private NamedSessions() {}

    static void takeOversInALoop(Target target) throws Exception {
        target.together(4, number -> {
            for (int i = 0; i < target.scaled(250); i++) {
                var peer = target.peer();
                peer.say(request("session", target.id(0), "2"));
                peer.burst(20,
                        n -> tagged(n + 1, n % 2 == 0 ? "incr" : "blpop", target.key("c"), n % 2 == 0 ? "1" : "5"));
            }
        });
    }

    static void byeInALoop(Target target) throws Exception {
        target.together(2, number -> {
            for (int i = 0; i < target.scaled(500); i++) {
                var peer = target.peer();
                peer.say(request("session", target.id(number), "5"));
                peer.burst(10, n -> tagged(n + 1, "l", target.key("k" + n), "60"));
                peer.say(request("bye", "_", "") + request("bye", "_", "") + request("get", target.key("c"), ""));
            }
        });
    }

    /** Clients whose patience ends when their wait does: they end their connections in the moment in which it is due. */
    static void connectionsThatEndWhenTheirWaitIsDue(Target target) {
        target.peer().ask("l", target.key("k"), "0 600");
        endWhenDue(target, 0, LEAD_NANOS);
        endWhenDue(target, 1, 0);
    }

    private static void endWhenDue(Target target, int round, long leadNanos) {
        var peers = target.peers(target.scaled(300));
        for (int i = 0; i < peers.size(); i++) {
            peers.get(i).ask("session", target.id(round * peers.size() + i), "1");
        }
        long begun = System.nanoTime();
        for (int i = 0; i < peers.size(); i++) {
            peers.get(i).say(i % 2 == 0 ? request("blpop", target.key("q"), "1") : request("l", target.key("k"), "1"));
        }
        // So many ends at once that the server still works on them when the waits become due.
        while (System.nanoTime() < begun + DUE.toNanos() - leadNanos) {
            Thread.onSpinWait();
        }
        peers.forEach(Peer::close);
    }

    static void sessionsThatComeAndGo(Target target) {
        for (int i = 0; i < target.scaled(3_000); i++) {
            var peer = target.peer();
            peer.say(request("session", target.id(i), "1") + tagged(1, "l", target.key("k" + i), "0 600"));
            peer.close();
        }
    }

    /** Acknowledges what never was and numbers what may not be. */
    static void wrongCounting(Target target) {
        for (int i = 0; i < target.scaled(300); i++) {
            var peer = target.peer();
            peer.say(request("session", target.id(i), "1"));
            peer.offer(Requests.bytes(switch (i % 6) {
                case 0 -> request("ack", "_", "99999");
                case 1 -> tagged(7, "incr", target.key("c"), "1");
                case 2 -> tagged("1+5", "incr", target.key("c"), "1") + tagged("2+1", "incr", target.key("c"), "1");
                case 3 -> tagged("9007199254740993", "incr", target.key("c"), "1");
                case 4 -> tagged("01", "incr", target.key("c"), "1") + request("ack", "_", "-1");
                default -> tagged(1, "kset", target.key("c"), "x".repeat(300_000));
            }), Peer.DEADLINE);
        }
    }
}
