package io.dflockd.client.internal.hold;

import io.dflockd.client.error.LossReason;
import io.dflockd.client.internal.Refusals;
import io.dflockd.client.internal.hold.Tenure.Farewell;
import io.dflockd.client.internal.link.Link;
import io.dflockd.protocol.Status;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The end of one hold: who is told of it here, and how the server is. The futures complete on threads that must not block. */
final class Ending {
    private final HoldTerms terms;
    private final String token;
    private final CompletableFuture<LossReason> lost = new CompletableFuture<>();
    private final CompletableFuture<Optional<LossReason>> ended = new CompletableFuture<>();
    private final CompletableFuture<Boolean> released = new CompletableFuture<>();
    private final CompletableFuture<Boolean> farewell = new CompletableFuture<>();

    Ending(HoldTerms terms, String token) {
        this.terms = terms;
        this.token = token;
    }

    /** Completes when the hold is lost. */
    CompletableFuture<LossReason> lost() {
        return lost;
    }

    /** Completes when the hold is lost, with why, or begins to be released, with empty. */
    CompletableFuture<Optional<LossReason>> ended() {
        return ended;
    }

    /** Completes with whether the server confirmed that the hold was released. */
    CompletableFuture<Boolean> released() {
        return released;
    }

    /** Completes when the server has been told that nobody needs the hold, or cannot be told. */
    CompletableFuture<Boolean> farewell() {
        return farewell;
    }

    /** The hold is lost. Called at most once, and not after {@link #giveBack}. The server is told after so long. */
    void lose(LossReason reason, Farewell how, Link last, long farewellAfterNanos) {
        terms.dialer().meter().lost(reason);
        lost.complete(reason);
        ended.complete(Optional.of(reason));
        released.complete(false);
        if (farewellAfterNanos > 0) {
            terms.time().after(farewellAfterNanos, () -> bid(how, last, false));
        } else {
            bid(how, last, false);
        }
    }

    /** The hold is given back. Called at most once, and not after {@link #lose}. See {@link Link#sendHere}. */
    void giveBack(Farewell how, Link last, boolean here) {
        ended.complete(Optional.empty());
        var unused = farewell.thenAccept(released::complete);
        bid(how, last, here);
    }

    /** It goes on without us. Called at most once, and not after the others. */
    void passOn() {
        ended.complete(Optional.empty());
        released.complete(true);
        farewell.complete(true);
    }

    private void bid(Farewell how, Link last, boolean here) {
        switch (how) {
            case OVER_LINK -> releaseOver(last, here);
            case OVER_ANOTHER -> releaseOverAnother();
            case NONE -> {
                last.close();
                farewell.complete(false);
            }
        }
    }

    private void releaseOverAnother() {
        var unused = terms.dialer().open().whenComplete((fresh, failure) -> {
            if (failure == null) {
                releaseOver(fresh, false);
            } else {
                farewell.complete(false);
            }
        });
    }

    private void releaseOver(Link over, boolean here) {
        var unused = over.send(terms.release(token), 0, here).whenComplete((reply, failure) -> {
            over.close();
            farewell.complete(failure == null && Refusals.is(reply, Status.OK));
        });
    }
}
