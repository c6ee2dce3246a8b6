package io.dflockd.client.internal.link;

import io.dflockd.client.spi.TimeSource;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Watches the two deadlines of a link: for the next answer and for the write in progress. An alarm is set only when none
 * rings early enough already, and looks again when it rings too early, so that a busy link costs no timer per request.
 */
final class Deadlines {
    private static final long NONE = Long.MAX_VALUE;
    private static final long SECOND_LOOK_NANOS = 100_000_000L;

    private final TimeSource time;
    private final Consumer<String> overdue;
    private final long start;
    private final ReentrantLock lock = new ReentrantLock();
    private long answerAt = NONE;
    private long writeAt = NONE;
    private long alarmAt = NONE;
    private boolean secondLook;
    private TimeSource.@Nullable Alarm alarm;

    /** Deadlines that call {@code overdue}, once, with what is late. */
    Deadlines(TimeSource time, Consumer<String> overdue) {
        this.time = time;
        this.overdue = overdue;
        this.start = time.nanoTime();
    }

    void answering(long deadline) {
        set(deadline - start, true);
    }

    void writing(long deadline) {
        set(deadline - start, false);
    }

    void answered() {
        lock.lock();
        try {
            answerAt = NONE;
            secondLook = false;
        } finally {
            lock.unlock();
        }
    }

    void wrote() {
        lock.lock();
        try {
            writeAt = NONE;
            secondLook = false;
        } finally {
            lock.unlock();
        }
    }

    void stop() {
        lock.lock();
        try {
            answerAt = NONE;
            writeAt = NONE;
            if (alarm != null) {
                alarm.cancel();
            }
        } finally {
            lock.unlock();
        }
    }

    private void set(long at, boolean answer) {
        lock.lock();
        try {
            if (answer) {
                answerAt = at;
            } else {
                writeAt = at;
            }
            secondLook = false;
            arm();
        } finally {
            lock.unlock();
        }
    }

    private void arm() {
        long next = Math.min(answerAt, writeAt);
        if (next < alarmAt) {
            if (alarm != null) {
                alarm.cancel();
            }
            alarmAt = next;
            alarm = time.after(Math.max(0, next - now()), this::ring);
        }
    }

    private void ring() {
        String late = null;
        lock.lock();
        try {
            alarmAt = NONE;
            alarm = null;
            long now = now();
            if (Math.min(answerAt, writeAt) > now) {
                arm();
            } else if (!secondLook) {
                // After a pause of the whole process, this alarm may overtake the thread that has the answer.
                secondLook = true;
                alarmAt = now + SECOND_LOOK_NANOS;
                alarm = time.after(SECOND_LOOK_NANOS, this::ring);
            } else {
                late = writeAt <= now
                        ? "the server takes no bytes"
                        : "the answer is overdue, so the connection was closed";
            }
        } finally {
            lock.unlock();
        }
        if (late != null) {
            overdue.accept(late);
        }
    }

    private long now() {
        return time.nanoTime() - start;
    }
}
