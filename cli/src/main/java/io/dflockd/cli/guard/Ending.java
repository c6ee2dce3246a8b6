package io.dflockd.cli.guard;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Ends a command and all that came from it: TERM, and KILL when its time is over. To look for what came from it takes a moment,
 * on a busy machine longer than that time, and to say so for ever where nobody reads it; the command itself does not live on
 * for either.
 */
final class Ending {
    /** A process that was killed takes a moment to go; one that takes longer waits for a device, which nobody can end. */
    private static final int MOST_ROUNDS = 100;
    private static final long ROUND_NANOS = 20_000_000L;

    private final Process process;
    private final Supplier<List<ProcessHandle>> search;

    /** {@code search}: those that came from the process and live now, without it. */
    Ending(Process process, Supplier<List<ProcessHandle>> search) {
        this.process = process;
        this.search = search;
    }

    /** {@code words}: says what happens and why; may block. */
    void within(long graceNanos, Runnable words) throws InterruptedException {
        long end = System.nanoTime() + graceNanos;
        process.destroy();
        Thread.ofPlatform().daemon().name("dflock-kill").start(() -> killAt(end));
        var saying = Aside.say(words);
        endAll(end);
        saying.await();
    }

    private void endAll(long end) throws InterruptedException {
        var others = search.get();
        others.forEach(ProcessHandle::destroy);
        awaitEnd(process.toHandle(), end);
        for (var member : others) {
            awaitEnd(member, end);
        }
        process.destroyForcibly();
        others.forEach(ProcessHandle::destroyForcibly);
        var members = members();
        for (int round = 0; round < MOST_ROUNDS && !members.isEmpty(); round++) {
            members.forEach(ProcessHandle::destroyForcibly);
            long roundEnd = System.nanoTime() + ROUND_NANOS;
            for (var member : members) {
                awaitEnd(member, roundEnd);
            }
            members = members();
        }
    }

    private void killAt(long end) {
        try {
            awaitEnd(process.toHandle(), end);
        } catch (InterruptedException e) {
            // Nobody does; then at once.
        }
        process.destroyForcibly();
    }

    /** It and what came from it, as far as they live now. */
    private List<ProcessHandle> members() {
        return Stream.concat(Stream.of(process.toHandle()).filter(ProcessHandle::isAlive), search.get().stream())
                .toList();
    }

    private static void awaitEnd(ProcessHandle member, long until) throws InterruptedException {
        try {
            var unusedMember = member.onExit().get(Math.max(0, until - System.nanoTime()), NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // It gets KILL.
        }
    }
}
