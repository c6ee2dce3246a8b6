package io.dflockd.client;

import io.dflockd.client.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Time that stands still until a test moves it. Alarms run on the thread that does. */
public final class ManualTime implements TimeSource {
    private final List<Entry> entries = new ArrayList<>();
    private long now = 1_000;

    @Override
    public synchronized long nanoTime() {
        return now;
    }

    @Override
    public synchronized Alarm after(long delayNanos, Runnable task) {
        var entry = new Entry(now + Math.max(0, delayNanos), task);
        entries.add(entry);
        return () -> remove(entry);
    }

    /** Moves time on, and runs on the way what is due, in order. */
    public void advance(Duration duration) {
        FakeServer.eventually(ManualTime::nobodyWrites);
        long target = nanoTime() + duration.toNanos();
        for (var entry = next(target); entry != null; entry = next(target)) {
            entry.task.run();
        }
        moveTo(target);
    }

    /** Moves time on without running what is due, as when the whole process was stopped. */
    public void pause(Duration duration) {
        moveTo(nanoTime() + duration.toNanos());
    }

    /** Moves time to the next alarm and runs it, so that nothing else is late when it is done. */
    public void advanceToNextAlarm() {
        FakeServer.eventually(ManualTime::nobodyWrites);
        var entry = next(Long.MAX_VALUE);
        if (entry == null) {
            throw new AssertionError("no alarm is set");
        }
        entry.task.run();
    }

    /**
     * Waits until an alarm is set for so soon, such as the one for the next attempt to connect, moves time to it and no
     * further, and runs it. So the moment of what it begins is certain, whichever thread looks at the clock.
     */
    public void advanceToAlarmWithin(Duration duration) {
        FakeServer.eventually(() -> hasAlarmUntil(nanoTime() + duration.toNanos()));
        advanceToNextAlarm();
    }

    /** Closes, and moves time on until that is done, so that nobody waits in real time for a server that has gone. */
    public void closing(FakeServer.Action close) {
        var closed = FakeServer.run(close);
        FakeServer.eventually(() -> {
            advance(Duration.ofMillis(500));
            return closed.isDone();
        });
        closed.join();
    }

    private synchronized boolean hasAlarmUntil(long target) {
        return entries.stream().anyMatch(entry -> entry.at <= target);
    }

    /** A write that is about to return must not find that hours have passed meanwhile. */
    private static boolean nobodyWrites() {
        return Thread.getAllStackTraces()
                .values()
                .stream()
                .flatMap(Arrays::stream)
                .noneMatch(frame -> frame.getMethodName().equals("drain"));
    }

    private synchronized Entry next(long target) {
        var next = entries.stream().filter(entry -> entry.at <= target).min(Comparator.comparingLong(Entry::at));
        next.ifPresent(entry -> {
            entries.remove(entry);
            now = Math.max(now, entry.at);
        });
        return next.orElse(null);
    }

    private synchronized void moveTo(long target) {
        now = target;
    }

    private synchronized void remove(Entry entry) {
        entries.remove(entry);
    }

    private record Entry(long at, Runnable task) {}
}
