package io.dflockd.cli.guard;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dflockd.client.Lease;
import io.dflockd.client.error.LeaseExpiredException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes several keys, all or none. Everybody takes them in the order of their bytes, whatever the order in which they were
 * named, so that no two can wait for each other.
 */
public final class LockOrder {
    private static final Comparator<String> BY_BYTES = (a, b) -> Arrays.compareUnsigned(a.getBytes(UTF_8),
            b.getBytes(UTF_8));

    private final List<String> keys;
    private final Taking taking;

    /** Takes one of them, or none within the wait. */
    @FunctionalInterface
    public interface Taking {
        Optional<Lease> take(String key, Duration wait) throws InterruptedException;
    }

    /** @param keys each once */
    public LockOrder(List<String> keys, Taking taking) {
        this.keys = List.copyOf(keys);
        this.taking = taking;
    }

    /** The order in which they are taken. */
    static List<String> sorted(List<String> keys) {
        return keys.stream().sorted(BY_BYTES).toList();
    }

    /** All of them, in the order in which they were named; empty when one was not granted within the wait for all. */
    public Optional<Holding> tryAcquire(Duration wait) throws InterruptedException {
        long end = System.nanoTime() + wait.toNanos();
        while (true) {
            var taken = new HashMap<String, Lease>();
            boolean complete = false;
            try {
                boolean granted = takeAll(taken, wait, end);
                // One that was lost while another was waited for makes the whole thing begin anew.
                complete = granted && taken.values().stream().allMatch(Lease::isValid);
                if (complete) {
                    return Optional.of(new Holding(keys.stream().map(taken::get).toList()));
                }
                if (!granted) {
                    return Optional.empty();
                }
            } catch (LeaseExpiredException e) {
                // This process was stopped while its turn came, and passed. So it begins anew as well.
                complete = false;
            } finally {
                if (!complete) {
                    new ArrayList<>(taken.values()).forEach(Lease::close);
                }
            }
        }
    }

    private boolean takeAll(Map<String, Lease> taken, Duration wait, long end) throws InterruptedException {
        for (var key : sorted(keys)) {
            var left = wait.isZero() ? wait : Duration.ofNanos(Math.max(0, end - System.nanoTime()));
            var granted = taking.take(key, left);
            if (granted.isEmpty()) {
                return false;
            }
            taken.put(key, granted.get());
        }
        return true;
    }
}
