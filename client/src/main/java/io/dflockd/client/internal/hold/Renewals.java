package io.dflockd.client.internal.hold;

import io.dflockd.client.internal.SpinThenParkLock;
import io.dflockd.client.internal.Threads;
import io.dflockd.client.internal.link.Link;
import io.dflockd.client.spi.TimeSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When the leases of a client are to be renewed. Time is cut into slices; what is due in a slice is sent at its beginning,
 * all with one write and for one alarm, whatever the number.
 *
 * <p>Leases that were acquired together would be renewed together ever after. So a lease that meets a crowd in its slice
 * goes to the emptiest slice before, within the time that it may be early; none is ever late for that. After a pause of the
 * whole process all are due at once; then they leave in bursts that end before the next, and the answers come between.
 */
public final class Renewals {
    private static final long SLICE_NANOS = 100_000_000L;
    /** Enough for the longest time to a renewal, {@link HoldTerms#planRenewal}; a slice is used again and again. */
    private static final int SLICES = 256;
    /** Fewer in a slice are no crowd: they go out with one write anyhow. */
    private static final int CROWD = 64;
    private static final int BURST = 8_192;
    private static final long BETWEEN_BURSTS_NANOS = 20_000_000L;
    private static final long NEVER = Long.MAX_VALUE;

    /** Sends one renewal, but does not flush it; returns the link to flush, or null if nothing was sent. */
    interface Task {
        @Nullable
        Link renew();
    }

    /** The place of a task in the plan. Guarded by the lock of its {@link Renewals}. */
    static final class Entry {
        private final Task task;
        private int slice = -1;
        private int position;

        Entry(Task task) {
            this.task = task;
        }
    }

    private final TimeSource time;
    private final long start;
    private final SpinThenParkLock lock = new SpinThenParkLock();
    private final List<List<Entry>> slices = new ArrayList<>(SLICES);
    /** The number of the first slice that has yet to begin; all planned are in this one and the SLICES - 1 after it. */
    private long first;
    private int planned;
    private long alarmAt = NEVER;
    private TimeSource.Alarm alarm = () -> {};

    public Renewals(TimeSource time) {
        this.time = time;
        this.start = time.nanoTime();
        for (int i = 0; i < SLICES; i++) {
            slices.add(new ArrayList<>(0));
        }
    }

    /** Plans the task for the slice of {@code latest}, or one that is not before {@code earliest}, instead of where it was. */
    void plan(Entry entry, long earliest, long latest) {
        lock.lock();
        try {
            remove(entry);
            skipWhatIsOver();
            long last = Math.max(first, Math.min((latest - start) / SLICE_NANOS, first + SLICES - 1));
            long slice = choose(Math.max(first, (earliest - start) / SLICE_NANOS), last);
            entry.slice = (int) (slice % SLICES);
            var others = slices.get(entry.slice);
            entry.position = others.size();
            others.add(entry);
            planned++;
            alarm(slice * SLICE_NANOS);
        } finally {
            lock.unlock();
        }
    }

    void cancel(Entry entry) {
        lock.lock();
        try {
            remove(entry);
        } finally {
            lock.unlock();
        }
    }

    private long choose(long from, long to) {
        long best = to;
        int fewest = size(to);
        for (long slice = to - 1; slice >= from && fewest >= CROWD; slice--) {
            int size = size(slice);
            if (size < fewest) {
                best = slice;
                fewest = size;
            }
        }
        return best;
    }

    private void skipWhatIsOver() {
        long current = (time.nanoTime() - start) / SLICE_NANOS;
        if (planned == 0) {
            first = Math.max(first, current);
        }
        while (first < current && size(first) == 0) {
            first++;
        }
    }

    private int size(long slice) {
        return slices.get((int) (slice % SLICES)).size();
    }

    private void remove(Entry entry) {
        if (entry.slice < 0) {
            return;
        }
        var others = slices.get(entry.slice);
        var moved = others.remove(others.size() - 1);
        if (entry.position < others.size()) {
            others.set(entry.position, moved);
            moved.position = entry.position;
        }
        entry.slice = -1;
        planned--;
    }

    /** Sees to it that an alarm rings at that time since the start or before. The lock is held. */
    private void alarm(long at) {
        if (at < alarmAt) {
            alarm.cancel();
            alarmAt = at;
            alarm = time.after(Math.max(0, at - (time.nanoTime() - start)), this::ring);
        }
    }

    private void ring() {
        var due = new ArrayList<Entry>();
        lock.lock();
        try {
            alarmAt = NEVER;
            long current = (time.nanoTime() - start) / SLICE_NANOS;
            collect(due, current);
            if (first <= current) {
                alarm(time.nanoTime() - start + BETWEEN_BURSTS_NANOS);
            } else {
                alarmForNext();
            }
        } finally {
            lock.unlock();
        }
        var links = new ArrayList<Link>(due.size());
        for (var entry : due) {
            // One that fails must not keep the others from being renewed.
            Threads.runSafely(() -> {
                var link = entry.task.renew();
                if (link != null) {
                    links.add(link);
                }
            });
        }
        links.forEach(Link::flush);
    }

    /** Takes what is due in the slices until the current one, as far as it fits into a burst. */
    private void collect(List<Entry> due, long current) {
        for (int looked = 0; first <= current && looked < SLICES; looked++) {
            var slice = slices.get((int) (first % SLICES));
            while (!slice.isEmpty() && due.size() < BURST) {
                var entry = slice.get(slice.size() - 1);
                remove(entry);
                due.add(entry);
            }
            if (!slice.isEmpty()) {
                return;
            }
            first++;
        }
        first = Math.max(first, current + 1);
    }

    private void alarmForNext() {
        for (long slice = first; slice < first + SLICES; slice++) {
            if (size(slice) > 0) {
                alarm(slice * SLICE_NANOS);
                return;
            }
        }
    }
}
