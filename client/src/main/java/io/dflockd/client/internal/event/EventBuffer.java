package io.dflockd.client.internal.event;

import io.dflockd.client.error.DflockdException;
import io.dflockd.client.event.EventStream;
import io.dflockd.client.internal.Meter;
import io.dflockd.client.internal.Nanos;
import io.dflockd.client.internal.SerialExecutor;
import io.dflockd.client.internal.Threads;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The bounded buffer behind an {@link EventStream}, and who takes from it. */
public final class EventBuffer<E> implements EventStream<E> {
    private final int capacity;
    private final OverflowMark<E> overflow;
    private final Executor callbacks;
    private final Meter meter;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<E> buffer = new ArrayDeque<>();
    private long dropped;
    private long droppedUntold;
    private boolean ended;
    private @Nullable DflockdException endReason;
    private @Nullable EventDelivery<E> delivery;

    public EventBuffer(int capacity, OverflowMark<E> overflow, Executor callbacks, Meter meter) {
        this.capacity = capacity;
        this.overflow = overflow;
        this.callbacks = new SerialExecutor(callbacks);
        this.meter = meter;
    }

    /** Makes the event that stands for dropped ones. */
    public interface OverflowMark<E> {
        E of(long dropped);
    }

    @Override
    public Optional<E> next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            @Nullable E event = poll();
            while (event == null && !ended) {
                changed.await();
                event = poll();
            }
            return Optional.ofNullable(event);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<E> next(Duration wait) throws InterruptedException {
        long left = Nanos.of(wait);
        lock.lockInterruptibly();
        try {
            @Nullable E event = poll();
            while (event == null && !ended && left > 0) {
                left = changed.awaitNanos(left);
                event = poll();
            }
            return Optional.ofNullable(event);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Iterator<E> iterator() {
        return new EventIterator<>(this);
    }

    @Override
    public void forEachAsync(Consumer<? super E> callback) {
        subscribe(new Flow.Subscriber<E>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(E event) {
                Threads.runSafely(() -> callback.accept(event));
            }

            @Override
            public void onError(Throwable reason) {}

            @Override
            public void onComplete() {}
        });
    }

    @Override
    public void subscribe(Flow.Subscriber<? super E> subscriber) {
        var mine = new EventDelivery<E>(this, callbacks, subscriber);
        lock.lock();
        try {
            if (delivery != null) {
                throw new IllegalStateException("this stream has a callback or subscriber already");
            }
            delivery = mine;
        } finally {
            lock.unlock();
        }
        mine.begin();
    }

    @Override
    public long dropped() {
        lock.lock();
        try {
            return dropped;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isEnded() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<DflockdException> endReason() {
        lock.lock();
        try {
            return Optional.ofNullable(endReason);
        } finally {
            lock.unlock();
        }
    }

    /** Never blocks. */
    public void offer(E event) {
        lock.lock();
        try {
            if (ended) {
                return;
            }
            meter.event(buffer.size() < capacity);
            if (buffer.size() >= capacity) {
                dropped++;
                droppedUntold++;
                return;
            }
            if (droppedUntold > 0) {
                buffer.add(overflow.of(droppedUntold));
                droppedUntold = 0;
            }
            buffer.add(event);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        deliver();
    }

    public void end(@Nullable DflockdException reason) {
        lock.lock();
        try {
            if (!ended) {
                ended = true;
                endReason = reason;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
        deliver();
    }

    @SuppressWarnings("ReferenceEquality") // which one it is
    boolean isDeliveredTo(EventDelivery<E> who) {
        lock.lock();
        try {
            return delivery == who;
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("ReferenceEquality") // which one it is
    void leave(EventDelivery<E> who) {
        lock.lock();
        try {
            if (delivery == who) {
                delivery = null;
            }
        } finally {
            lock.unlock();
        }
    }

    /** The next event, if there is one. */
    @Nullable
    E take() {
        lock.lock();
        try {
            return poll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether nothing more comes. */
    boolean isExhausted() {
        lock.lock();
        try {
            return ended && buffer.isEmpty() && droppedUntold == 0;
        } finally {
            lock.unlock();
        }
    }

    private void deliver() {
        EventDelivery<E> to;
        lock.lock();
        try {
            to = delivery;
        } finally {
            lock.unlock();
        }
        if (to != null) {
            to.schedule();
        }
    }

    private @Nullable E poll() {
        @Nullable E event = buffer.poll();
        if (event == null && droppedUntold > 0) {
            event = overflow.of(droppedUntold);
            droppedUntold = 0;
        }
        return event;
    }

}
