package io.dflockd.http.api;

import io.dflockd.http.route.Answer;
import io.dflockd.http.route.Route;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Describes all that can be asked, for programs. */
public final class OpenApi {
    private OpenApi() {}

    public static List<Route> routes() {
        var answer = Answer.json(read());
        return List.of(Route.open("/api/v1/openapi.json", call -> {
            call.query().only();
            return answer.now();
        }, "This description"));
    }

    private static byte[] read() {
        try (var in = OpenApi.class.getResourceAsStream("openapi.json")) {
            if (in == null) {
                throw new IllegalStateException("openapi.json is missing");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
