package io.dflockd.http.route;

import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One request, after it was found that its caller may make it.
 *
 * @param parameters the octets that stood where the route's path has braces
 * @param header the first header of a name, empty where there is none
 * @param body its octets; empty where the method has none
 * @param actor who asks
 * @param peer where from, for people to read
 * @param number of the request, for the logs
 */
public record Call(
        Route route,
        Map<String, String> parameters,
        Query query,
        UnaryOperator<String> header,
        String body,
        Actor actor,
        String peer,
        long number) {
    /** The octets at a place of the path. */
    public String parameter(String name) {
        @Nullable String octets = parameters.get(name);
        if (octets == null) {
            throw new IllegalArgumentException(route.path() + " has no " + name);
        }
        return octets;
    }
}
