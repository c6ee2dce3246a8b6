package io.dflockd.client.event;

import io.dflockd.client.error.DflockdException;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/**
 * Events in the order of their arrival, taken by waiting for them ({@link #next}, or a {@code for} loop), by a callback
 * ({@link #forEachAsync}) or as a {@link Flow.Publisher}. Each event is taken once, by whoever comes first.
 *
 * <p>The buffer is bounded. When it is full, events are dropped and counted, and a {@link Gap} stands in their place.
 *
 * @param <E> the kind of events
 */
public interface EventStream<E> extends Iterable<E>, Flow.Publisher<E> {
    /** Waits for the next event; empty when the stream has ended and all its events are taken. */
    Optional<E> next() throws InterruptedException;

    /** As {@link #next()}, but empty also when none comes within the wait; {@link #isEnded} tells which. */
    Optional<E> next(Duration wait) throws InterruptedException;

    /** Waits for one event after another. Ends with the stream, or when interrupted, which stays set. */
    @Override
    Iterator<E> iterator();

    /**
     * Calls back for each event from now on, one at a time and in order, on the callback executor. What the callback
     * throws is logged.
     *
     * @throws IllegalStateException when there is a callback or subscriber already
     */
    void forEachAsync(Consumer<? super E> callback);

    /**
     * Gives events to the subscriber as it asks for them, on the callback executor. It completes when this side ends the
     * stream, and fails with the reason otherwise.
     *
     * @throws IllegalStateException when there is a callback or subscriber already
     */
    @Override
    void subscribe(Flow.Subscriber<? super E> subscriber);

    /** How many events were dropped because the buffer was full. */
    long dropped();

    /** Whether no more events will come; some may still be there to take. */
    boolean isEnded();

    /** Why the stream ended; empty while it goes on, and when this side ended it. */
    Optional<DflockdException> endReason();
}
