package io.dflockd.cli.call;

import io.avaje.json.mapper.JsonMapper;
import io.dflockd.cli.line.Exit;
import io.dflockd.cli.line.Flag;
import io.dflockd.cli.line.UsageException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Asks the admin listener of a server, over HTTP. */
public final class AdminClient {
    /** Where it is. */
    public static final Flag ADMIN = new Flag("admin", "ADDRESS", "DFLOCK_ADMIN",
            "the admin listener, HOST:PORT or an address that begins with http:// or https:// (127.0.0.1:6389)");
    /** What is shown there. */
    public static final Flag TOKEN_FILE = new Flag("admin-token-file", "FILE", "DFLOCK_ADMIN_TOKEN_FILE",
            "the file that holds the token to show there; DFLOCK_ADMIN_TOKEN holds the token itself");
    public static final List<Flag> FLAGS = List.of(ADMIN, TOKEN_FILE);

    private static final int OK = 200;
    private static final int UNAUTHORIZED = 401;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String DEFAULT_ADDRESS = "127.0.0.1:6389";
    private static final String TOKEN_VARIABLE = "DFLOCK_ADMIN_TOKEN";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(70);
    /** A stream has a line at least every 15 s, so one that is silent for so long has nobody at its other end. */
    private static final long SILENCE_SECONDS = 40;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
    private final String base;
    private final @Nullable String token;

    private AdminClient(String base, @Nullable String token) {
        this.base = base;
        this.token = token;
    }

    /** It was not done. */
    public static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        private final Exit exit;

        RefusedException(Exit exit, String message) {
            super(message);
            this.exit = exit;
        }

        public Exit exit() {
            return exit;
        }
    }

    /** By the flags and the environment of a call. Throws {@link UsageException} where one of them is not valid. */
    public static AdminClient of(Call call) {
        var given = call.arguments().value(ADMIN);
        var address = given == null ? variable(ADMIN.variable(), call) : given;
        return new AdminClient(base(address == null ? DEFAULT_ADDRESS : address), token(call));
    }

    private static String base(String address) {
        var url = address.startsWith("http://") || address.startsWith("https://") ? address : "http://" + address;
        try {
            var uri = URI.create(url);
            if (uri.getHost() != null && uri.getQuery() == null && uri.getFragment() == null
                    && uri.getUserInfo() == null) {
                return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
            }
        } catch (IllegalArgumentException e) {
            // Told below, as one without a host.
        }
        throw new UsageException(
                "--admin is '" + address + "'; valid is HOST:PORT or an address with http:// or https://");
    }

    private static @Nullable String token(Call call) {
        var given = call.arguments().value(TOKEN_FILE);
        if (given != null) {
            return tokenIn("--" + TOKEN_FILE.name(), given);
        }
        var token = variable(TOKEN_VARIABLE, call);
        var file = variable(TOKEN_FILE.variable(), call);
        if (token != null && file != null) {
            throw new UsageException(TOKEN_VARIABLE + " and " + TOKEN_FILE.variable() + " exclude each other");
        }
        return file == null ? token : tokenIn(String.valueOf(TOKEN_FILE.variable()), file);
    }

    private static String tokenIn(String setting, String file) {
        try {
            var token = Files.readString(Path.of(file)).strip();
            if (token.isEmpty()) {
                throw new UsageException(setting + ": " + file + " is empty");
            }
            return token;
        } catch (IOException e) {
            throw new UsageException(setting + ": cannot read " + file);
        }
    }

    private static @Nullable String variable(@Nullable String name, Call call) {
        var text = name == null ? null : call.environment().get(name);
        return text == null || text.isEmpty() ? null : text;
    }

    /** A part of a path or of a query, in which nothing has a meaning of its own. */
    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
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

    /** Is told the events of a stream. */
    public interface Listener {
        /**
         * One event.
         *
         * @param name empty unless it has one
         */
        void event(String name, Map<String, Object> data);
    }

    /** Tells what comes on a path for as long as it comes. Throws when the server ends it. */
    public void stream(String path, Listener listener) throws RefusedException, InterruptedException {
        var heard = new AtomicBoolean(true);
        var watch = Executors.newSingleThreadScheduledExecutor(
                task -> Thread.ofPlatform().daemon().name("dflock-watch").unstarted(task));
        try {
            var response = http.send(
                    request(path).header("Accept", "text/event-stream").GET().build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            try (var in = response.body();
                    var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
                if (response.statusCode() != OK) {
                    throw refused(response.statusCode(), object(lines.lines().collect(Collectors.joining())));
                }
                var unused = watch.scheduleAtFixedRate(() -> {
                    if (!heard.getAndSet(false)) {
                        close(in);
                    }
                }, SILENCE_SECONDS, SILENCE_SECONDS, TimeUnit.SECONDS);
                tell(lines, heard, listener);
            }
            throw new RefusedException(Exit.UNREACHABLE, base + " told no more");
        } catch (IOException e) {
            throw heard.get() ? unreachable(e) : new RefusedException(Exit.UNREACHABLE, base + " is silent");
        } finally {
            watch.shutdownNow();
        }
    }

    private static void tell(BufferedReader lines, AtomicBoolean heard, Listener listener) throws IOException {
        var name = "";
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            heard.set(true);
            if (line.isEmpty()) {
                name = "";
            } else if (line.startsWith("event: ")) {
                name = line.substring("event: ".length());
            } else if (line.startsWith("data: ")) {
                listener.event(name, object(line.substring("data: ".length())));
            }
        }
    }

    private static void close(InputStream in) {
        try {
            in.close();
        } catch (IOException e) {
            // whoever reads it notices
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
        HttpResponse<String> response;
        try {
            response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw unreachable(e);
        }
        var body = object(response.body());
        if (response.statusCode() / 100 != 2) {
            throw refused(response.statusCode(), body);
        }
        return body;
    }

    private RefusedException unreachable(IOException e) {
        // That client of the JDK says nothing of a refused connection but the name of the exception.
        var why = e instanceof ConnectException
                ? "connection refused or no way there"
                : e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return new RefusedException(Exit.UNREACHABLE, "cannot reach " + base + ": " + why);
    }

    private RefusedException refused(int status, Map<String, Object> body) {
        var why = String.valueOf(body.getOrDefault("detail", base + " answers with status " + status));
        boolean lacksToken = status == UNAUTHORIZED && token == null;
        return new RefusedException(exitOf(status), TextTable.printable(
                lacksToken ? why + "; it is named by --admin-token-file or in DFLOCK_ADMIN_TOKEN" : why));
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
            case UNAUTHORIZED -> Exit.NO_ACCESS;
            case 404 -> Exit.NOTHING;
            case 503 -> Exit.UNREACHABLE;
            default -> Exit.REFUSED;
        };
    }
}
