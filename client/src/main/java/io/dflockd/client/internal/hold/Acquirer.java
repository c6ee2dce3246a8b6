package io.dflockd.client.internal.hold;

import io.dflockd.client.error.ClientClosedException;
import io.dflockd.client.error.ConnectionFailedException;
import io.dflockd.client.error.LeaseExpiredException;
import io.dflockd.client.error.NoAnswerException;
import io.dflockd.client.internal.Futures;
import io.dflockd.client.internal.Members;
import io.dflockd.client.internal.Nanos;
import io.dflockd.client.internal.Refusals;
import io.dflockd.client.internal.Words;
import io.dflockd.client.internal.link.Link;
import io.dflockd.client.spi.TimeSource;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Gets holds: each over a link of its own, so that a wait holds back nobody and a hold ends with its link.
 *
 * <p>A grant that took long to arrive proves little: perhaps this process was stopped while it lay in the socket, and the
 * lease has ended since. Then a renewal confirms it before anybody relies on it.
 */
public final class Acquirer {
    /** How long after the wait we stop listening to a server that should have said so itself. */
    private static final long GRACE_NANOS = 1_000_000_000L;
    /** How long a try may take that does not wait: so long, at most, is an answer on its way. */
    private static final long LONGEST_TRY_NANOS = 3_000_000_000L;
    private static final long NANOS_PER_MS = 1_000_000;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    /** As often a grant is confirmed anew whose confirmations take too long themselves. */
    private static final int MOST_CONFIRMATIONS = 3;

    private final HoldTerms terms;
    private final TimeSource time;

    public Acquirer(HoldTerms terms) {
        this.terms = terms;
        this.time = terms.time();
    }

    public HoldTerms terms() {
        return terms;
    }

    /**
     * Connects and acquires; empty when not granted within the wait, which covers both. A wait of zero tries once. It fails
     * where the server does not even say no. Cancelling the future leaves the queue.
     */
    public CompletableFuture<Optional<Hold>> acquire(Duration wait) {
        return acquire(terms.dialer().open(), wait, HoldTerms::acquire, false);
    }

    /** As {@link #acquire}, for a caller who waits for the answer then, and can write the request itself until it comes. */
    public CompletableFuture<Optional<Hold>> acquireHere(Duration wait) {
        return acquire(terms.dialer().open(), wait, HoldTerms::acquire, true);
    }

    /** Connects and takes the hold or a place in the queue. Cancelling the future gives either up. */
    public CompletableFuture<Place> enqueue() {
        var result = new CompletableFuture<Place>();
        run(terms.dialer().openForPlace(terms.key()), result, place -> false, link -> {
            long sentAt = time.nanoTime();
            var request = terms.over(link).enqueue();
            var answer = link.send(request, 0)
                    .thenCompose(reply -> Refusals.is(reply, Status.QUEUED)
                            ? CompletableFuture.completedFuture(Place.queued(this, link))
                            : hold(link, request, reply, sentAt).thenApply(hold -> {
                                terms.dialer().meter().granted(time.nanoTime() - sentAt);
                                return Place.granted(this, hold);
                            }));
            finish(answer, result, Place::leave);
        });
        return result;
    }

    /** Waits for the turn of the place that the link has; empty when it does not come. The place is gone afterwards. */
    CompletableFuture<Optional<Hold>> await(Link link, Duration wait) {
        return acquire(CompletableFuture.completedFuture(link), wait, HoldTerms::await, false);
    }

    private CompletableFuture<Optional<Hold>> acquire(
            CompletableFuture<Link> opening, Duration wait, Ask ask, boolean isWaitedFor) {
        // What is opened later goes on upon a thread of the library.
        boolean here = isWaitedFor && opening.isDone();
        var result = new CompletableFuture<Optional<Hold>>();
        long begun = time.nanoTime();
        long end = begun + Nanos.of(wait);
        var meter = terms.dialer().meter();
        meter.observers().attempt(terms.key(), terms.mode(), wait, terms.server(), result);
        Futures.whenDone(result, (hold, failure) -> {
            if (failure != null) {
                meter.notAcquired();
            } else if (hold.isPresent()) {
                meter.granted(time.nanoTime() - begun);
            } else {
                meter.notGranted();
            }
        });
        stopAt(end, wait, opening, result);
        run(opening, result, Optional::isEmpty, link -> {
            long sentAt = time.nanoTime();
            boolean exact = link.takesMs() && wait.toNanosPart() != 0;
            long waitMs = msUntil(end, exact ? NANOS_PER_MS : NANOS_PER_SECOND);
            var request = ask.request(terms.over(link), waitMs);
            var answer = link.send(request, Nanos.ofMs(waitMs), here)
                    .thenCompose(reply -> isNotGranted(reply, wait)
                            ? CompletableFuture.completedFuture(Optional.<Hold>empty())
                            : hold(link, request, reply, sentAt).thenApply(Optional::of));
            finish(answer, result, late -> late.ifPresent(hold -> hold.releaseUnnoticed()));
        });
        return result;
    }

