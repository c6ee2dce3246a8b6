package io.dflockd.acceptance.hostile;

import static io.dflockd.acceptance.hostile.Requests.request;
import static io.dflockd.acceptance.hostile.Requests.tokenOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.testkit.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Time-outs end who is late, and nobody else. */
@Timeout(180)
class SlowPeersIT {
    private static final int TIMEOUT_SECONDS = 1;

    @RegisterExtension static final Arena ARENA = Arena.with("--read-timeout", "1", "--write-timeout", "1");

    @Test
    void requestsThatEachTakeAWhileAreNotTakenForOne() throws Exception {
        ARENA.withstands(target -> {
            var peer = target.peer();
            peer.ask("l", target.key("k"), "0 60");
            var half = "incr\n" + target.key("c") + "\n";
            peer.say(half);
            for (int i = 1; i <= 10; i++) {
                every(200);
                // The end of one and the beginning of the next arrive together, as long as anybody looks.
                peer.say("1\n" + half);
                assertThat(peer.line()).isEqualTo("ok " + i);
            }
        });
    }

    @Test
    void aRequestThatIsLateEndsItsConnection() throws Exception {
        ARENA.withstands(target -> {
            var peer = target.peer();
            peer.ask("l", target.key("k"), "0 60");
            long begun = System.nanoTime();
            while (!peer.isEnded()) {
                peer.offer(new byte[]{'x'}, Duration.ofMillis(10));
                every(100);
                peer.discard();
                assertThat(System.nanoTime() - begun).as("ns until it was closed")
                        .isLessThan(TimeUnit.SECONDS.toNanos(4));
            }
            assertThat(target.peer().ask("l", target.key("k"), "2 1")).startsWith("ok ");
        });
    }

    @Test
    void anAnswerThatIsReadSteadilyIsNotCut() throws Exception {
        ARENA.withstands(target -> {
            var key = target.key("l");
            int values = 140;
            target.peer().flood(values, i -> request("rpush", key, Reads.LARGE));
            try (var reader = new SteadyReader(target.server(), 256 << 10)) {
                reader.say(request("lrange", key, "0 -1"));
                // 9 MB at 2 MB a second: the write lasts longer than its time-out, but every byte is taken.
                assertThat(reader.read(1, 2 << 20).bytes()).as("bytes of the answer").isGreaterThan(values * 65_000L);
            }
            target.peer().flood(values, i -> request("lpop", key, ""));
        });
    }

    @Test
    void whoTakesNothingIsClosed() throws Exception {
        ARENA.withstands(target -> {
            var key = target.key("large");
            target.peer().ask("kset", key, Reads.LARGE + "\t8");
            var peer = target.peer();
            peer.ask("l", target.key("k"), "0 60");
            peer.burst(300, i -> request("kget", key, ""));
            assertThat(target.peer().ask("l", target.key("k"), "8 1")).startsWith("ok ");
            target.peer().ask("kdel", key, "");
        });
    }

    @Test
    void aRequestThatWasCompleteBeforeTheServerLookedIsNotLate() throws Exception {
        ARENA.withstands(target -> {
            var key = target.key("held");
            var holder = target.peer();
            var token = tokenOf(holder.ask("l", key, "0 60"));
            var peer = target.peer();
            peer.ask("l", target.key("own"), "0 60");
            // So much behind a request that waits that the server stops reading, in the middle of a request.
            peer.say(request("l", key, "30 1"));
            peer.say(request("kset", target.key("v"), "x".repeat(60_000) + "\t5").repeat(10));
            peer.say(request("get", target.key("c"), "").repeat(3_000));
            every(TIMEOUT_SECONDS * 2_500);
            holder.ask("r", key, token);
            assertThat(peer.line()).startsWith("ok ");
            for (int i = 0; i < 10; i++) {
                assertThat(peer.line()).isEqualTo("ok");
            }
            for (int i = 0; i < 3_000; i++) {
                assertThat(peer.line()).isEqualTo("ok 0");
            }
            assertThat(peer.ask("ping", "_", "")).isEqualTo("ok");
        });
    }

    @Test
    void requestsThatWaitUntilTheirAnswersHaveRoomAreNotLate() throws Exception {
        ARENA.withstands(target -> {
            var key = target.key("l");
            int reads = 8;
            target.peer().flood(60, i -> request("rpush", key, Reads.LARGE));
            try (var reader = new SteadyReader(target.server(), 64 << 10)) {
                reader.say(request("l", target.key("own"), "0 60") + request("lrange", key, "0 -1").repeat(reads)
                        + "incr\n");
                every(200);
                // It is whole now, but the server reads on only when its answers are taken, in three seconds.
                reader.say(target.key("c") + "\n1\n");
                assertThat(reader.read(1 + reads + 1, 10 << 20).lines()).isEqualTo(1 + reads + 1);
                reader.say(request("ping", "_", ""));
                assertThat(reader.read(1, 4 << 20).bytes()).isEqualTo("ok\n".length());
            }
            target.peer().flood(60, i -> request("lpop", key, ""));
        });
    }

    @Test
    void thePauseOfTheServerIsNotItsPeersDelay() throws Exception {
        ARENA.withstands(target -> {
            var peer = target.peer();
            peer.ask("l", target.key("own"), "0 60");
            peer.say("incr\n");
            // Pauses that the honest client bears: its lease is longer, and a hundredth of its pairs may be late.
            signal("STOP");
            try {
                every(200);
                peer.say(target.key("c") + "\n1\n");
                every(TIMEOUT_SECONDS * 1_500);
            } finally {
                signal("CONT");
            }
            assertThat(peer.line()).isEqualTo("ok 1");
            assertThat(target.peer().ask("l", target.key("own"), "0 1")).isEqualTo("timeout");
        });
    }

    @Test
    void aStoppedClientCostsItsOwnConnectionOnly() throws Exception {
        ARENA.withstands(target -> {
            var key = target.key("large");
            target.peer().ask("kset", key, Reads.LARGE + "\t8");
            var script = """
                    exec 3<>/dev/tcp/127.0.0.1/%d
                    printf 'l\\n%s\\n0 60\\n' >&3
                    for i in {1..400}; do printf 'kget\\n%s\\n\\n'; done >&3
                    cat <&3 >/dev/null
                    """.formatted(target.server().getPort(), target.key("k"), key);
            var client = new ProcessBuilder("bash", "-c", script).start();
            try {
                Eventually.await("it has the lock", Peer.DEADLINE,
                        () -> target.peer().ask("l", target.key("k"), "0 1").equals("timeout"));
                signal("STOP", client.pid());
                client.descendants().forEach(process -> signal("STOP", process.pid()));
            } finally {
                client.descendants().forEach(ProcessHandle::destroyForcibly);
                client.destroyForcibly();
            }
            assertThat(target.peer().ask("l", target.key("k"), "8 1")).startsWith("ok ");
            target.peer().ask("kdel", key, "");
        });
    }

    /** The pace of a client, not a wait for anything. */
    private static void every(long millis) {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (System.nanoTime() < until) {
            LockSupport.parkNanos(until - System.nanoTime());
        }
    }

    private static void signal(String name) {
        signal(name, ARENA.server().process().pid());
    }

    private static void signal(String name, long pid) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
