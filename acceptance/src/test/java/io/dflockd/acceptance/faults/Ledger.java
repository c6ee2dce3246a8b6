package io.dflockd.acceptance.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Who held which lock of this process when, by fence: each span knows the one that was granted after it, and whoever
 * believes or is told after that grant is found out. Thread-safe.
 */
final class Ledger {
    private static final long BEFORE_NANOS = 100_000_000;
    private static final int MOST_VIOLATIONS = 100;

    private final Hiccups hiccups;
    private final Map<String, Span> last = new ConcurrentHashMap<>();
    private final List<String> violations = new ArrayList<>();
    private final AtomicLong grants = new AtomicLong();
    private final AtomicLong losses = new AtomicLong();
    private final AtomicLong violated = new AtomicLong();
    private final AtomicLong late = new AtomicLong();
    private final AtomicLong longestOverlap = new AtomicLong();

    Ledger(Hiccups hiccups) {
        this.hiccups = hiccups;
    }

    /** A grant that has come just now. */
    Span granted(String key, long fence) {
        grants.incrementAndGet();
        var span = new Span(key, fence, System.nanoTime());
        last.merge(key, span, Ledger::inOrder);
        return span;
    }

    List<String> violations() {
        synchronized (violations) {
            return List.copyOf(violations);
        }
    }

    String summary() {
        return "%d grants, %d losses, %d violations in all, longest overlap %.1f ms, %d told late by no more than this machine stood still"
                .formatted(grants.get(), losses.get(), violated.get(), longestOverlap.get() / 1e6, late.get());
    }

    private static Span inOrder(Span before, Span now) {
        if (now.fence > before.fence) {
            before.next = now;
            return now;
        }
        now.next = before; // it was granted earlier, and its thread ran later
        return before;
    }

    private void violated(String what) {
        violated.incrementAndGet();
        synchronized (violations) {
            if (violations.size() < MOST_VIOLATIONS) {
                violations.add(what);
            }
        }
    }

    /** From one grant to the next. */
    final class Span {
        private final String key;
        private final long fence;
        private final long grantedAt;
        private volatile @Nullable Span next;
        private boolean told;
        /** Only its own thread says that it believed. */
        private boolean overlapped;

        private Span(String key, long fence, long grantedAt) {
            this.key = key;
            this.fence = fence;
            this.grantedAt = grantedAt;
        }

        /** Its holder believed at this moment or after it. */
        void believed(long at) {
            var after = next;
            if (after != null && at > after.grantedAt) {
                longestOverlap.accumulateAndGet(at - after.grantedAt, Math::max);
                if (overlapped) {
                    return;
                }
                overlapped = true;
                violated("%s: fence %d believed %.1f ms after %d was granted"
                        .formatted(key, fence, (at - after.grantedAt) / 1e6, after.fence));
            }
        }

        /** Its holder is told of the loss. */
        synchronized void told() {
            long now = System.nanoTime();
            losses.incrementAndGet();
            if (told) {
                violated("%s: the loss of fence %d was told twice".formatted(key, fence));
            }
            told = true;
            var after = next;
            if (after == null || now <= after.grantedAt) {
                return;
            }
            if (now - after.grantedAt <= hiccups.between(after.grantedAt - BEFORE_NANOS, now)) {
                late.incrementAndGet();
            } else {
                violated("%s: the loss of fence %d was told %.1f ms after %d was granted"
                        .formatted(key, fence, (now - after.grantedAt) / 1e6, after.fence));
            }
        }
    }
}
