package io.dflockd.client.internal.session;

import io.dflockd.client.internal.Nanos;
import io.dflockd.client.internal.Refusals;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What was taken over a {@link Strand}, and how it goes back. The account is guarded by the lock of the strand. */
final class Takings {
    private final ServerSession session;
    /** The requests that would give back what is held, by token. */
    private final Map<String, Request> held = new HashMap<>(2);
    /** The request that would give up the place that an enqueue took. */
    private @Nullable Request place;

    Takings(ServerSession session) {
        this.session = session;
    }

    /** The requests that give back all there is, of which nothing is known here any more. */
    List<Request> takeAll() {
        var returns = new ArrayList<>(held.values());
        held.clear();
        if (place != null) {
            returns.add(place);
            place = null;
        }
        return returns;
    }

    /** Takes note of what the answer gave or took. */
    void account(Request request, Reply reply) {
        if (reply instanceof Reply.Granted grant) {
            if (request instanceof Request.Wait) {
                place = null;
            }
            held.put(grant.token(), Returns.release(request, grant));
        } else if (request instanceof Request.Release release) {
            held.remove(release.token());
        } else if (request instanceof Request.Keep keep && reply instanceof Reply.Renewed) {
            held.remove(keep.token());
        } else if (request instanceof Request.Renew renew && Refusals.meansGone(reply)) {
            held.remove(renew.token());
        } else if (Refusals.is(reply, Status.QUEUED)) {
            place = Returns.leave(request);
        } else if (request instanceof Request.Wait) {
            place = null;
        }
    }

    /** Returns what an answer gave that came too late for anybody to want it. Completes when the server has it. */
    CompletableFuture<?> giveBack(Request request, Reply reply) {
        if (reply instanceof Reply.Granted grant) {
            return giveBack(Returns.release(request, grant));
        }
        if (Refusals.is(reply, Status.QUEUED)) {
            return giveBack(Returns.leave(request));
        }
        session.requests().putBack(request, reply);
        return CompletableFuture.completedFuture(true);
    }

    /** Sends the request, and gives back what that gave, in turn. */
    CompletableFuture<?> giveBack(Request request) {
        var exchange = session.requests().send(request, Nanos.of(session.dialer().options().responseTimeout()));
        return exchange.reply.thenCompose(reply -> giveBack(request, reply));
    }
}
