package io.dflockd.client.internal.hold;

import io.dflockd.client.error.DflockdException;
import io.dflockd.client.internal.Futures;
import io.dflockd.client.internal.Log;
import io.dflockd.client.internal.Refusals;
import io.dflockd.client.internal.link.Link;
import io.dflockd.client.spi.TimeSource;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Status;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Sends the renewals of one hold, over its link or over another that it makes, when its {@link LeaseKeeper} says so, and
 * tells that one what became of them. At most one renewal or dial is under way.
 */
final class Renewing {
    private static final Log log = Log.of(Renewing.class);

    private final HoldTerms terms;
    private final TimeSource time;
    private final String token;
    private final LeaseKeeper keeper;
    private final Renewals.Entry entry = new Renewals.Entry(this::renew);
    /** Guarded by the lock of the keeper. */
    private TimeSource.Alarm next = () -> {};
    private volatile @Nullable CompletableFuture<Link> dialling;

    Renewing(HoldTerms terms, String token, LeaseKeeper keeper) {
        this.terms = terms;
        this.time = terms.time();
        this.token = token;
        this.keeper = keeper;
    }

    /** Plans the next renewal of a lease that counts from {@code sentAt}. The lock of the keeper is held. */
    void plan(long leaseNanos, long sentAt) {
        next.cancel();
        dialling = null;
        terms.planRenewal(entry, leaseNanos, sentAt);
    }

    /** Renews over the link after so long. The lock of the keeper is held. */
    void renewAfter(long nanos) {
        stop();
        next = time.after(nanos, this::renewAlone);
    }

    /** Makes another link after so long. The lock of the keeper is held. */
    void seekAfter(long nanos) {
        next = time.after(nanos, this::seek);
    }

    /** Plans nothing more. The lock of the keeper is held. */
    void stop() {
        next.cancel();
        terms.renewals().cancel(entry);
    }

    void cancelDialling() {
        var opening = dialling;
        if (opening != null) {
            Futures.cancel(opening, Link::close);
        }
    }

    /** Tells the user of a renewal that failed. */
    void failed(Throwable failure) {
        terms.dialer().meter().renewalFailed();
        if (failure instanceof DflockdException reason) {
            terms.renewalFailed(reason);
        } else {
            log.error("{}: the renewal failed", terms.subject(), failure);
        }
    }

    /** Sends a renewal, which is to be flushed; null when there is none to be sent. */
    private @Nullable Link renew() {
        long sentAt = time.nanoTime();
        var due = keeper.due(sentAt);
        if (due == null) {
            return null;
        }
        var answer = due.over().enqueue(terms.renew(token), due.replyNanos());
        settle(answer, due.over(), sentAt);
        Futures.whenDone(answer, (reply, failure) -> due.answered().complete(true));
        return due.over();
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
                failAndRetry(Futures.unwrap(failure));
            }
        });
    }

    private void answered(Link over, long sentAt, Reply reply) {
        if (reply instanceof Reply.Renewed renewed) {
            terms.dialer().meter().renewed();
            keeper.renewed(over, sentAt, renewed);
            return;
        }
        var refusal = Refusals.of(terms.renew(token), reply, terms.server());
        if (Refusals.meansGone(reply)) {
            if (keeper.gone(over, Refusals.is(reply, Status.ERROR_LEASE_EXPIRED))) {
                failed(refusal);
            }
        } else if (keeper.isAdriftWithout(over)) {
            over.abort(refusal); // whose end brings the next try
        } else {
            failAndRetry(refusal);
        }
    }

    /** Makes another link and renews over that, while the hold is without one. */
    void seek() {
        if (!keeper.isAdrift()) {
            return;
        }
        var opening = terms.dialer().open();
        dialling = opening;
        if (!keeper.isAdrift()) {
            cancelDialling(); // it ended meanwhile, and whoever ended it may not have seen this one
        }
        var unused = opening.whenComplete((fresh, failure) -> {
            if (failure == null) {
                renewOver(fresh);
            } else {
                failAndRetry(Futures.unwrap(failure));
            }
        });
    }

    private void renewOver(Link fresh) {
        var unused = fresh.closed().thenAccept(why -> {
            if (keeper.isAdriftWithout(fresh)) {
                failAndRetry(why);
            }
        });
        long sentAt = time.nanoTime();
        settle(fresh.send(terms.renew(token), 0), fresh, sentAt);
    }

    private void failAndRetry(Throwable failure) {
        if (keeper.retry()) {
            failed(failure);
        }
    }
}
