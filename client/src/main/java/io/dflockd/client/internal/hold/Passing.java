package io.dflockd.client.internal.hold;

import io.dflockd.client.internal.Futures;
import io.dflockd.client.internal.Refusals;
import io.dflockd.client.internal.link.Link;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import java.util.concurrent.CompletableFuture;

/**
 * What becomes of a hold that its {@link LeaseKeeper} has left: it goes on as something else, or is given back where the
 * server does not say that it does. So nothing is held that nobody has.
 */
final class Passing {
    private Passing() {}

    /** Has the hold outlive this client; whether the server confirmed it. The link ends. */
    static CompletableFuture<Boolean> keep(HoldTerms terms, Link over, String token, Request request) {
        return over.send(request, 0).handle((reply, failure) -> {
            boolean kept = failure == null && reply instanceof Reply.Renewed;
            if (kept) {
                over.close();
            } else {
                giveBack(terms, over, token);
            }
            return kept;
        });
    }

    /** Makes a hold of the shared side of it, over the same link. Whoever completes the future gives that up. */
    static CompletableFuture<Hold> downgrade(HoldTerms terms, Link over, String token) {
        var result = new CompletableFuture<Hold>();
        long sentAt = terms.time().nanoTime();
        var request = terms.downgrade(token);
        Futures.whenDone(over.send(request, 0), (reply, failure) -> {
            if (failure == null && reply instanceof Reply.Granted grant) {
                var hold = Hold.of(terms.downgraded(), over, grant, grant.leaseMs(), sentAt);
                if (!result.complete(hold)) {
                    hold.releaseUnnoticed();
                }
            } else {
                giveBack(terms, over, token);
                result.completeExceptionally(failure == null
                        ? Refusals.of(request, reply, terms.server())
                        : Futures.unwrap(failure));
            }
        });
        return result;
    }

    private static void giveBack(HoldTerms terms, Link over, String token) {
        Futures.whenDone(over.send(terms.release(token), 0), (reply, failure) -> over.close());
    }
}
