package io.dflockd.client.internal.hold;

import io.dflockd.client.error.ConnectionLostException;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.error.LossReason;
import io.dflockd.client.internal.Futures;
import io.dflockd.client.internal.Members;
import io.dflockd.client.internal.Meter;
import io.dflockd.client.internal.Nanos;
import io.dflockd.client.internal.Refusals;
import io.dflockd.client.internal.Words;
import io.dflockd.client.internal.link.Link;
import io.dflockd.client.spi.TimeSource;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Status;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one lease alive, and knows for how long it is.
 *
 * <pre>
 * HELD ── the link ends ──► ADRIFT ── renewed over a new link ──► HELD
 * HELD, ADRIFT ── the server says it is gone, or the deadline passes ──► LOST
 * HELD, ADRIFT ── release ──► RELEASED
 * </pre>
 *
 * <p>Invariants: {@code validUntil} is never later than the end of the lease at the server, because it counts from before
 * the request was sent. At most one renewal or redial is under way. LOST and RELEASED are final, whichever comes first, so
 * a loss is told once or never. Nothing here blocks: all runs on the timer, on readers, or on the caller's thread.
 */
@SuppressWarnings("ReferenceEquality") // which link it is, not what it is like
final class LeaseKeeper implements Members.Member {
    private static final Logger log = LoggerFactory.getLogger(LeaseKeeper.class);
    private static final long FIRST_RETRY_NANOS = 50_000_000L;
    private static final long MAX_RETRY_NANOS = 1_000_000_000L;
    private static final TimeSource.Alarm NO_ALARM = () -> {};

    private enum State {
        HELD,
        ADRIFT,
        LOST,
        RELEASED
    }

    private final HoldTerms terms;
    private final TimeSource time;
    private final Meter meter;
    private final String token;
    private final CompletableFuture<LossReason> lost = new CompletableFuture<>();
    private final CompletableFuture<Optional<LossReason>> ended = new CompletableFuture<>();
    private final CompletableFuture<Boolean> released = new CompletableFuture<>();
    /** Completes when the server has been told that nobody needs the hold, or cannot be told. */
    private final CompletableFuture<Boolean> farewell = new CompletableFuture<>();

    private final ReentrantLock lock = new ReentrantLock();
    private State state = State.HELD;
    private Link link;
    private long fence;
    private long validUntil;
    private long retryNanos = FIRST_RETRY_NANOS;
    private final Renewals.Entry renewal = new Renewals.Entry(this::renew);
    private TimeSource.Alarm retry = NO_ALARM;
    /** Set only while it is open whether the next renewal succeeds: a renewal is always due before it. */
    private TimeSource.Alarm deadline = NO_ALARM;
    private @Nullable CompletableFuture<Link> redial;

    LeaseKeeper(HoldTerms terms, Link link, String token) {
        this.terms = terms;
        this.time = terms.time();
        this.meter = terms.dialer().meter();
        this.link = link;
        this.token = token;
        var unused = farewell.thenAccept(released::complete);
    }

    /**
     * Begins to look after a grant.
     *
     * @param sentAt when the request that proves the lease was sent
     */
    void start(long leaseMs, long fence, long sentAt) {
        meter.holds();
        lock.lock();
        try {
            extend(leaseMs, fence, sentAt);
        } finally {
            lock.unlock();
        }
        if (terms.members().add(this)) {
            watch(link);
        } else {
            var unused = clientClosed();
        }
    }

    String token() {
        return token;
    }

    long fence() {
        lock.lock();
        try {
            return fence;
        } finally {
            lock.unlock();
        }
    }

    /** 0 unless the hold is proved. */
    long remainingNanos() {
        lock.lock();
        try {
            return state == State.HELD ? Math.max(0, validUntil - time.nanoTime()) : 0;
        } finally {
            lock.unlock();
        }
    }

    boolean isReleased() {
        lock.lock();
        try {
            return state == State.RELEASED;
        } finally {
            lock.unlock();
        }
    }

    /** Completes when the hold is lost, on a thread that must not be blocked. */
    CompletableFuture<LossReason> lost() {
        return lost;
    }

    /** Completes when the hold is lost, with why, or begins to be released, with empty. */
    CompletableFuture<Optional<LossReason>> ended() {
        return ended;
    }

