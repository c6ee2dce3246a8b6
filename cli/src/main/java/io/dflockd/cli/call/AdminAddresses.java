package io.dflockd.cli.call;

import io.dflockd.cli.line.Flag;
import io.dflockd.cli.line.Flags;
import io.dflockd.cli.line.UsageException;
import io.dflockd.client.TlsOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** Where the admin listeners are, and what is shown to them: by the flags and the environment of a call. */
final class AdminAddresses {
    private static final String DEFAULT_ADDRESS = "127.0.0.1:6389";
    private static final String TOKEN_VARIABLE = "DFLOCK_ADMIN_TOKEN";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Flag ADMIN = AdminClient.ADMIN;
    private static final Flag TOKEN_FILE = AdminClient.TOKEN_FILE;

    private AdminAddresses() {}

    /** One for each address, in the order in which they are named. Throws {@link UsageException} where one is not valid. */
    static List<AdminNode> nodes(Call call) {
        call.requireWithout(Flags.OF_CLIENTS, "the admin listener is asked; --" + ADMIN.name() + " says where it is, --"
                + TOKEN_FILE.name() + " what is shown there");
        var tls = Settings.tls(call.arguments(), call.environment());
        var variable = Settings.variable(ADMIN, call.environment());
        var given = call.arguments().values(ADMIN);
        var bases = (given.isEmpty() ? List.of(variable == null ? DEFAULT_ADDRESS : variable) : given).stream()
                .flatMap(some -> Arrays.stream(some.split(",", -1)))
                .map(one -> base(one.strip(), tls != null))
                .toList();
        var token = token(call);
        var http = http(bases, tls, call.arguments().seconds(Flags.CONNECT_TIMEOUT, CONNECT_TIMEOUT));
        return bases.stream().map(base -> new AdminNode(http, base, token)).toList();
    }

    private static HttpClient http(List<String> bases, @Nullable TlsOptions tls, Duration connectTimeout) {
        if (!connectTimeout.isPositive()) {
            throw new UsageException("--" + Flags.CONNECT_TIMEOUT.name() + " is 0; valid is a time above 0");
        }
        var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(connectTimeout);
        if (tls != null) {
            client.sslContext(tls.context());
        } else if (bases.stream().allMatch(base -> base.startsWith("http://"))) {
            client.sslContext(trustingNobody()); // to read whom this machine trusts takes longer than the request
        }
        return client.build();
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
            return sendable("--" + TOKEN_FILE.name(), Settings.tokenIn("--" + TOKEN_FILE.name(), given));
        }
        var token = Settings.variable(TOKEN_VARIABLE, call.environment());
        var file = Settings.variable(TOKEN_FILE, call.environment());
        if (token != null && file != null) {
            throw new UsageException(TOKEN_VARIABLE + " and " + TOKEN_FILE.variable() + " exclude each other");
        }
        if (file != null) {
            var setting = String.valueOf(TOKEN_FILE.variable());
            return sendable(setting, Settings.tokenIn(setting, file));
        }
        return token == null ? null : sendable(TOKEN_VARIABLE, token.strip());
    }

    /** Checked here, because whoever else refuses it says what it is. */
    private static String sendable(String setting, String token) {
        if (!token.chars().allMatch(it -> it >= ' ' && it <= '\u00ff' && (it < '\u007f' || it > '\u009f'))) {
            throw new UsageException(
                    setting + ": the token has a character that cannot be sent to an admin listener, such as a"
                            + " line break; valid are the printable ones up to U+00FF");
        }
        return token;
    }
}
