package io.dflockd.http.console;

import io.dflockd.http.route.Answer;
import io.dflockd.http.route.Call;
import io.dflockd.http.route.Route;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Hands out the console's files. They are the same for everybody and tell nothing of the server, so everybody may have them;
 * what they show comes from the API, which asks who wants to know. Nothing here says where the console is: behind a proxy
 * that is not known. Immutable.
 */
public final class Console {
    private static final int NOT_MODIFIED = 304;
    private static final int TEMPORARY_REDIRECT = 307;
    private static final String POLICY = String.join("; ",
            "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src 'self' data:",
            "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'",
            "trusted-types lit-html");
    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy", POLICY,
            "Cross-Origin-Opener-Policy", "same-origin",
            "Cache-Control", "no-cache"); // kept, but only used after the server was asked whether it still is the same

    private final Map<String, ConsoleFiles.File> files = ConsoleFiles.read();

    public List<Route> routes() {
        var routes = new ArrayList<Route>();
        routes.add(file("/console/", ConsoleFiles.START));
        ConsoleFiles.NAMES.forEach(name -> routes.add(file(ConsoleFiles.FOLDER + name, name)));
        for (var path : List.of("/", "/console")) {
            routes.add(Route.open(path, call -> redirect().now(), "To the console"));
        }
        return routes;
    }

    private Route file(String path, String name) {
        var file = files.get(name);
        if (file == null) {
            throw new IllegalArgumentException(name);
        }
        var whole = new Answer(Answer.OK, file.type(), HEADERS, file.bytes()).withHeader("ETag", file.tag());
        // Of an answer with 304 only the headers are sent, and they are to be those of the whole one.
        var unchanged = new Answer(NOT_MODIFIED, whole.type(), whole.headers(), whole.body());
        return Route.open(path, call -> (isKnown(call, file.tag()) ? unchanged : whole).now(), "The console's " + name);
    }

    private static Answer redirect() {
        return new Answer(TEMPORARY_REDIRECT, "text/plain; charset=utf-8", Map.of("Location", "console/"), new byte[0]);
    }

    private static boolean isKnown(Call call, String tag) {
        var wanted = call.header("If-None-Match");
        return Arrays.stream(wanted.split(",", -1))
                .map(one -> one.strip().replaceFirst("^W/", ""))
                .anyMatch(one -> one.equals(tag) || one.equals("*"));
    }
}