    /** Gives the hold back. The future tells whether the server confirmed it; the link is closed in the end. */
    CompletableFuture<Boolean> release() {
        var was = end(State.RELEASED);
        if (was != State.LOST) { // that end is told by who found it
            ended.complete(Optional.empty());
        }
        if (was == State.HELD) {
            release(link);
        } else if (was == State.ADRIFT) {
            // With auto-release off, the server holds it until somebody says otherwise.
            var unused = terms.dialer().open().whenComplete((fresh, failure) -> {
                if (failure == null) {
                    release(fresh);
                } else {
                    farewell.complete(false);
                }
            });
        }
        return released;
    }

    /** Leaves the hold to the caller, who goes on with it over the link; null, and nothing happens, where it is not held. */
    @Nullable
    Link detach() {
        if (remainingNanos() == 0 || end(State.RELEASED) != State.HELD) {
            return null;
        }
        ended.complete(Optional.empty());
        farewell.complete(true);
        return link;
    }

    @Override
    public CompletableFuture<?> clientClosed() {
        lose(LossReason.CLIENT_CLOSED);
        return farewell;
    }

    private void release(Link over) {
        var unused = over.send(terms.release(token), 0).whenComplete((reply, failure) -> {
            over.close();
            farewell.complete(failure == null && Refusals.is(reply, Status.OK));
        });
    }

    /** Moves validity on and plans the next renewal. The lock is held. */
    private void extend(long leaseMs, long newFence, long sentAt) {
        long leaseNanos = Nanos.ofMs(leaseMs);
        state = State.HELD;
        fence = newFence > 0 ? newFence : fence;
        validUntil = sentAt + leaseNanos - terms.marginNanos(leaseNanos);
        retryNanos = FIRST_RETRY_NANOS;
        retry.cancel();
        deadline.cancel();
        deadline = NO_ALARM;
        terms.planRenewal(renewal, leaseNanos, sentAt);
        if (!terms.renews()) {
            armDeadline();
        }
    }

    /** Sees to it that the end of the lease does not go unnoticed. The lock is held. */
    private void armDeadline() {
        if (deadline == NO_ALARM) {
            deadline = time.after(Math.max(0, validUntil - time.nanoTime()), this::deadlinePassed);
        }
    }

    private void watch(Link watched) {
        var unused = watched.closed().thenAccept(why -> linkEnded(watched, why));
    }

    private @Nullable Link renew() {
        Link over;
        long sentAt = time.nanoTime();
        long replyNanos;
        lock.lock();
        try {
            if (state != State.HELD) {
                return null;
            }
            armDeadline();
            over = link;
            // What is left after an answer that never comes is for another try over a new connection.
            replyNanos = Math.min(Nanos.of(over.options().responseTimeout()), (validUntil - sentAt) * 2 / 3);
        } finally {
            lock.unlock();
        }
        settle(over.enqueue(terms.renew(token), Math.max(1, replyNanos)), over, sentAt);
        return over;
    }

    private void renewAlone() {
        @Nullable Link over = renew();
        if (over != null) {
            over.flush();
        }
    }

    private void settle(CompletableFuture<Reply> answer, Link over, long sentAt) {
        var unused = answer.whenComplete((reply, failure) -> {
            if (failure == null) {
                answered(over, sentAt, reply);
            } else if (!over.isClosed()) {
                retry();
                failed(Futures.unwrap(failure));
            }
        });
    }

    private void answered(Link over, long sentAt, Reply reply) {
        if (reply instanceof Reply.Renewed renewed) {
            renewed(over, sentAt, renewed);
            return;
        }
        var refusal = Refusals.of(terms.renew(token), reply, terms.server());
        if (Refusals.meansGone(reply)) {
            failed(refusal);
            gone(reply);
        } else if (isAdriftWithout(over)) {
            over.abort(refusal); // whose end brings the next try
        } else {
            retry();
            failed(refusal);
        }
    }

    private void renewed(Link over, long sentAt, Reply.Renewed renewed) {
        boolean adopted = false;
        boolean stale;
        lock.lock();
        try {
            stale = state != State.HELD && state != State.ADRIFT;
            if (!stale) {
                adopted = over != link;
                link = over;
                redial = null;
                extend(renewed.leaseMs(), renewed.fence(), sentAt);
            }
        } finally {
            lock.unlock();
        }
        meter.renewed();
        if (adopted) {
            log.info("{}: took the hold up again over a new connection", terms.subject());
            watch(over);
        } else if (stale && over != link) {
            over.close();
        }
    }

