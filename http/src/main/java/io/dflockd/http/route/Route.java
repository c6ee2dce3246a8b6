package io.dflockd.http.route;

/**
 * One thing that can be asked.
 *
 * @param path segments with slashes before them; one in braces stands for whatever octets are there
 * @param right what the caller must be allowed to do
 * @param summary what it is for, in a few words
 */
public record Route(Method method, String path, Right right, Place place, Handler handler, String summary) {
    public Route {
        if (!path.startsWith("/") || path.endsWith("/")) {
            throw new IllegalArgumentException(path);
        }
    }

    /** One that each node answers for itself. */
    public static Route everywhere(Method method, String path, Right right, Handler handler, String summary) {
        return new Route(method, path, right, Place.EVERY_NODE, handler, summary);
    }

    /** One that the leader answers. */
    public static Route atLeader(Method method, String path, Right right, Handler handler, String summary) {
        return new Route(method, path, right, Place.LEADER, handler, summary);
    }
}
