package io.dflockd.http.route;

import io.dflockd.service.access.AuditTrail;
import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One request, after it was found that its caller may make it.
 *
 * @param parameters the octets that stood where the route's path has braces
 * @param header the first header of a name, which may be empty; null where there is none
 * @param body its octets; empty where the method has none
 * @param actor who asks
 * @param source where from; null where that has no address
 * @param peer the same, for people to read
 * @param passedBy the node of the cluster that passed it on; empty where it came here itself
 * @param number of the request, for the logs
 * @param written whether the answer was written whole, when that is known; false, at any time, where it never will be, as nobody
 *     is there any more or the answer takes too long
 */
public record Call(
        Route route,
        Map<String, String> parameters,
        Query query,
        Function<String, @Nullable String> header,
        String body,
        Actor actor,
        @Nullable InetAddress source,
        String peer,
        String passedBy,
        long number,
        CompletionStage<Boolean> written) {
    /** The header that says by which program of ours somebody asks. */
    public static final String VIA = "X-Dflockd-Via";

    /** By what somebody asks, for the audit log. */
    public String via() {
        return via(header(VIA));
    }

    /** What that header says, where it is something that is known. */
    public static String via(String header) {
        return header.equals("cli") || header.equals("console") ? header : AuditTrail.HTTP;
    }

    /** The first header of a name; empty where there is none, or it says nothing. */
    public String header(String name) {
        @Nullable String value = header.apply(name);
        return value == null ? "" : value;
    }

    /** The octets at a place of the path. */
    public String parameter(String name) {
        @Nullable String octets = parameters.get(name);
        if (octets == null) {
            throw new IllegalArgumentException(route.path() + " has no " + name);
        }
        return octets;
    }
}
