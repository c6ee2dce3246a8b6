package io.dflockd.client.internal.session;

import io.dflockd.client.internal.Margin;
import io.dflockd.client.internal.Nanos;
import io.dflockd.client.internal.SpinThenParkLock;
import io.dflockd.client.internal.link.Holder;
import io.dflockd.client.spi.TimeSource;
import io.dflockd.protocol.Push;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;

/**
 * Who relies on holds that were taken over one session or connection. They are told when the server says that a hold has
 * ended, and when nothing proves any more that the server keeps what they have. All holders with one margin share one
 * alarm, which looks again when there was proof meanwhile; so proof costs nothing, whatever the number of holders.
 *
 * <p>Holders are told outside the lock.
 */
final class Holders {
    /** A hold can be lost before its grant has come to its holder; so many losses are kept for that. */
    private static final int KEPT_LOSSES = 256;
    /** How soon holders are told again that stayed all the same. */
    private static final long AGAIN_NANOS = 10_000_000L;

    private final TimeSource time;
    private final ToLongFunction<Margin> kept;
    private final SpinThenParkLock lock = new SpinThenParkLock();
    private final Map<Long, Holder> byFence = new HashMap<>();
    private final Map<Margin, Group> groups = new HashMap<>();
    private final LinkedHashMap<Long, String> unclaimed = new LinkedHashMap<>();
    private final AtomicInteger count = new AtomicInteger();

    /** Those who share a margin. */
    private final class Group {
        private final Margin margin;
        private final Set<Holder> members = new HashSet<>();
        private boolean alarmed;

        private Group(Margin margin) {
            this.margin = margin;
        }

        private void alarm(long nanos) {
            if (!alarmed && !members.isEmpty() && nanos < Nanos.FOREVER) {
                alarmed = true;
                var unused = time.after(nanos, this::ring);
            }
        }

        private void ring() {
            List<Holder> told = List.of();
            lock.lock();
            try {
                alarmed = false;
                long left = kept.applyAsLong(margin);
                if (left <= 0) {
                    told = new ArrayList<>(members);
                }
                alarm(Math.max(left, AGAIN_NANOS));
                if (members.isEmpty()) {
                    groups.remove(margin, this);
                }
            } finally {
                lock.unlock();
            }
            told.forEach(Holder::unproved);
        }
    }

    /** Looks after holds that are kept for so long from now, as {@link io.dflockd.client.internal.link.Link#keptNanos} tells. */
    Holders(TimeSource time, ToLongFunction<Margin> kept) {
        this.time = time;
        this.kept = kept;
    }

    /** True where nobody had relied on anything before. */
    boolean add(Holder holder) {
        String reason;
        boolean first;
        lock.lock();
        try {
            reason = unclaimed.remove(holder.fence());
            if (holder.fence() > 0) {
                byFence.put(holder.fence(), holder);
            }
            var group = groups.computeIfAbsent(holder.margin(), Group::new);
            first = group.members.add(holder) && count.getAndIncrement() == 0;
            group.alarm(Math.max(0, kept.applyAsLong(holder.margin())));
        } finally {
            lock.unlock();
        }
        if (reason != null) {
            holder.ended(reason);
        }
        return first;
    }

    void remove(Holder holder) {
        lock.lock();
        try {
            byFence.remove(holder.fence(), holder);
            var group = groups.get(holder.margin());
            if (group != null && group.members.remove(holder)) {
                count.decrementAndGet();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether nobody relies on anything. */
    boolean isEmpty() {
        return count.get() == 0;
    }

    /** What holders have may have got a bound that it did not have, or an earlier one. */
    void boundChanged() {
        lock.lock();
        try {
            groups.values().forEach(group -> group.alarm(Math.max(0, kept.applyAsLong(group.margin))));
        } finally {
            lock.unlock();
        }
    }

    /** Tells whom it concerns. */
    void lost(Push.Lost loss) {
        Holder holder;
        lock.lock();
        try {
            holder = byFence.remove(loss.fence());
            if (holder == null) {
                unclaimed.put(loss.fence(), loss.reason());
                if (unclaimed.size() > KEPT_LOSSES) {
                    unclaimed.remove(unclaimed.keySet().iterator().next());
                }
            }
        } finally {
            lock.unlock();
        }
        if (holder != null) {
            holder.ended(loss.reason());
        }
    }
}
