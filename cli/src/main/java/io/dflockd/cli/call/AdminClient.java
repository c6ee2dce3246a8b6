package io.dflockd.cli.call;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.avaje.json.mapper.JsonMapper;
import io.dflockd.cli.line.Exit;
import io.dflockd.cli.line.Flag;
import io.dflockd.cli.line.UsageException;
import java.io.IOException;
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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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

    private static final int UNAUTHORIZED = 401;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String DEFAULT_ADDRESS = "127.0.0.1:6389";
    private static final String TOKEN_VARIABLE = "DFLOCK_ADMIN_TOKEN";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(70);
    /** Until a file begins to come. */
    private static final Duration FILE_TIMEOUT = Duration.ofSeconds(610);

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

    /** One for each address that is named; the same as {@link #of} where there is one at most. */
    public static List<AdminClient> each(Call call) {
        var given = call.arguments().values(ADMIN);
        var variable = variable(ADMIN.variable(), call);
        var addresses = !given.isEmpty() ? given : List.of(variable == null ? DEFAULT_ADDRESS : variable);
        var token = token(call);
        return addresses.stream()
                .flatMap(some -> Arrays.stream(some.split(",", -1)))
                .map(address -> new AdminClient(base(address.strip()), token))
                .toList();
    }

    /** Where it is, without what all such addresses have. */
    public String name() {
        return base.startsWith("http://") ? base.substring("http://".length()) : base;
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

    /**
     * Has a file made and writes it. It has its name when all of it is on the disk, and its checksum is right; until then there
     * is one beside it, whose name ends in {@code .part}. Only its owner can read it.
     *
     * @throws IOException where it cannot be written
     */
    public Download download(String path, Map<String, ?> body, Path file)
            throws RefusedException, InterruptedException, IOException {
        var request = request(path)
                .timeout(FILE_TIMEOUT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(MAPPER.toJson(body)));
        var response = send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (var in = response.body()) {
            if (response.statusCode() / 100 != 2) {
                var unusedAsItThrows = checked(response.statusCode(), new String(in.readAllBytes(), UTF_8));
            }
            return Download.of(response.headers(), in, file);
        } catch (Download.CutOffException e) {
            throw new RefusedException(Exit.UNREACHABLE, base + ": " + e.getMessage());
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
        var response = send(request, HttpResponse.BodyHandlers.ofString());
        return checked(response.statusCode(), response.body());
    }

    private <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler)
            throws RefusedException, InterruptedException {
        try {
            return http.send(request.build(), handler);
        } catch (IOException e) {
            // That client of the JDK says nothing of a refused connection but the name of the exception.
            var why = e instanceof ConnectException
                    ? "connection refused or no way there"
                    : e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new RefusedException(Exit.UNREACHABLE, "cannot reach " + base + ": " + why);
        }
    }

    /** What the answer says, if it is that it was done. */
    private Map<String, Object> checked(int status, String text) throws RefusedException {
        var body = object(text);
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
            case UNAUTHORIZED -> Exit.NO_ACCESS;
            case 404 -> Exit.NOTHING;
            case 503 -> Exit.UNREACHABLE;
            default -> Exit.REFUSED;
        };
    }
}
