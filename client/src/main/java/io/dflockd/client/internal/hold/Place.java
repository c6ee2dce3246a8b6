package io.dflockd.client.internal.hold;

import io.dflockd.client.Lease;
import io.dflockd.client.Ticket;
import io.dflockd.client.error.AcquireTimeoutException;
import io.dflockd.client.error.NotQueuedException;
import io.dflockd.client.internal.Futures;
import io.dflockd.client.internal.Members;
import io.dflockd.client.internal.Words;
import io.dflockd.client.internal.link.KeepAlive;
import io.dflockd.client.internal.link.Link;
import io.dflockd.protocol.Octets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A place in a queue, or the hold that was free at once. */
public final class Place implements Ticket, Members.Member {
    private final Acquirer acquirer;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Link queued;
    private @Nullable Hold hold;
    private @Nullable CompletableFuture<Optional<Hold>> turn;

    private Place(Acquirer acquirer, @Nullable Link queued, @Nullable Hold hold) {
        this.acquirer = acquirer;
        this.queued = queued;
        this.hold = hold;
    }

    static Place queued(Acquirer acquirer, Link link) {
        var place = new Place(acquirer, link, null);
        KeepAlive.start(link);
        if (!acquirer.terms().members().add(place)) {
            place.leave();
        }
        return place;
    }

    static Place granted(Acquirer acquirer, Hold hold) {
        return new Place(acquirer, null, hold);
    }

    @Override
    public String key() {
        return Octets.toText(acquirer.terms().key());
    }

    @Override
    public Optional<Lease> lease() {
        lock.lock();
        try {
            return Optional.ofNullable(hold);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Lease await(Duration wait) throws InterruptedException {
        return tryAwait(wait).orElseThrow(() -> new AcquireTimeoutException(
                acquirer.terms().subject() + ": the turn did not come within " + Words.of(wait)));
    }

    @Override
    public Optional<Lease> tryAwait(Duration wait) throws InterruptedException {
        try {
            return Futures.get(turn(wait)).map(lease -> lease);
        } catch (InterruptedException e) {
            leave();
            throw e;
        }
    }

    @Override
    public CompletableFuture<Optional<Lease>> tryAwaitAsync(Duration wait) {
        var inner = turn(wait);
        if (inner.isCompletedExceptionally()) { // somebody else waits, whose place it is
            return Futures.publish(inner.thenApply(found -> found.map(lease -> lease)), acquirer.terms().callbacks(),
                    () -> {});
        }
        return Futures.publishHold(inner.thenApply(found -> found.map(lease -> lease)), acquirer.terms().callbacks(),
                this::leave, late -> leave());
    }

    @Override
    public void close() {
        var lease = lease();
        if (lease.isPresent()) {
            lease.get().close();
        } else {
            leave();
        }
    }

    @Override
    public CompletableFuture<?> clientClosed() {
        leave();
        return CompletableFuture.completedFuture(true);
    }

    /** Gives up the place, the wait, or the hold, without waiting for that. */
    public void leave() {
        Link link;
        CompletableFuture<Optional<Hold>> waiting;
        Hold held;
        lock.lock();
        try {
            link = queued;
            waiting = turn;
            held = hold;
            queued = null;
        } finally {
            lock.unlock();
        }
        acquirer.terms().members().remove(this);
        if (link != null) {
            link.close();
        }
        if (waiting != null) {
            Futures.cancel(waiting, late -> late.ifPresent(Hold::releaseUnnoticed));
        }
        if (held != null) {
            held.releaseUnnoticed();
        }
    }

    private CompletableFuture<Optional<Hold>> turn(Duration wait) {
        Link link;
        CompletableFuture<Optional<Hold>> waiting;
        lock.lock();
        try {
            if (hold != null) {
                return CompletableFuture.completedFuture(Optional.of(hold));
            }
            link = queued;
            if (link == null) {
                return CompletableFuture.failedFuture(new NotQueuedException(acquirer.terms().subject()
                        + ": this place in the queue is waited for already, used, or given up"));
            }
            queued = null;
            waiting = acquirer.await(link, wait);
            turn = waiting;
        } finally {
            lock.unlock();
        }
        acquirer.terms().members().remove(this);
        return waiting.thenApply(this::keep);
    }

    private Optional<Hold> keep(Optional<Hold> granted) {
        lock.lock();
        try {
            hold = granted.orElse(null);
            turn = null;
        } finally {
            lock.unlock();
        }
        return granted;
    }
}
