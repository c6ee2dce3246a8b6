package io.dflockd.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.testkit.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code dflock run} and {@code dflock elect} at the real server: contention, signals, loss. */
@Timeout(60)
class DflockRunIT {
    /** Says its fence, then lives until a line comes in. */
    private static final String HOLD = "echo $DFLOCK_FENCE; read line";
    /** Says its process and its fence, then lives long. */
    private static final String STAY = "echo $$ $DFLOCK_FENCE; exec sleep 60";

    @AutoClose private static ServerProcess server = ServerProcess.start();

    @Test
    void theCommandKnowsKeyAndFenceAndItsStatusComesBack() {
        var result = dflock("run", "status", "--", "sh", "-c", "echo $DFLOCK_KEY $DFLOCK_FENCE; exit 7");

        assertThat(result.status()).isEqualTo(7);
        assertThat(result.out()).singleElement().asString().matches("status [1-9][0-9]*");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void whoWaitsGetsTheLockWithAHigherFenceWhenTheHolderIsDone() {
        try (var holder = start("run", "turns", "--", "sh", "-c", HOLD)) {
            long first = Long.parseLong(holder.awaitOut(1));

            assertThat(dflock("run", "turns", "--no-wait", "--", "true"))
                    .isEqualTo(new DflockProcess.Result(75, List.of(),
                            List.of("dflock: turns: not granted")));
            assertThat(dflock("run", "turns", "--timeout", "0.5", "--", "true").status()).isEqualTo(75);

            try (var waiter = start("run", "turns", "--", "sh", "-c", "echo $DFLOCK_FENCE")) {
                awaitWaiters("turns", 1);
                assertThat(waiter.out()).isEmpty();
                holder.say("done");

                assertThat(holder.await().status()).isZero();
                assertThat(Long.parseLong(waiter.awaitOut(1))).isGreaterThan(first);
                assertThat(waiter.await().status()).isZero();
            }
        }
    }

    @Test
    void killedHolderTakesItsCommandAlongAndHandsOverWhenItsSessionEnds() {
        try (var holder = start("run", "killed", "--", "sh", "-c", STAY)) {
            long command = Long.parseLong(holder.awaitOut(1).split(" ", -1)[0]);
            try (var waiter = start("run", "killed", "--timeout", "18", "--", "true")) {
                awaitWaiters("killed", 1);
                holder.signal("KILL");

                assertThat(waiter.await().status()).isZero();
                awaitEnd(command);
            }
        }
    }

    @Test
    void stoppedHolderLosesTheLockWhenItsLeaseEndsAndEndsItsCommandOnWaking() {
        try (var holder = start("run", "stopped", "--lease", "2", "--", "sh", "-c", STAY)) {
            var first = holder.awaitOut(1).split(" ", -1);
            holder.signal("STOP");
            var next = dflock("run", "stopped", "--timeout", "10", "--", "sh", "-c", "echo $DFLOCK_FENCE");
            assertThat(next.status()).isZero();
            assertThat(Long.parseLong(next.out().get(0))).isGreaterThan(Long.parseLong(first[1]));

            holder.signal("CONT");

            var result = holder.await();
            assertThat(result.status()).isEqualTo(76);
            assertThat(result.err()).singleElement()
                    .asString()
                    .contains("stopped: the lock was lost")
                    .endsWith("; ending the command");
            awaitEnd(Long.parseLong(first[0]));
        }
    }

    @Test
    void lostServerEndsTheCommandUnlessOnlyAWarningIsWanted() {
        try (var own = ServerProcess.start();
                var ending = DflockProcess.start(own.address(), "run", "a", "--lease", "2", "--", "sh", "-c",
                        "trap '' TERM; echo held; while :; do sleep 0.1; done");
                var warning = DflockProcess.start(own.address(), "run", "b", "--lease", "2", "--on-loss", "warn", "--",
                        "sh", "-c", "echo held; read line; exit 4")) {
            ending.awaitOut(1);
            warning.awaitOut(1);
            long from = System.nanoTime();
            own.process().destroyForcibly();

            assertThat(ending.await().status()).isEqualTo(76);
            assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(6));
            assertThat(warning.awaitErr(1)).endsWith("; the command goes on without it");
            warning.say("done");
            assertThat(warning.await().status()).isEqualTo(4);
        }
    }

