package io.dflockd.client.internal.link;

import io.dflockd.client.spi.TimeSource;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Watches one deadline after the other. An alarm is set only when none rings early enough already, and looks again when it
 * rings too early, so that a busy link costs no timer per request.
 */
final class Deadline {
    private static final long NONE = Long.MAX_VALUE;
    private static final long SECOND_LOOK_NANOS = 100_000_000L;

    private final TimeSource time;
    private final Runnable overdue;
    private final long start;
    private final ReentrantLock lock = new ReentrantLock();
    private long at = NONE;
    private long alarmAt = NONE;
    private boolean secondLook;
    private TimeSource.@Nullable Alarm alarm;

    /** Calls {@code overdue} when a deadline passed. */
    Deadline(TimeSource time, Runnable overdue) {
        this.time = time;
        this.overdue = overdue;
        this.start = time.nanoTime();
    }

    /** There is this one from now on, as a reading of the clock, and no other. */
    void set(long deadline) {
        lock.lock();
        try {
            at = deadline - start;
            secondLook = false;
            arm();
        } finally {
            lock.unlock();
        }
    }

    /** There is none from now on. */
    void met() {
        lock.lock();
        try {
            at = NONE;
            secondLook = false;
        } finally {
            lock.unlock();
        }
    }

    void stop() {
        lock.lock();
        try {
            at = NONE;
            if (alarm != null) {
                alarm.cancel();
            }
        } finally {
            lock.unlock();
        }
    }

    private void arm() {
        if (at < alarmAt) {
            if (alarm != null) {
                alarm.cancel();
            }
            alarmAt = at;
            alarm = time.after(Math.max(0, at - now()), this::ring);
        }
    }

    private void ring() {
        boolean late = false;
        lock.lock();
        try {
            alarmAt = NONE;
            alarm = null;
            long now = now();
            if (at > now) {
                arm();
            } else if (!secondLook) {
                // After a pause of the whole process, this alarm may overtake the thread that has the answer.
                secondLook = true;
                alarmAt = now + SECOND_LOOK_NANOS;
                alarm = time.after(SECOND_LOOK_NANOS, this::ring);
            } else {
                late = true;
            }
        } finally {
            lock.unlock();
        }
        if (late) {
            overdue.run();
        }
    }

    private long now() {
        return time.nanoTime() - start;
    }
}
