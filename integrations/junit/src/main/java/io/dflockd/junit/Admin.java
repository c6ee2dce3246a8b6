package io.dflockd.junit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Asks a server what an operator may ask, past the network of the test. Thread-safe. */
final class Admin {
    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int FIRST_ERROR = 400;
    /** As many rows as an answer has at most. */
    private static final int LIMIT = 1_000;

    private final int port;
    private final String token;

    Admin(int port, String token) {
        this.port = port;
        this.token = token;
    }

    /** A hold as it is listed. */
    record Held(String key, String client, String peer, String mode, long session, long fence, Duration held,
            Duration leaseLeft) {}

    /** A session that has something or outlives its connection. */
    record Session(long number, String client, String peer) {}

    List<Held> holders(String key) {
        return lock(key).map(lock -> Json.objects(lock.get("holders")).stream().map(row -> held(key, row)).toList())
                .orElse(List.of());
    }

    long waiters(String key) {
        return lock(key).map(lock -> number(lock, "waiter_count")).orElse(0L);
    }

    /** All holds of all keys. */
    List<Held> holds() {
        var all = new ArrayList<Held>();
        for (var row : Json.objects(get("/api/v1/locks?state=held&limit=" + LIMIT).orElseThrow().get("items"))) {
            all.addAll(holders(text(row, "key")));
        }
        return all;
    }

    List<Session> sessions() {
        return Json.objects(get("/api/v1/sessions?limit=" + LIMIT).orElseThrow().get("items"))
                .stream()
                .map(row -> new Session(number(row, "session"), text(row, "client"), text(row, "peer")))
                .toList();
    }

    /** How many requests the server keeps waiting. */
    long waitingRequests() {
        return Json.objects(get("/api/v1/sessions?limit=" + LIMIT).orElseThrow().get("items"))
                .stream()
                .mapToLong(row -> number(row, "waiters") + number(row, "list_waiters") + number(row, "barrier_waiters"))
                .sum();
    }

    /** False where it has ended meanwhile. */
    boolean release(Held hold) {
        return change("POST", "/api/v1/locks/" + encoded(hold.key()) + "/release",
                "{\"fence\": " + hold.fence() + ", \"reason\": \"a test takes it\"}");
    }

    /** False where it has ended meanwhile. */
    boolean end(Session session) {
        return change("DELETE", "/api/v1/sessions/" + session.number(), "{\"reason\": \"its client was closed\"}");
    }

    private Optional<Map<String, Object>> lock(String key) {
        return get("/api/v1/locks/" + encoded(key) + "?limit=" + LIMIT);
    }

    private static Held held(String key, Map<String, Object> row) {
        return new Held(key, text(row, "client"), text(row, "peer"), text(row, "mode"), number(row, "session"),
                number(row, "fence"), seconds(row, "held_s"), seconds(row, "lease_left_s"));
    }

    private static String text(Map<String, Object> row, String field) {
        return String.valueOf(row.getOrDefault(field, ""));
    }

    private static long number(Map<String, Object> row, String field) {
        return row.get(field) instanceof Number number ? number.longValue() : 0;
    }

    private static Duration seconds(Map<String, Object> row, String field) {
        return row.get(field) instanceof Number number
                ? Duration.ofMillis(Math.round(number.doubleValue() * 1_000))
                : Duration.ZERO;
    }

    private static String encoded(String key) {
        return URLEncoder.encode(key, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private Optional<Map<String, Object>> get(String path) {
        var answer = send(request(path).GET().build());
        return answer.statusCode() == NOT_FOUND ? Optional.empty() : Optional.of(Json.object(ok(answer).body()));
    }

    private boolean change(String method, String path, String body) {
        var answer = send(request(path).header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build());
        return answer.statusCode() != NOT_FOUND && answer.statusCode() != CONFLICT && ok(answer) != null;
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(LONGEST)
                .header("Authorization", "Bearer " + token);
    }

    private static HttpResponse<String> send(HttpRequest request) {
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException("the test server does not answer operators: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the test server was asked " + request.uri().getPath(),
                    e);
        }
    }

    private static HttpResponse<String> ok(HttpResponse<String> answer) {
        if (answer.statusCode() >= FIRST_ERROR) {
            throw new IllegalStateException("the test server answers " + answer.statusCode() + " to "
                    + answer.uri().getPath() + ": " + answer.body());
        }
        return answer;
    }
}
