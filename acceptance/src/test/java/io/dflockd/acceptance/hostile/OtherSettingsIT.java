package io.dflockd.acceptance.hostile;

import static io.dflockd.acceptance.hostile.Requests.request;
import static io.dflockd.acceptance.hostile.Requests.tagged;
import static io.dflockd.acceptance.hostile.Requests.tokenOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.testkit.Eventually;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What settings other than the usual ones lay open. */
@Timeout(180)
class OtherSettingsIT {
    private static final int LARGE_ARGUMENT = 2 << 20;
    private static final int MAX_CONNECTIONS = 60;

    @RegisterExtension static final Arena ARENA = Arena.with("--auto-release-on-disconnect", "false", "--max-arg-bytes",
            Integer.toString(16 << 20),
            "--max-connections", Integer.toString(MAX_CONNECTIONS));

    @Test
    void aGrantThatNoSocketTookGoesToTheNextAlsoWithoutAutoRelease() throws Exception {
        ARENA.withstands(target -> {
            var large = target.key("large");
            var holder = target.peer();
            holder.ask("kset", large, Reads.LARGE + "\t20");
            for (int i = 0; i < 10; i++) {
                var key = target.key("k" + i);
                var token = tokenOf(holder.ask("l", key, "0 600"));
                var full = target.peer();
                full.say(tagged("w", "l", key, "600 600"));
                full.burst(400, n -> tagged(n, "kget", large, ""));
                Eventually.await("it waits", Peer.DEADLINE,
                        () -> holder.ask("holders", key, "").contains("\"waiter_count\":1"));
                // What the kernel has room for is taken: the server has so many turns to fill it.
                for (int turn = 0; turn < 2_000; turn++) {
                    holder.ask("ping", "_", "");
                }
                assertThat(holder.ask("r", key, token)).isEqualTo("ok");
                full.reset();
                var next = target.peer();
                assertThat(next.ask("l", key, "3 1")).as("the grant that nobody got, " + i).startsWith("ok ");
                next.close();
            }
            holder.ask("kdel", large, "");
        });
    }

    @Test
    void halfOfAVeryLargeRequestCounts() throws Exception {
        ARENA.withstands(target -> {
            var half = Requests.bytes("kset\nk\n" + "v".repeat(15 << 20));
            for (var peer : target.peers(30)) {
                peer.offer(half, Duration.ofMillis(100));
            }
        });
    }

    @Test
    void oneVeryLargeSignalDoesNotCloseAListenerThatReads() throws Exception {
        ARENA.withstands(target -> {
            var listener = target.peer();
            listener.ask("listen", target.key("c"), "");
            assertThat(target.peer().ask("signal", target.key("c"), "v".repeat(LARGE_ARGUMENT))).isEqualTo("ok 1");
            assertThat(listener.line()).hasSizeGreaterThan(LARGE_ARGUMENT);
        });
    }

    @Test
    void veryLargeValuesThatNobodyTakesCostTheirConnectionOnly() throws Exception {
        ARENA.withstands(target -> {
            var key = target.key("k");
            target.peer().ask("kset", key, "v".repeat(8 << 20));
            for (var peer : target.peers(20)) {
                peer.burst(50, i -> tagged(i, "kget", key, ""));
            }
            target.peer().ask("kdel", key, "");
        });
    }

    @Test
    void refusedConnectionsLeaveALineInTheLogAndNotFiveHundred() throws Exception {
        ARENA.withstands(target -> {
            int before = ARENA.server().log().size();
            var taken = target.peers(MAX_CONNECTIONS - 4);
            for (int i = 0; i < 500; i++) {
                var peer = target.stranger();
                peer.offer(Requests.bytes(request("ping", "_", "")), Peer.DEADLINE);
            }
            taken.forEach(Peer::close);
            Eventually.await("a line about refused connections", Peer.DEADLINE,
                    () -> ARENA.server().log().size() > before);
            assertThat(ARENA.server().log().size() - before).isLessThan(20);
        });
    }
}
