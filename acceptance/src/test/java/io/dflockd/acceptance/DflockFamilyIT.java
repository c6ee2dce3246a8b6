package io.dflockd.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.testkit.Eventually;
import io.dflockd.testkit.FaultyNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the command of {@code dflock run} has started does not outlive the lock, however it ends. */
@Timeout(90)
class DflockFamilyIT {
    /** Leaves a child in the background, one in a session of its own, and one whose parent has ended; each says its number. */
    private static final String FAMILY = "say() { sh -c 'echo $$; exec sleep 60' & }; say;"
            + " setsid sh -c 'echo $$; exec sleep 60' & (setsid sh -c 'echo $$; exec sleep 60' &);";

    @AutoClose private static ServerProcess server = ServerProcess.start();

    @Test
    void killedHolderTakesItsWholeFamilyAlongBeforeTheNextOneBegins() {
        try (var holder = start("run", "killed", "--", "sh", "-c", FAMILY + "echo $$; exec sleep 60")) {
            holder.awaitOut(4);
            var family = pids(holder.out());
            try (var waiter = start("run", "killed", "--timeout", "20", "--", "sh", "-c", alive(family))) {
                awaitWaiter("killed");

                holder.signal("KILL");

                assertThat(waiter.await()).isEqualTo(new DflockProcess.Result(0, List.of("none of them"), List.of()));
            }
        }
    }

    @Test
    void whatIsLeftInTheBackgroundEndsBeforeTheLockIsReleased() {
        try (var holder = start("run", "left", "--", "sh", "-c", FAMILY + "read line; exit 5")) {
            holder.awaitOut(3);
            var family = pids(holder.out());
            try (var waiter = start("run", "left", "--timeout", "20", "--", "sh", "-c", alive(family))) {
                awaitWaiter("left");

                holder.say("done");

                var result = holder.await();
                assertThat(result.status()).isEqualTo(5);
                assertThat(result.err())
                        .containsExactly("dflock: left: the command has ended, but not all that it started;"
                                + " ending 3 processes");
                assertThat(waiter.await().out()).containsExactly("none of them");
            }
        }
    }

    @Test
    void signalThatEndsTheShellEndsWhatItStarted() {
        for (var signal : List.of("TERM", "HUP")) {
            try (var holder = start("run", "signal", "--", "sh", "-c", FAMILY + "echo $$; sleep 60")) {
                holder.awaitOut(4);

                holder.signal(signal);

                assertThat(holder.await().status()).isEqualTo(signal.equals("TERM") ? 128 + 15 : 128 + 1);
                assertThat(pids(holder.out())).noneMatch(DflockFamilyIT::isAlive);
            }
        }
    }

    @Test
    void runWithinARunEndsWithTheOuterOne() {
        var inner = DflockProcess.program() + " run inner -- sh -c '" + FAMILY.replace("'", "'\\''")
                + " echo $$; sleep 60'";
        try (var holder = start("run", "outer", "--", "sh", "-c", inner)) {
            holder.awaitOut(4);

            holder.signal("KILL");

            Eventually.await("the end of the inner family", Duration.ofSeconds(10),
                    () -> pids(holder.out()).stream().noneMatch(DflockFamilyIT::isAlive));
        }
    }

    @Test
    void commandHasEndedBeforeAnyoneElseBeginsWhenTheHolderIsCutOff() {
        for (var fault : List.of(FaultyNetwork.Fault.RESET, FaultyNetwork.Fault.STALL)) {
            // The lease is what ends the second, the grace of the session what ends the first.
            var lease = fault == FaultyNetwork.Fault.STALL ? "5" : "30";
            try (var network = new FaultyNetwork(server.socketAddress());
                    var holder = DflockProcess.start("127.0.0.1:" + network.address().getPort(), "run", "cut",
                            "--lease", lease, "--", "sh", "-c",
                            "trap '' TERM; " + FAMILY + "echo $$; while :; do sleep 0.1; done")) {
                holder.awaitOut(4);
                var family = pids(holder.out());
                try (var waiter = start("run", "cut", "--timeout", "20", "--", "sh", "-c", alive(family))) {
                    awaitWaiter("cut");

                    network.setRefusing(true);
                    network.fail(fault);

                    assertThat(waiter.await().out()).as(fault.toString()).containsExactly("none of them");
                    assertThat(holder.await().status()).isEqualTo(76);
                }
            }
        }
    }

    @Test
    void holdSurvivesAConnectionThatBreaksAndComesBack() {
        try (var network = new FaultyNetwork(server.socketAddress());
                var holder = DflockProcess.start("127.0.0.1:" + network.address().getPort(), "run", "back", "--", "sh",
                        "-c", "echo held; read line; exit 3")) {
            holder.awaitOut(1);

            network.fail(FaultyNetwork.Fault.RESET);
            Eventually.await("a new connection", Duration.ofSeconds(10), () -> network.accepted() > 1);

            assertThat(DflockProcess.run(server.address(), "run", "back", "--no-wait", "--", "true").status())
                    .isEqualTo(75);
            holder.say("done");
            assertThat(holder.await()).isEqualTo(new DflockProcess.Result(3, List.of("held"), List.of()));
        }
    }

    @Test
    void atATerminalInputAndCtrlCAndJobControlReachTheCommand() {
        typed("dflock run input -- sh -c 'echo re\"\"ady; read line; echo \"got $line\"'", "ready", "hello\n",
                "got hello");
        typed("dflock run keys -- sh -c 'trap \"echo inter\"\"rupted; exit 9\" INT; echo re\"\"ady; while :; do sleep 0.1; done'",
                "ready", "\003", "interrupted");
        typed("dflock run stop -- sh -c 'echo re\"\"ady; sleep 1; echo we\"\"nt on'", "ready", "\032", "topped", "fg\n",
                "went on");
    }

    /** Types the line into a shell at a terminal, then in turn waits for a text and types the next. */
    private static void typed(String line, String... conversation) {
        try (var shell = DflockProcess.startAtTerminal(server.address(), "bash --norc --noprofile -i")) {
            shell.say("PS1=; " + line);
            for (int i = 0; i < conversation.length; i += 2) {
                shell.awaitText(conversation[i]);
                if (i + 1 < conversation.length) {
                    shell.type(conversation[i + 1]);
                }
            }
            shell.say("exit");
            shell.await();
        }
    }

    /** A script that says which of them live. */
    private static String alive(List<Long> family) {
        var numbers = String.join(" ", family.stream().map(String::valueOf).toList());
        return "for p in " + numbers + "; do if kill -0 $p 2>/dev/null && ! grep -q '^State:.Z' /proc/$p/status;"
                + " then echo $p lives; fi; done; echo none of them";
    }

    private static List<Long> pids(List<String> lines) {
        return lines.stream().map(Long::parseLong).toList();
    }

    private static boolean isAlive(long pid) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return lines.noneMatch(line -> line.startsWith("State:\tZ"));
        } catch (IOException | UncheckedIOException e) {
            return false; // it may also end while it is read
        }
    }

    private static void awaitWaiter(String key) {
        Eventually.await("one waiting for " + key, Duration.ofSeconds(20), () -> {
            var stats = DflockProcess.run(server.address(), "holders", key, "--json").out().get(0);
            return stats.contains("\"waiter_count\":1");
        });
    }

    private static DflockProcess start(String... arguments) {
        return DflockProcess.start(server.address(), arguments);
    }
}
