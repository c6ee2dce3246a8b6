package io.dflockd.cli.load;

import io.dflockd.client.error.ConnectionFailedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Opens connections, several at once: all of them, or none when one fails. */
final class Opening {
    private static final int AT_ONCE = 32;

    private final Meter meter;
    private final int bufferBytes;

    /** @param bufferBytes the longest line that can be read */
    Opening(Meter meter, int bufferBytes) {
        this.meter = meter;
        this.bufferBytes = bufferBytes;
    }

    /** Makes a worker of a connection. */
    @FunctionalInterface
    interface Step<W extends Worker> {
        W workerOn(int number, Wire wire) throws IOException;
    }

    /**
     * Returns fewer when the run was stopped meanwhile.
     *
     * @throws ConnectionFailedException when one of them cannot be made
     */
    <W extends Worker> List<W> open(int count, IntFunction<Endpoint> endpoints, Step<W> step) {
        var opened = new ConcurrentSkipListMap<Integer, W>();
        var failure = new AtomicReference<@Nullable ConnectionFailedException>();
        try (var threads = Executors.newFixedThreadPool(Math.min(count, AT_ONCE),
                Thread.ofPlatform().daemon().name("load-open-", 0).factory())) {
            for (int i = 0; i < count; i++) {
                int number = i;
                threads.execute(() -> {
                    if (failure.get() == null && meter.isRunning()) {
                        try {
                            opened.put(number, open(endpoints.apply(number), number, step));
                        } catch (IOException e) {
                            failure.compareAndSet(null, new ConnectionFailedException("%s: connection %d of %d: %s"
                                    .formatted(endpoints.apply(number), number + 1, count, e.getMessage()), e));
                        }
                    }
                });
            }
        }
        var reason = failure.get();
        if (reason != null) {
            opened.values().forEach(Worker::close);
            throw reason;
        }
        return new ArrayList<>(opened.values());
    }

    private <W extends Worker> W open(Endpoint endpoint, int number, Step<W> step) throws IOException {
        var wire = Wire.open(endpoint, bufferBytes);
        try {
            return step.workerOn(number, wire);
        } catch (IOException e) {
            wire.close();
            throw e;
        }
    }
}