    /** A pipe takes 64 KiB, here of the command's own words. */
    @Test
    void aLossEndsTheCommandAlsoWhereNobodyReadsWhatIsSaidOfIt() {
        try (var own = ServerProcess.start();
                var ending = DflockProcess.startShell(own.address(),
                        "dflock run mute --lease 2 -- sh -c 'head -c 65536 /dev/zero >&2; echo $$; exec sleep 60'"
                                + " 2> >(exec sleep 15 > /dev/null 2>&1)")) {
            long command = Long.parseLong(ending.awaitOut(1));
            own.process().destroyForcibly();

            awaitEnd(command);
            assertThat(ending.await().status()).isEqualTo(76);
        }
    }

    @Test
    void signalsReachTheCommandWhoseEndDecidesTheStatus() {
        try (var trapping = start("run", "trap", "--", "sh", "-c",
                "trap 'echo got; exit 5' USR1; echo ready; while :; do sleep 0.05; done");
                var plain = start("run", "term", "--", "sh", "-c", STAY);
                var interrupted = start("run", "int", "--", "sh", "-c", STAY)) {
            trapping.awaitOut(1);
            plain.awaitOut(1);
            interrupted.awaitOut(1);

            trapping.signal("USR1");
            plain.signal("TERM");
            interrupted.signal("INT");

            var result = trapping.await();
            assertThat(result.out()).containsExactly("ready", "got");
            assertThat(result.status()).isEqualTo(5);
            assertThat(plain.await().status()).isEqualTo(128 + 15);
            assertThat(interrupted.await().status()).isEqualTo(128 + 2);
        }
    }

    @Test
    void whoIsInterruptedWhileWaitingLeavesTheQueue() {
        try (var holder = start("run", "left", "--", "sh", "-c", HOLD)) {
            holder.awaitOut(1);
            var waiter = start("run", "left", "--", "true");
            awaitWaiters("left", 1);

            waiter.signal("INT");

            assertThat(waiter.await()).isEqualTo(
                    new DflockProcess.Result(128 + 2, List.of(), List.of()));
            awaitWaiters("left", 0);
        }
    }

    @Test
    void permitsAndReadersAreSharedAndTheRestIsRefused() {
        try (var permit = start("run", "sem", "--semaphore", "2", "--", "sh", "-c", HOLD);
                var reader = start("run", "rw", "--read", "--", "sh", "-c", HOLD)) {
            permit.awaitOut(1);
            reader.awaitOut(1);

            assertThat(dflock("run", "sem", "--semaphore", "2", "--no-wait", "--", "true").status()).isZero();
            assertThat(dflock("run", "sem", "--semaphore", "3", "--no-wait", "--", "true").status()).isEqualTo(70);
            assertThat(dflock("run", "rw", "--read", "--no-wait", "--", "true").status()).isZero();
            assertThat(dflock("run", "rw", "--write", "--no-wait", "--", "true").status()).isEqualTo(75);
        }
    }

    @Test
    void severalKeysAreTakenAllOrNoneWithAFenceForEach() {
        try (var holder = start("run", "m2", "--", "sh", "-c", HOLD)) {
            holder.awaitOut(1);

            var refused = dflock("run", "m1", "m2", "--timeout", "0.5", "--", "true");
            assertThat(refused.status()).isEqualTo(75);
            assertThat(refused.err()).containsExactly("dflock: m1, m2: not granted within 0.5 s");
            assertThat(dflock("run", "m1", "--no-wait", "--", "true").status()).isZero();
            holder.say("done");
        }
        assertThat(dflock("run", "m2", "m1", "--", "sh", "-c",
                "echo $DFLOCK_KEY_COUNT $DFLOCK_KEY_1 $DFLOCK_KEY_2 ${DFLOCK_KEY-none}; test $DFLOCK_FENCE_2 -lt $DFLOCK_FENCE_1"))
                .isEqualTo(new DflockProcess.Result(0, List.of("2 m2 m1 none"), List.of()));
        assertThat(dflock("run", "m1", "m1", "--", "true").status()).isEqualTo(2);
    }

    @Test
    void thoseWhoNameTheSameKeysInAnotherOrderDoNotWaitForEachOther() {
        try (var one = start("run", "o1", "o2", "--timeout", "20", "--", "sleep", "0.2");
                var two = start("run", "o2", "o1", "--timeout", "20", "--", "sleep", "0.2");
                var three = start("run", "o2", "o1", "--timeout", "20", "--", "sleep", "0.2")) {
            assertThat(List.of(one.await().status(), two.await().status(), three.await().status()))
                    .containsExactly(0, 0, 0);
        }
    }

