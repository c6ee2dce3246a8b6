package io.dflockd.cli.guard;

import io.dflockd.client.Lease;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a command runs under: one lease, or several that stand and fall together, in the order in which their keys were named. */
public final class Holding implements AutoCloseable {
    private final List<Lease> leases;
    private final AtomicReference<@Nullable String> loss = new AtomicReference<>();
    private final CompletableFuture<String> lost = new CompletableFuture<>();

    public Holding(List<Lease> leases) {
        this.leases = List.copyOf(leases);
        for (var lease : this.leases) {
            var unused = lease.onLost(reason -> {
                var why = this.leases.size() == 1 ? reason.toString() : lease.key() + ": " + reason;
                if (loss.compareAndSet(null, why)) {
                    lost.complete(why);
                }
            });
        }
    }

    public List<Lease> leases() {
        return leases;
    }

    /** The keys, for messages. */
    String names() {
        return leases.stream().map(Lease::key).collect(Collectors.joining(", "));
    }

    boolean isValid() {
        return leases.stream().allMatch(Lease::isValid);
    }

    /** How much longer all of them are valid. */
    Duration remaining() {
        return leases.stream().map(Lease::remaining).min(Comparator.naturalOrder()).orElse(Duration.ZERO);
    }

    /** Why the first of them was lost; null as long as none is known to be. */
    @Nullable
    String loss() {
        return loss.get();
    }

    /** Completes when the first of them is lost. Always the same one, so that whoever looks often leaves nothing behind. */
    CompletableFuture<String> lost() {
        return lost;
    }

    /** Tells the command: a key and a fence without a number where there is only one, and each with its number. */
    void describeIn(Map<String, String> environment) {
        environment.keySet().removeIf(name -> name.matches("DFLOCK_(KEY|FENCE)(_[0-9]+)?|DFLOCK_KEY_COUNT"));
        if (leases.size() == 1) {
            environment.put("DFLOCK_KEY", leases.getFirst().key());
            environment.put("DFLOCK_FENCE", Long.toString(leases.getFirst().fence()));
        }
        environment.put("DFLOCK_KEY_COUNT", Integer.toString(leases.size()));
        for (int i = 0; i < leases.size(); i++) {
            environment.put("DFLOCK_KEY_" + (i + 1), leases.get(i).key());
            environment.put("DFLOCK_FENCE_" + (i + 1), Long.toString(leases.get(i).fence()));
        }
    }

    @Override
    public void close() {
        leases.reversed().forEach(Lease::close);
    }
}
