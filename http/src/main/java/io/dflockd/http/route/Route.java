package io.dflockd.http.route;

import io.dflockd.service.access.Right;
import org.jspecify.annotations.Nullable;

/**
 * One thing that can be asked.
 *
 * @param path segments with slashes before them; one in braces stands for whatever octets are there
 * @param right what the caller must be allowed to do, to the key that the path names or else everywhere; null where everybody
 *     may ask, by whatever name of this machine, also from a page of another site
 * @param isFiltered whether it is enough to be allowed that to some keys, as the answer leaves out all others
 * @param summary what it is for, in a few words
 */
public record Route(
        Method method,
        String path,
        @Nullable Right right,
        boolean isFiltered,
        Place place,
        Handler handler,
        String summary) {
    public Route {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException(path);
        }
    }

    /** One for everybody, that each node answers for itself. */
    public static Route open(String path, Handler handler, String summary) {
        return new Route(Method.GET, path, null, false, Place.EVERY_NODE, handler, summary);
    }

    /** One that each node answers for itself. */
    public static Route everywhere(Method method, String path, Right right, Handler handler, String summary) {
        return new Route(method, path, right, false, Place.EVERY_NODE, handler, summary);
    }

    /** One that the leader answers. */
    public static Route atLeader(Method method, String path, Right right, Handler handler, String summary) {
        return new Route(method, path, right, false, Place.LEADER, handler, summary);
    }

    /** Whether it is recorded who asks this: it changes more than what clients may change. */
    public boolean isRecorded() {
        return method.writes() && (right == null || !right.isOfClients());
    }

    /** The same, for whoever may do so to some keys. */
    public Route filtered() {
        return new Route(method, path, right, true, place, handler, summary);
    }
}
