package io.dflockd.http.route;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All that can be asked. A path is taken apart at its slashes before anything in it is decoded, and never put together
 * again: an encoded slash is a part of a key, and two dots are nothing special.
 */
public final class RouteTable {
    private final List<Route> routes;

    /** A route and what stood where its path has braces. */
    public record Match(Route route, Map<String, String> parameters) {}

    public RouteTable(List<Route> routes) {
        this.routes = List.copyOf(routes);
        for (int i = 0; i < routes.size(); i++) {
            var route = routes.get(i);
            boolean isTwice = routes.subList(0, i)
                    .stream()
                    .anyMatch(other -> other.method() == route.method() && other.path().equals(route.path()));
            if (isTwice) {
                throw new IllegalArgumentException(route.method() + " " + route.path() + " is there twice");
            }
        }
    }

    public List<Route> routes() {
        return routes;
    }

    /** The route of a raw path. Throws a {@link ProblemException} where there is none, or none with this method. */
    public Match find(String method, String rawPath) {
        var segments = segments(rawPath);
        var here = new ArrayList<Route>();
        for (var route : routes) {
            @Nullable Map<String, String> parameters = match(route, segments);
            if (parameters != null) {
                if (route.method().name().equals(method.equals("HEAD") ? "GET" : method)) {
                    return new Match(route, parameters);
                }
                here.add(route);
            }
        }
        if (here.isEmpty()) {
            throw Problem.of(Problem.NOT_FOUND, "not_found", "there is nothing at this path").exception();
        }
        throw Problem.of(Problem.METHOD_NOT_ALLOWED, "method", "this path does not take " + method)
                .withHeader("Allow",
                        here.stream().map(route -> allowed(route.method())).collect(Collectors.joining(", ")))
                .exception();
    }

    private static String allowed(Method method) {
        return method == Method.GET ? "GET, HEAD" : method.name();
    }

    private static List<String> segments(String rawPath) {
        var segments = new ArrayList<String>();
        for (var raw : rawPath.substring(1).split("/", -1)) {
            @Nullable String octets = Percent.decode(raw, false);
            if (octets == null) {
                throw Problem.invalid(
                        "the path has a % without two hexadecimal digits, or a character that must be written so")
                        .exception();
            }
            segments.add(octets);
        }
        return segments;
    }

    private static @Nullable Map<String, String> match(Route route, List<String> segments) {
        var pattern = route.path().substring(1).split("/", -1);
        if (pattern.length != segments.size()) {
            return null;
        }
        var parameters = new HashMap<String, String>();
        for (int i = 0; i < pattern.length; i++) {
            var part = pattern[i];
            if (part.startsWith("{")) {
                parameters.put(part.substring(1, part.length() - 1), segments.get(i));
            } else if (!part.equals(segments.get(i))) {
                return null;
            }
        }
        return parameters;
    }
}
