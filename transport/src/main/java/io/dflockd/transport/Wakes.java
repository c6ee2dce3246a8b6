package io.dflockd.transport;

import io.netty.util.concurrent.EventExecutor;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those of one event loop who are to be woken by another thread, or who are too many to be woken at once: a long signal may
 * have each of thousands write. A few are woken each time the loop comes around, so that the others are served in between;
 * and whoever has little to write does not wait for those who have much. Thread-safe.
 */
final class Wakes {
    /** A write of a long line takes about 20 microseconds. */
    static final int AT_ONCE = 32;
    /** One of many long lines takes as long as their bytes. */
    static final int BYTES_AT_ONCE = 1 << 20;
    /** Whoever has more than this to write has much. */
    private static final int MUCH = 16 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(Wakes.class);

    private final EventExecutor loop;
    private final Row withLittle = new Row();
    private final Row withMuch = new Row();

    Wakes(EventExecutor loop) {
        this.loop = loop;
    }

    /** Has it woken on the loop's thread, soon and once. */
    void add(Batch.Wakeable one) {
        (one.unsentBytes() > MUCH ? withMuch : withLittle).add(one);
    }

    private interface Plan {
        void run(Runnable round);
    }

    /** Those who wait, the one who came first before the others. */
    private final class Row {
        private final Queue<Batch.Wakeable> waiting = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean planned = new AtomicBoolean();

        void add(Batch.Wakeable one) {
            waiting.add(one);
            if (!planned.getAndSet(true)) {
                plan(loop::execute);
            }
        }

        private void plan(Plan plan) {
            try {
                plan.run(this::round);
            } catch (RejectedExecutionException e) {
                waiting.clear();
                planned.set(false);
                LOG.atDebug().setMessage("nobody is woken, the server stops").log();
            }
        }

        private void round() {
            try {
                wakeAFew();
            } finally {
                goOn();
            }
        }

        private void wakeAFew() {
            var batch = Batch.current();
            long bytes = 0;
            for (int i = 0; i < AT_ONCE && bytes < BYTES_AT_ONCE; i++) {
                var one = waiting.poll();
                if (one == null) {
                    break;
                }
                bytes += one.unsentBytes();
                batch.add(one);
            }
            batch.finish();
        }

        private void goOn() {
            if (waiting.isEmpty()) {
                planned.set(false);
                if (waiting.isEmpty() || planned.getAndSet(true)) {
                    return;
                }
            }
            // What is scheduled comes behind what the sockets have, what is executed would come before.
            plan(next -> loop.schedule(next, 0, TimeUnit.NANOSECONDS));
        }
    }
}
