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
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
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
    private @Nullable Delivery delivery;

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
        return new Iteration();
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
        var mine = new Delivery(subscriber);
        lock.lock();
        try {
            if (delivery != null) {
                throw new IllegalStateException("this stream has a callback or subscriber already");
            }
            delivery = mine;
        } finally {
            lock.unlock();
        }
        callbacks.execute(() -> subscriber.onSubscribe(mine));
        mine.schedule();
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

    private void deliver() {
        Delivery to;
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

    private final class Iteration implements Iterator<E> {
        private Optional<E> following = Optional.empty();

        @Override
        public boolean hasNext() {
            if (following.isEmpty()) {
                try {
                    following = EventBuffer.this.next();
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

    /** A subscriber and how many events it still wants. Runs on the serial executor only. */
    private final class Delivery implements Flow.Subscription {
        private final Flow.Subscriber<? super E> subscriber;
        private final AtomicBoolean scheduled = new AtomicBoolean();
        private long wanted;
        private boolean over;

        private Delivery(Flow.Subscriber<? super E> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void request(long count) {
            callbacks.execute(() -> {
                if (count > 0) {
                    wanted = wanted > Long.MAX_VALUE - count ? Long.MAX_VALUE : wanted + count;
                    run();
                } else if (!over) {
                    over = true;
                    subscriber.onError(
                            new IllegalArgumentException("requested " + count + " events; valid is 1 or more"));
                }
            });
        }

        @Override
        public void cancel() {
            lock.lock();
            try {
                if (delivery == this) {
                    delivery = null;
                }
            } finally {
                lock.unlock();
            }
            callbacks.execute(() -> over = true);
        }

        /** One run delivers all there is, so one that has yet to begin suffices. */
        private void schedule() {
            if (scheduled.compareAndSet(false, true)) {
                callbacks.execute(this::run);
            }
        }

        private void run() {
            scheduled.set(false);
            while (!over) {
                @Nullable E event = null;
                boolean last;
                lock.lock();
                try {
                    if (delivery != this) {
                        return;
                    }
                    if (wanted > 0) {
                        event = poll();
                    }
                    last = ended && event == null && buffer.isEmpty() && droppedUntold == 0;
                } finally {
                    lock.unlock();
                }
                if (last) {
                    finish();
                } else if (event == null) {
                    return;
                } else {
                    wanted = wanted == Long.MAX_VALUE ? wanted : wanted - 1;
                    next(event);
                }
            }
        }

        private void next(E event) {
            try {
                subscriber.onNext(event);
            } catch (RuntimeException e) {
                over = true; // as the contract of publishers has it
                cancel();
                throw e;
            }
        }

        private void finish() {
            over = true;
            var reason = endReason();
            if (reason.isPresent()) {
                subscriber.onError(reason.get());
            } else {
                subscriber.onComplete();
            }
        }
    }
}
