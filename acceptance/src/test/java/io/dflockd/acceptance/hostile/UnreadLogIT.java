package io.dflockd.acceptance.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.acceptance.ServerProcess;
import io.dflockd.testkit.Eventually;
import io.dflockd.testkit.FreePorts;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A log that nobody reads holds nobody up. */
@Timeout(180)
class UnreadLogIT {
    private static final String TOKEN = "s3cret";
    private static final int MORE_THAN_A_PIPE_HOLDS = 2_000;

    @Test
    void aLogThatNobodyReadsHoldsNobodyUp() throws Exception {
        int port = FreePorts.one();
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        var builder = new ProcessBuilder(ServerProcess.PROGRAM.toString(), "--port", Integer.toString(port),
                "--auth-token",
                TOKEN, "--debug");
        builder.environment().put("DFLOCKD_JAVA_OPTS", Arena.HEAP);
        var process = builder.start();
        try (var target = new Target(address, TOKEN, "log/", new SplittableRandom(1), 1);
                var honest = new HonestProcess()) {
            Eventually.await("it listens", Peer.DEADLINE.multipliedBy(3), () -> listens(address));
            honest.begin(address, process, TOKEN);

            BeforeAuth.wrongTokens(target);
            for (int i = 0; i < MORE_THAN_A_PIPE_HOLDS; i++) {
                target.peer().close();
            }
            honest.awaitPairs(500);

            var report = honest.end();
            System.out.println("aLogThatNobodyReadsHoldsNobodyUp: " + report);
            assertThat(report.failure()).isEmpty();
            assertThat(report.p99()).isLessThan(Arena.P99);
        } finally {
            process.destroyForcibly();
        }
    }

    private static boolean listens(InetSocketAddress address) {
        try (var peer = Peer.connect(address)) {
            return !peer.isEnded();
        } catch (UncheckedIOException e) {
            return false;
        }
    }
}
