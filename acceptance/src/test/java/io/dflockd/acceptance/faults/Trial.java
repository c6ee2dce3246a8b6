package io.dflockd.acceptance.faults;

import io.dflockd.testkit.WireClient;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Carries out one case: the holder holds, the second waits; the {@link Scene} strikes; then the holder has lost it and the
 * second is granted, or the holder has kept it and releases. {@link Judge} says what must hold; that nothing stays behind
 * at the server is looked at here, while the holder's client still lives.
 */
final class Trial {
    private static final long LOOK_NANOS = 2_000_000;
    private static final Duration PROMPT = Duration.ofSeconds(5);
    /** For what is told twice, or believed again. */
    private static final Duration ECHO = Duration.ofMillis(300);
    private static final Duration LONGEST_QUIET = Duration.ofSeconds(6);
    /** Of a server, on a machine that is busy. */
    private static final Duration LONGEST_START = Duration.ofSeconds(30);
    private static final Duration LONGEST_CALL = Duration.ofSeconds(15);

    private final FaultCase of;
    private final Scene scene;
    private final Journal journal = new Journal();
    private final Holder holder;
    private final Rival rival;
    private boolean kept;

    /** Returns once the holder holds and the second stands behind it. */
    Trial(FaultCase of, Scene scene) throws Exception {
        this.of = of;
        this.scene = scene;
        holder = scene.holder(of, journal);
        holder.acquire();
        rival = new Rival(of, scene::server, journal);
    }

    /** After the strike: waits for what becomes of it, and cleans up. */
    Verdict conclude() throws Exception {
        awaitOutcome();
        boolean grantedBeforeRelease = rival.isGranted();
        call("release", holder::release);
        if (!rival.isGranted()) {
            boolean granted = await(kept ? PROMPT : of.mostUntilGrant(), rival::isGranted);
            if (!granted) {
                journal.remark("the second was not granted");
            }
        }
        var verdict = new Judge(of, scene, journal, rival).judge(kept, grantedBeforeRelease);
        rival.close();
        scene.mend();
        awaitEmpty();
        call("close", holder::close);
        return verdict.with(journal.remarks());
    }

    private void awaitOutcome() {
        long quiet = Math.min(of.lease().plusSeconds(1).toNanos(), LONGEST_QUIET.toNanos());
        if (of.fault().mustEnd()) {
            await(of.length().plus(LONGEST_START), () -> scene.mendedAt() != 0);
        }
        boolean decided = await(of.mostUntilGrant(), () -> {
            kept = !journal.isTold() && scene.mendedAt() != 0 && System.nanoTime() - scene.mendedAt() > quiet;
            return rival.isGranted() || kept;
        });
        if (!decided) {
            journal.remark("the second was not granted within " + of.mostUntilGrant());
        }
        if (rival.isGranted()) {
            kept = false;
            boolean waitsForTelling = of.fault() != Fault.HOLDER_STOPPED;
            var most = waitsForTelling ? of.mostUntilGrant() : of.length().plus(PROMPT);
            await(most, () -> Judge.isToldByAll(of, journal));
            await(PROMPT, () -> journal.believedBeyond(System.nanoTime() - ECHO.toNanos()) < 0);
            await(ECHO, () -> false);
        }
    }

    private void call(String what, Call call) throws Exception {
        long before = System.nanoTime();
        call.run();
        long took = System.nanoTime() - before;
        if (took > LONGEST_CALL.toNanos()) {
            journal.remark(what + " took " + Duration.ofNanos(took).toMillis() + " ms");
        }
    }

    private void awaitEmpty() {
        var most = of.lease().compareTo(of.grace()) > 0 ? of.lease() : of.grace();
        var left = new String[]{""};
        boolean empty = await(most.plus(PROMPT), () -> {
            left[0] = holders();
            return left[0].contains("\"holder_count\":0") && left[0].contains("\"waiter_count\":0");
        });
        if (!empty) {
            journal.remark("the server kept " + left[0]);
        }
    }

    private String holders() {
        try (var looking = WireClient.connect(scene.server())) {
            return looking.ask("holders", of.key(), "");
        } catch (UncheckedIOException e) {
            return "nothing: " + e;
        }
    }

    private static boolean await(Duration most, BooleanSupplier condition) {
        long deadline = System.nanoTime() + most.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return true;
    }

    private interface Call {
        void run() throws Exception;
    }
}