    /** Goes on with the link when there is one. It is closed when the result is a failure or an empty one. */
    private <T> void run(CompletableFuture<Link> opening, CompletableFuture<T> result, Predicate<T> isEmpty,
            Consumer<Link> next) {
        Members.Member member = () -> {
            result.completeExceptionally(closedClient());
            return CompletableFuture.completedFuture(true);
        };
        if (!terms.members().add(member)) {
            result.completeExceptionally(closedClient());
        }
        Futures.whenDone(result, (value, failure) -> {
            terms.members().remove(member);
            if (failure != null || isEmpty.test(value)) {
                Futures.cancel(opening, Link::close);
            }
        });
        Futures.whenDone(opening, (link, failure) -> {
            if (failure == null) {
                next.accept(link);
            } else {
                result.completeExceptionally(Futures.unwrap(failure));
            }
        });
    }

    private static <T> void finish(CompletableFuture<T> answer, CompletableFuture<T> result, Consumer<T> discard) {
        Futures.whenDone(answer, (value, failure) -> {
            if (failure != null) {
                result.completeExceptionally(Futures.unwrap(failure));
            } else if (!result.complete(value)) {
                discard.accept(value);
            }
        });
    }

    private void stopAt(long end, Duration wait, CompletableFuture<Link> opening,
            CompletableFuture<Optional<Hold>> result) {
        long grace = answerNanos(wait);
        boolean isWhole = wait.toNanosPart() == 0;
        var alarm = new AtomicReference<TimeSource.Alarm>(() -> {});
        alarm.set(time.after(end + (isWhole ? grace : 0) - time.nanoTime(), () -> {
            if (!isConnected(opening)) {
                result.completeExceptionally(new ConnectionFailedException(terms.subject() + ": not connected within "
                        + (wait.isZero() ? Words.of(Duration.ofNanos(grace)) : "the wait of " + Words.of(wait))));
            } else if (isWhole) {
                result.completeExceptionally(noAnswer(wait));
            } else if (opening.join().takesMs()) {
                alarm.set(time.after(grace, () -> result.completeExceptionally(noAnswer(wait))));
            } else {
                result.complete(Optional.empty()); // the server was asked for whole seconds, and owes no answer yet
            }
        }));
        Futures.whenDone(result, (hold, failure) -> alarm.get().cancel());
    }

    /** For how long after the wait the server may be silent. */
    private long answerNanos(Duration wait) {
        return Math.min(Nanos.of(terms.dialer().options().responseTimeout()),
                wait.isZero() ? LONGEST_TRY_NANOS : GRACE_NANOS);
    }

    private NoAnswerException noAnswer(Duration wait) {
        return new NoAnswerException(terms.subject() + ": no answer within "
                + Words.of(Duration.ofNanos(Nanos.plus(Nanos.of(wait), answerNanos(wait))))
                + "; nothing is held, and a grant that comes later is given back");
    }

    private static boolean isConnected(CompletableFuture<Link> opening) {
        return opening.isDone() && !opening.isCompletedExceptionally() && opening.join().isConnected();
    }

    private CompletableFuture<Hold> hold(Link link, Request request, Reply reply, long sentAt) {
        if (!(reply instanceof Reply.Granted grant) || grant.leaseMs() <= 0) {
            return CompletableFuture.failedFuture(Refusals.of(request, reply, terms.server()));
        }
        return shown(link, grant, grant.leaseMs(), sentAt, MOST_CONFIRMATIONS);
    }

    /** The hold, once it is proved that enough of it is left. */
    private CompletableFuture<Hold> shown(Link link, Reply.Granted grant, long leaseMs, long sentAt, int attempts) {
        long now = time.nanoTime();
        var tenure = new Tenure(terms.margin(), Nanos.ofMs(leaseMs), grant.fence(), sentAt);
        long enough = Math.min(Nanos.ofMs(leaseMs), link.graceNanos()) / 2;
        if (attempts == 0 || tenure.leftNanos(now, link.keptNanos(terms.margin())) >= enough) {
            return CompletableFuture.completedFuture(Hold.of(terms.over(link), link, grant, leaseMs, sentAt));
        }
        var request = terms.over(link).renew(grant.token());
        return link.send(request, 0).thenCompose(reply -> {
            if (reply instanceof Reply.Renewed renewed) {
                return shown(link, grant, renewed.leaseMs(), now, attempts - 1);
            }
            if (Refusals.meansGone(reply)) {
                throw new LeaseExpiredException(
                        terms.subject() + ": granted, but the lease had ended before the grant was read");
            }
            throw Refusals.of(request, reply, terms.server());
        });
    }

    private static boolean isNotGranted(Reply reply, Duration wait) {
        return Refusals.is(reply, Status.TIMEOUT)
                // A try-lock does not want a place in the queue, so a full one is no reason of its own.
                || (wait.isZero() && Refusals.is(reply, Status.ERROR_MAX_WAITERS));
    }

    private ClientClosedException closedClient() {
        return new ClientClosedException(terms.subject() + ": the client is closed");
    }

    /** Rounded up to a multiple of the unit. */
    private long msUntil(long end, long unitNanos) {
        long left = Math.max(0, end - time.nanoTime());
        return (left + unitNanos - 1) / unitNanos * unitNanos / NANOS_PER_MS;
    }

    /** Makes the request for a wait. */
    private interface Ask {
        Request request(HoldTerms terms, long waitMs);
    }
}