    private void gone(Reply reply) {
        boolean adrift;
        lock.lock();
        try {
            adrift = state == State.ADRIFT;
        } finally {
            lock.unlock();
        }
        if (Refusals.is(reply, Status.ERROR_LEASE_EXPIRED)) {
            lose(LossReason.EXPIRED);
        } else {
            lose(adrift ? LossReason.CONNECTION_LOST : LossReason.REVOKED);
        }
    }

    private void linkEnded(Link ended, DflockdException why) {
        lock.lock();
        try {
            if (state != State.HELD || link != ended) {
                return;
            }
            state = State.ADRIFT;
            armDeadline();
            stopRenewing();
        } finally {
            lock.unlock();
        }
        failed(new ConnectionLostException(
                terms.subject() + ": the connection ended while the lease was held: " + Words.of(why), why));
        redial();
    }

    private void redial() {
        CompletableFuture<Link> opening;
        lock.lock();
        try {
            if (state != State.ADRIFT) {
                return;
            }
            opening = terms.dialer().open();
            redial = opening;
        } finally {
            lock.unlock();
        }
        var unused = opening.whenComplete((fresh, failure) -> {
            if (failure == null) {
                renewOver(fresh);
            } else {
                retry();
                failed(Futures.unwrap(failure));
            }
        });
    }

    private void renewOver(Link fresh) {
        var unused = fresh.closed().thenAccept(why -> {
            if (isAdriftWithout(fresh)) {
                retry();
                failed(why);
            }
        });
        long sentAt = time.nanoTime();
        settle(fresh.send(terms.renew(token), 0), fresh, sentAt);
    }

    private boolean isAdriftWithout(Link fresh) {
        lock.lock();
        try {
            return state == State.ADRIFT && link != fresh;
        } finally {
            lock.unlock();
        }
    }

    /** Tries again soon, as long as the lease lasts. */
    private void retry() {
        lock.lock();
        try {
            stopRenewing();
            if (state == State.HELD) {
                retry = time.after(retryNanos, this::renewAlone);
            } else if (state == State.ADRIFT) {
                retry = time.after(retryNanos, this::redial);
            }
            retryNanos = Math.min(retryNanos * 2, MAX_RETRY_NANOS);
        } finally {
            lock.unlock();
        }
    }

    private void stopRenewing() {
        retry.cancel();
        terms.renewals().cancel(renewal);
    }

    private void deadlinePassed() {
        LossReason reason;
        lock.lock();
        try {
            long left = validUntil - time.nanoTime();
            if (left > 0) {
                deadline = time.after(left, this::deadlinePassed);
                return;
            }
            boolean cutOff = state == State.ADRIFT || !link.isConnected();
            reason = cutOff ? LossReason.CONNECTION_LOST : LossReason.EXPIRED;
        } finally {
            lock.unlock();
        }
        lose(reason);
    }

    private void lose(LossReason reason) {
        var was = end(State.LOST);
        if (was == State.LOST || was == State.RELEASED) {
            return;
        }
        meter.lost(reason);
        if (reason != LossReason.CLIENT_CLOSED) {
            log.warn("{}: the hold is lost: {} (fence {})", terms.subject(), reason, fence());
        }
        lost.complete(reason);
        ended.complete(Optional.of(reason));
        released.complete(false);
        if (was == State.HELD) {
            release(link); // perhaps it lives on at the server; nobody needs it there
        } else {
            farewell.complete(false);
        }
    }

    /** Makes the state final if it is not yet; returns what it was. */
    private State end(State last) {
        State was;
        CompletableFuture<Link> dialling;
        lock.lock();
        try {
            was = state;
            dialling = redial;
            if (was == State.HELD || was == State.ADRIFT) {
                state = last;
                stopRenewing();
                deadline.cancel();
            }
        } finally {
            lock.unlock();
        }
        if (dialling != null && was == State.ADRIFT) {
            Futures.cancel(dialling, Link::close);
        }
        if (was == State.HELD || was == State.ADRIFT) {
            meter.holdsNoMore();
        }
        terms.members().remove(this);
        return was;
    }

    private void failed(Throwable failure) {
        meter.renewalFailed();
        if (failure instanceof DflockdException reason) {
            terms.renewalFailed(reason);
        } else {
            log.error("{}: the renewal failed", terms.subject(), failure);
        }
    }
}
