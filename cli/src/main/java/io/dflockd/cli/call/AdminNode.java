package io.dflockd.cli.call;

import io.avaje.json.mapper.JsonMapper;
import io.dflockd.cli.call.AdminClient.RefusedException;
import io.dflockd.cli.line.Exit;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The admin listener of one server, over HTTP. */
public final class AdminNode {
    private static final int OK = 200;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int UNAVAILABLE = 503;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(70);
    /** Until a file begins to come. */
    private static final Duration FILE_TIMEOUT = Duration.ofSeconds(610);

    private final HttpClient http;
    private final String base;
    private final @Nullable String token;

    AdminNode(HttpClient http, String base, @Nullable String token) {
        this.http = http;
        this.base = base;
        this.token = token;
    }

    /** It was not carried out there, and another node may do so. */
    static final class ElsewhereException extends RefusedException {
        private static final long serialVersionUID = 1L;

        ElsewhereException(String message) {
            super(Exit.UNREACHABLE, message);
        }
    }

    /** Where it is, without what all such addresses have. */
    public String name() {
        return base.startsWith("http://") ? base.substring("http://".length()) : base;
    }

    /** What is at a path. */
    public Map<String, Object> get(String path) throws RefusedException, InterruptedException {
        return answer(request(path).GET());
    }

    /** Has something changed. */
    public Map<String, Object> send(String method, String path, Map<String, ?> body)
            throws RefusedException, InterruptedException {
        return answer(request(path)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(MAPPER.toJson(body))));
    }

    /** See {@link AdminClient#download}. */
    Download download(String path, Map<String, ?> body, Path file)
            throws RefusedException, InterruptedException, IOException {
        var request = request(path)
                .timeout(FILE_TIMEOUT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(MAPPER.toJson(body)));
        var response = send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        try (var in = response.body()) {
            if (response.statusCode() / 100 != 2) {
                var unusedAsItThrows = checked(
                        response.statusCode(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
            return Download.of(response.headers(), in, file);
        } catch (Download.CutOffException e) {
            throw new RefusedException(Exit.UNREACHABLE, base + ": " + e.getMessage());
        }
    }

    /** See {@link AdminClient#stream}. */
    void stream(String path, AdminClient.Listener listener) throws RefusedException, InterruptedException {
        var request = request(path).header("Accept", "text/event-stream").GET().build();
        var response = send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (var events = new EventLines(response.body())) {
            if (response.statusCode() != OK) {
                var unusedAsItThrows = checked(response.statusCode(), events.rest());
            }
            events.tell((name, data) -> listener.event(name, object(data)));
            throw new RefusedException(Exit.UNREACHABLE, base + " told no more");
        } catch (IOException e) {
            throw new RefusedException(Exit.UNREACHABLE, "cannot reach " + base + ": " + reason(e));
        }
    }

    private HttpRequest.Builder request(String path) {
        var request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(ANSWER_TIMEOUT)
                .header("X-Dflockd-Via", "cli");
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return request;
    }

    private Map<String, Object> answer(HttpRequest.Builder request) throws RefusedException, InterruptedException {
        var response = send(request.build(), HttpResponse.BodyHandlers.ofString());
        return checked(response.statusCode(), response.body());
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
            throws RefusedException, InterruptedException {
        try {
            return http.send(request, handler);
        } catch (IOException e) {
            var why = "cannot reach " + base + ": " + reason(e);
            // What would change something may have been done where its answer was lost.
            boolean surelyNotDone = request.method().equals("GET") || e instanceof ConnectException
                    || e instanceof HttpConnectTimeoutException;
            throw surelyNotDone ? new ElsewhereException(why) : new RefusedException(Exit.UNREACHABLE, why);
        }
    }

    /** That client of the JDK says nothing of a refused connection but the name of the exception. */
    private static String reason(IOException e) {
        if (e instanceof ConnectException) {
            return "connection refused or no way there";
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    /** What the answer says, if it is that it was done. */
    private Map<String, Object> checked(int status, String text) throws RefusedException {
        var body = object(text);
        if (status == UNAVAILABLE && "not_leader".equals(body.get("code"))) {
            throw new ElsewhereException(
                    TextTable.printable(base + ": " + body.getOrDefault("detail", "does not lead")));
        }
        if (status / 100 != 2) {
            var why = String.valueOf(body.getOrDefault("detail", base + " answers with status " + status));
            boolean lacksToken = status == UNAUTHORIZED && token == null;
            throw new RefusedException(exitOf(status), TextTable.printable(
                    lacksToken ? why + "; it is named by --admin-token-file or in DFLOCK_ADMIN_TOKEN" : why));
        }
        return body;
    }

    private static Map<String, Object> object(String body) {
        try {
            return MAPPER.fromJsonObject(body);
        } catch (RuntimeException e) {
            return Map.of(); // somebody else answers there
        }
    }

    private static Exit exitOf(int status) {
        return switch (status) {
            case UNAUTHORIZED, FORBIDDEN -> Exit.NO_ACCESS;
            case 404 -> Exit.NOTHING;
            case UNAVAILABLE -> Exit.UNREACHABLE;
            default -> Exit.REFUSED;
        };
    }
}
