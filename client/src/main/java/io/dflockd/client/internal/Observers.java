package io.dflockd.client.internal;

import io.dflockd.client.Lease;
import io.dflockd.client.LeaseMode;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.error.LossReason;
import io.dflockd.client.spi.ClientObserver;
import io.dflockd.client.spi.TimeSource;
import io.dflockd.protocol.Octets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Tells the observers of a client of attempts and holds. Costs a look at an empty list where there are none. */
public final class Observers {
    private final List<ClientObserver> observers;

    Observers(List<ClientObserver> observers) {
        this.observers = List.copyOf(observers);
    }

    /**
     * An attempt begins, whose end is this future's. Called on the thread of whoever wants the hold.
     *
     * @param octets the key
     */
    public void attempt(String octets, LeaseMode mode, Duration wait, ServerAddress server,
            CompletableFuture<? extends Optional<? extends Lease>> end) {
        if (observers.isEmpty()) {
            return;
        }
        var key = Octets.toText(octets);
        for (var observer : observers) {
            Threads.runSafely(() -> {
                var attempt = observer.acquiring(key, mode, wait, server);
                var unused = end.whenComplete((hold, failure) -> Threads.runSafely(() -> {
                    if (failure != null) {
                        attempt.failed(Futures.unwrap(failure));
                    } else if (hold.isPresent()) {
                        attempt.granted(hold.get());
                    } else {
                        attempt.notGranted();
                    }
                }));
            });
        }
    }

    /** A hold begins, whose end is this future's. */
    public void hold(Lease lease, CompletableFuture<Optional<LossReason>> end, TimeSource time) {
        if (observers.isEmpty()) {
            return;
        }
        long begun = time.nanoTime();
        for (var observer : observers) {
            Threads.runSafely(() -> observer.began(lease));
        }
        var unused = end.thenAccept(reason -> {
            var held = Duration.ofNanos(time.nanoTime() - begun);
            for (var observer : observers) {
                Threads.runSafely(() -> observer.ended(lease, reason.orElse(null), held));
            }
        });
    }
}
