package io.dflockd.client.internal;

import io.dflockd.client.ConnectionListener;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Tells a listener, in order and elsewhere, without ever holding back the caller. */
final class ConnectionEvents {
    private static final Log log = Log.of(ConnectionListener.class);

    private final ConnectionListener listener;
    private final Executor executor;
    private final AtomicInteger untold = new AtomicInteger();

    ConnectionEvents(ConnectionListener listener, Executor executor) {
        this.listener = listener;
        this.executor = new SerialExecutor(executor);
    }

    void tell(Consumer<ConnectionListener> event) {
        if (untold.incrementAndGet() > ConnectionListener.MAX_UNTOLD) {
            untold.decrementAndGet();
            log.warn("the connection listener is too slow, so it is not told of an event");
            return;
        }
        executor.execute(() -> {
            untold.decrementAndGet();
            event.accept(listener);
        });
    }
}
