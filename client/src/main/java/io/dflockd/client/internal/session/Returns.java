package io.dflockd.client.internal.session;

import io.dflockd.protocol.DurationForm;
import io.dflockd.protocol.HoldFamily;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;

/** The requests that undo what others got. */
final class Returns {
    private Returns() {}

    /** Gives back what was granted. */
    static Request release(Request request, Reply.Granted grant) {
        return new Request.Release(familyOf(request).release(), request.key(), grant.token());
    }

    /** A wait that ends at once gives up the place that the request took. */
    static Request leave(Request enqueue) {
        return new Request.Wait(familyOf(enqueue).await(), enqueue.key(), 0, DurationForm.SECONDS);
    }

    /** Which kind of release does not matter to the server; the family's own reads better in its log. */
    private static HoldFamily familyOf(Request request) {
        var family = request.verb().family();
        return family == null ? HoldFamily.LOCK : family;
    }
}