    @Test
    void lockIsKeptAfterAnEarlyEndForAsLongAsWasWanted() {
        long from = System.nanoTime();
        assertThat(dflock("run", "least", "--at-least", "6", "--", "sh", "-c", "exit 4").status()).isEqualTo(4);

        assertThat(dflock("run", "least", "--no-wait", "--", "true").status()).isEqualTo(75);
        assertThat(dflock("run", "least", "--timeout", "15", "--", "true").status()).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - from)).isGreaterThan(Duration.ofSeconds(6));
    }

    /** It left with the status of a lock that was lost while the command ran. */
    @Test
    void candidateThatWasStoppedWhileItsTurnCameStandsAgain() {
        try (var first = start("elect", "frozen", "--", "sh", "-c", HOLD)) {
            first.awaitOut(1);
            try (var second = start("elect", "frozen", "--lease", "1", "--", "sh", "-c", HOLD)) {
                awaitWaiters("frozen", 1);
                second.signal("STOP");
                first.say("done");
                assertThat(first.await().status()).isZero();
                var between = dflock("run", "frozen", "--timeout", "15", "--", "sh", "-c", "echo $DFLOCK_FENCE");
                assertThat(between.status()).isZero();

                second.signal("CONT");

                assertThat(Long.parseLong(second.awaitOut(1))).isGreaterThan(Long.parseLong(between.out().get(0)));
                second.say("done");
                assertThat(second.await().status()).isZero();
            }
        }
    }

    /** It never ended. */
    @Test
    void timeOutOfACandidateCountsAlsoWhereConnectionsEnd() throws Exception {
        try (var listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            var closing = new Thread(() -> closeAll(listener));
            closing.setDaemon(true);
            closing.start();
            var address = "127.0.0.1:" + listener.getLocalPort();
            assertThat(DflockProcess.run(address, "elect", "k", "--timeout", "2", "--", "true").status()).isEqualTo(75);
        }
    }

    @Test
    void candidateThatLostTheLeadershipStandsAgain() {
        try (var first = start("elect", "boss", "--lease", "2", "--", "sh", "-c", STAY)) {
            long command = Long.parseLong(first.awaitOut(1).split(" ", -1)[0]);
            first.signal("STOP");
            try (var second = start("elect", "boss", "--", "sh", "-c", HOLD)) {
                second.awaitOut(1);
                first.signal("CONT");
                awaitEnd(command);
                awaitWaiters("boss", 1);

                second.say("done");

                assertThat(second.await().status()).isZero();
                first.awaitOut(2);
                first.signal("TERM");
                assertThat(first.await().status()).isEqualTo(128 + 15);
            }
        }
    }

    @Test
    void candidateThatLostTheLeadershipCanBeEndedWhileItWaits() {
        try (var first = start("elect", "chief", "--lease", "2", "--", "sh", "-c", STAY)) {
            first.awaitOut(1);
            first.signal("STOP");
            try (var second = start("elect", "chief", "--", "sh", "-c", HOLD)) {
                second.awaitOut(1);
                first.signal("CONT");
                awaitWaiters("chief", 1);

                first.signal("TERM");

                assertThat(first.await().status()).isEqualTo(128 + 15);
                assertThat(dflock("elect", "chief", "--timeout", "0.5", "--", "true").status()).isEqualTo(75);
            }
        }
    }

    private static void closeAll(ServerSocket listener) {
        try {
            while (true) {
                listener.accept().close();
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private static void awaitWaiters(String key, int count) {
        Eventually.await(count + " waiting for " + key, Duration.ofSeconds(10), () -> {
            var stats = dflock("stats", "--json").out().get(0);
            return stats.matches(".*\"key\":\"" + key + "\"[^}]*\"waiters\":" + count + "[,}].*");
        });
    }

    private static void awaitEnd(long pid) {
        Eventually.await("the end of process " + pid, Duration.ofSeconds(5),
                () -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    }

    private static DflockProcess start(String... arguments) {
        return DflockProcess.start(server.address(), arguments);
    }

    private static DflockProcess.Result dflock(String... arguments) {
        return DflockProcess.run(server.address(), arguments);
    }
}
