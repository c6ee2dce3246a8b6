package io.dflockd.cli.command;

import io.dflockd.client.event.EventStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;

/**
 * The events of several servers as one stream, in the order of arrival. A reader that is slow holds back the streams, which
 * have a bounded buffer each and count what they drop.
 */
final class MergedStreams<E> {
    private static final int CAPACITY = 16;

    private final BlockingQueue<Supplier<E>> events = new ArrayBlockingQueue<>(CAPACITY);

    void add(EventStream<E> stream) {
        Thread.ofVirtual().start(() -> {
            try {
                for (var event : stream) {
                    events.put(() -> event);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Ends the stream for its reader, after what is there already. */
    void fail(RuntimeException failure) throws InterruptedException {
        events.put(() -> {
            throw failure;
        });
    }

    /** Waits for the next event. */
    E next() throws InterruptedException {
        return events.take().get();
    }
}
