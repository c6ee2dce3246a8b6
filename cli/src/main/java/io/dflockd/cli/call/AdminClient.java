package io.dflockd.cli.call;

import io.avaje.json.mapper.JsonMapper;
import io.dflockd.cli.line.Exit;
import io.dflockd.cli.line.Flag;
import io.dflockd.cli.line.UsageException;
import io.dflockd.client.TlsOptions;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Asks the admin listener of a server, over HTTP. Of several, which are the nodes of a cluster, the one that leads answers most
 * questions: the others are asked in turn until one does, and that one first from then on.
 */
public final class AdminClient {
    /** Where it is. */
    public static final Flag ADMIN = new Flag("admin", "ADDRESS,…", "DFLOCK_ADMIN",
            "the admin listener, HOST:PORT (by TLS where a --tls flag is given) or an address with http:// or https://; the nodes of"
                    + " a cluster with commas, of which the leader is found (127.0.0.1:6389)");
    /** What is shown there. */
    public static final Flag TOKEN_FILE = new Flag("admin-token-file", "FILE", "DFLOCK_ADMIN_TOKEN_FILE",
            "the file that holds the token to show there; DFLOCK_ADMIN_TOKEN holds the token itself");
    public static final List<Flag> FLAGS = List.of(ADMIN, TOKEN_FILE);

    private static final int UNAUTHORIZED = 401;
    private static final int UNAVAILABLE = 503;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String DEFAULT_ADDRESS = "127.0.0.1:6389";
    private static final String TOKEN_VARIABLE = "DFLOCK_ADMIN_TOKEN";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(70);

    private final HttpClient http;
    /** At least one; the one that answered last is the first. */
    private final ArrayDeque<String> bases;
    private final @Nullable String token;

    private AdminClient(List<String> bases, @Nullable String token, @Nullable TlsOptions tls) {
        this.bases = new ArrayDeque<>(bases);
        this.token = token;
        var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_TIMEOUT);
        if (tls != null) {
            client.sslContext(tls.context());
        } else if (bases.stream().allMatch(base -> base.startsWith("http://"))) {
            client.sslContext(trustingNobody()); // to read whom this machine trusts takes longer than the request
        }
        this.http = client.build();
    }

    /** What one of them made of a request. */
    private sealed interface Verdict {
        record Answered(Map<String, Object> body) implements Verdict {}

        /** It was not carried out there, and another may do so. */
        record Elsewhere(RefusedException failure) implements Verdict {}
    }

    /** Without TLS it need not read whom this machine trusts, which takes longer than the request. */
    private static HttpClient http(String base) {
        var http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_TIMEOUT);
        if (base.startsWith("http://")) {
            http.sslContext(trustingNobody());
        }
        return http.build();
    }

    private static SSLContext trustingNobody() {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[0], null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no TLS", e);
        }
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
        var tls = Settings.tls(call.arguments(), call.environment());
        var bases = Arrays.stream((address == null ? DEFAULT_ADDRESS : address).split(",", -1))
                .map(one -> base(one.strip(), tls != null))
                .toList();
        return new AdminClient(bases, token(call), tls);
    }

    /** {@code isSecret}: whether TLS is spoken where the address does not say. */
    private static String base(String address, boolean isSecret) {
        var url = address.startsWith("http://") || address.startsWith("https://")
                ? address
                : (isSecret ? "https://" : "http://") + address;
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
                "--admin is '" + address
                        + "'; valid is HOST:PORT or an address with http:// or https://, the nodes of a cluster with commas");
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
        return answer(path, request -> request.GET());
    }

    /** Has something changed. */
    public Map<String, Object> send(String method, String path, Map<String, ?> body)
            throws RefusedException, InterruptedException {
        return answer(path, request -> request
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(MAPPER.toJson(body))));
    }

    private HttpRequest.Builder request(String base, String path) {
        var request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(ANSWER_TIMEOUT)
                .header("X-Dflockd-Via", "cli");
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return request;
    }

    private Map<String, Object> answer(String path, UnaryOperator<HttpRequest.Builder> completed)
            throws RefusedException, InterruptedException {
        @Nullable RefusedException first = null;
        for (int tries = bases.size(); tries > 0; tries--) {
            var base = bases.getFirst();
            switch (ask(base, completed.apply(request(base, path)).build())) {
                case Verdict.Answered answered -> {
                    return answered.body;
                }
                case Verdict.Elsewhere elsewhere -> {
                    // Who is down or a follower is no news where another leads; where none does, the first says why.
                    first = first == null ? elsewhere.failure : first;
                    bases.addLast(bases.removeFirst());
                }
            }
        }
        throw Objects.requireNonNull(first);
    }

    private Verdict ask(String base, HttpRequest request) throws RefusedException, InterruptedException {
        HttpResponse<String> response;
        try {
            response = http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            // That client of the JDK says nothing of a refused connection but the name of the exception.
            var why = e instanceof ConnectException
                    ? "connection refused or no way there"
                    : e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            var failure = new RefusedException(Exit.UNREACHABLE, "cannot reach " + base + ": " + why);
            // What would change something may have been done where its answer was lost.
            if (request.method().equals("GET") || e instanceof ConnectException
                    || e instanceof HttpConnectTimeoutException) {
                return new Verdict.Elsewhere(failure);
            }
            throw failure;
        }
        var body = object(response.body());
        if (response.statusCode() == UNAVAILABLE && "not_leader".equals(body.get("code"))) {
            return new Verdict.Elsewhere(new RefusedException(Exit.UNREACHABLE, TextTable.printable(
                    base + ": " + body.getOrDefault("detail", "does not lead"))));
        }
        if (response.statusCode() / 100 != 2) {
            var why = String.valueOf(
                    body.getOrDefault("detail", base + " answers with status " + response.statusCode()));
            boolean lacksToken = response.statusCode() == UNAUTHORIZED && token == null;
            throw new RefusedException(exitOf(response.statusCode()), TextTable.printable(
                    lacksToken ? why + "; it is named by --admin-token-file or in DFLOCK_ADMIN_TOKEN" : why));
        }
        return new Verdict.Answered(body);
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
            case UNAVAILABLE -> Exit.UNREACHABLE;
            default -> Exit.REFUSED;
        };
    }
}
