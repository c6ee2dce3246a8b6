package io.dflockd.client.spi;

import io.dflockd.client.internal.Threads;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The monotonic clock and the alarms that run by it. Tests have one that they move by hand. */
public interface TimeSource {
    /** The clock of this machine and one daemon thread that all alarms share. */
    static TimeSource system() {
        return SystemTime.INSTANCE;
    }

    /** A reading that only differences make sense of, as with {@link System#nanoTime()}. */
    long nanoTime();

    /** Runs the task once after the delay, on a thread that it must not block. */
    Alarm after(long delayNanos, Runnable task);

    /** A task that has yet to run. */
    interface Alarm {
        /** Keeps the task from running if it has not begun. */
        void cancel();
    }

    /** @see #system() */
    final class SystemTime implements TimeSource {
        private static final SystemTime INSTANCE = new SystemTime();
        private static final int IDLE_SECONDS = 10;

        private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1,
                Threads.daemons("dflockd-timer"));

        private SystemTime() {
            executor.setRemoveOnCancelPolicy(true);
            executor.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
            executor.allowCoreThreadTimeOut(true); // nothing stays of a client that was closed
        }

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public Alarm after(long delayNanos, Runnable task) {
            var future = executor.schedule(() -> Threads.runSafely(task), delayNanos, TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        }
    }
}
