package io.dflockd.client.internal.event;

import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A subscriber of a stream, and how many events it still wants. Does everything on the executor, which must be serial. */
final class EventDelivery<E> implements Flow.Subscription {
    private final EventBuffer<E> stream;
    private final Executor callbacks;
    private final Flow.Subscriber<? super E> subscriber;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private long wanted;
    private boolean over;

    EventDelivery(EventBuffer<E> stream, Executor callbacks, Flow.Subscriber<? super E> subscriber) {
        this.stream = stream;
        this.callbacks = callbacks;
        this.subscriber = subscriber;
    }

    void begin() {
        callbacks.execute(() -> subscriber.onSubscribe(this));
        schedule();
    }

    /** One run delivers all there is, so one that has yet to begin suffices. */
    void schedule() {
        if (scheduled.compareAndSet(false, true)) {
            callbacks.execute(this::run);
        }
    }

    @Override
    public void request(long count) {
        callbacks.execute(() -> {
            if (count > 0) {
                wanted = wanted > Long.MAX_VALUE - count ? Long.MAX_VALUE : wanted + count;
                run();
            } else if (!over) {
                over = true;
                subscriber
                        .onError(new IllegalArgumentException("requested " + count + " events; valid is 1 or more"));
            }
        });
    }

    @Override
    public void cancel() {
        stream.leave(this);
        callbacks.execute(() -> over = true);
    }

    private void run() {
        scheduled.set(false);
        while (!over && stream.isDeliveredTo(this)) {
            @Nullable E event = wanted > 0 ? stream.take() : null;
            if (event != null) {
                wanted = wanted == Long.MAX_VALUE ? wanted : wanted - 1;
                next(event);
            } else if (stream.isExhausted()) {
                finish();
            } else {
                return;
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
        var reason = stream.endReason();
        if (reason.isPresent()) {
            subscriber.onError(reason.get());
        } else {
            subscriber.onComplete();
        }
    }
}
