package io.dflockd.client.internal.event;

import io.dflockd.client.event.EventStream;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/** Takes events one by one, waiting for each. An interrupt ends it and stays set. */
final class EventIterator<E> implements Iterator<E> {
    private final EventStream<E> stream;
    private Optional<E> following = Optional.empty();

    EventIterator(EventStream<E> stream) {
        this.stream = stream;
    }

    @Override
    public boolean hasNext() {
        if (following.isEmpty()) {
            try {
                following = stream.next();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return following.isPresent();
    }

    @Override
    public E next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the stream has ended");
        }
        var event = following.orElseThrow();
        following = Optional.empty();
        return event;
    }
}
