package io.dflockd.cli.call;

import io.dflockd.cli.line.Flag;
import io.dflockd.cli.line.Flags;
import io.dflockd.cli.line.ParsedArguments;
import io.dflockd.cli.line.UsageException;
import io.dflockd.cli.load.Endpoint;
import io.dflockd.cli.load.Servers;
import io.dflockd.client.ConnectionListener;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.HandleBuilder;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.Sharding;
import io.dflockd.client.TlsOptions;
import io.dflockd.client.connection.Connection;
import io.dflockd.client.connection.ConnectionOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which servers to talk to, and how. A flag comes before the environment; a variable that is empty counts as unset. */
public final class Settings {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final String BETWEEN_SERVERS = ";";
    /** Those of one server, whose nodes they are. */
    private static final String BETWEEN_ADDRESSES = ",";

    /** Each as its addresses with commas between them. */
    private final List<String> servers;
    private final @Nullable String token;
    private final @Nullable TlsOptions tls;
    private final Duration connectTimeout;

    private Settings(List<String> servers, @Nullable String token, @Nullable TlsOptions tls,
            Duration connectTimeout) {
        this.servers = servers;
        this.token = token;
        this.tls = tls;
        this.connectTimeout = connectTimeout;
    }

    /** @throws UsageException when one of them is not valid */
    public static Settings of(ParsedArguments arguments, Map<String, String> environment) {
        try {
            return new Settings(servers(arguments, environment), token(arguments, environment),
                    tls(arguments, environment), arguments.seconds(Flags.CONNECT_TIMEOUT, CONNECT_TIMEOUT));
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    /** The servers, each by the first of its addresses. */
    public List<ServerAddress> servers() {
        return servers.stream().map(server -> addressesOf(server).get(0)).toList();
    }

    /** The server that a key belongs to. */
    public ServerAddress serverOf(String key) {
        return Sharding.choose(Sharding.crc32(), key, servers());
    }

    /** The servers that have keys which the pattern matches: all of them unless it is a key itself. */
    public List<ServerAddress> serversOf(String pattern) {
        return pattern.contains("*") || pattern.endsWith(">") ? servers() : List.of(serverOf(pattern));
    }

    /** Connects to the server that has this address; where there is only one, it is that one's. */
    public Connection dial(ServerAddress address) throws InterruptedException {
        var whole = servers.size() == 1
                ? servers.get(0)
                : servers.stream()
                        .filter(server -> addressesOf(server).contains(address))
                        .findFirst()
                        .orElse(address.toString());
        return Connection.dial(whole, connection());
    }

    /**
     * A client with a session, which outlives the connection at the server by the grace.
     *
     * @param margin how much earlier than at the server what it holds ends here
     */
    public DflockdClient client(Duration lease, Duration grace, Duration margin) {
        return applyTo(DflockdClient.builder())
                .name("dflock")
                .sessionGrace(grace)
                .leaseTtl(lease)
                .safetyMargin(margin)
                .build();
    }

    /** A client that holds nothing. */
    public DflockdClient client(ConnectionListener listener) {
        return applyTo(DflockdClient.builder()).name("dflock").connectionListener(listener).build();
    }

    /** For load that is made without the client, at one node of each server. */
    public Servers endpoints(List<ServerAddress> nodes) {
        return new Servers(nodes.stream().map(node -> new Endpoint(node, connectTimeout, tls, token)).toList());
    }

    private <B extends HandleBuilder<B>> B applyTo(B builder) {
        builder.servers(servers).connectTimeout(connectTimeout);
        if (token != null) {
            builder.authToken(token);
        }
        return tls == null ? builder : builder.tls(tls);
    }

    private ConnectionOptions connection() {
        var options = ConnectionOptions.builder().connectTimeout(connectTimeout);
        if (token != null) {
            options.authToken(token);
        }
        if (tls != null) {
            options.tls(tls);
        }
        return options.build();
    }

    private static List<String> servers(ParsedArguments arguments, Map<String, String> environment) {
        var given = arguments.values(Flags.SERVER);
        var text = given.isEmpty() ? variable(Flags.SERVER, environment) : String.join(BETWEEN_SERVERS, given);
        if (text == null) {
            return List.of(ServerAddress.ofDefault().toString());
        }
        var servers = List.of(text.split(BETWEEN_SERVERS, -1));
        var unusedAsOnlyItsRefusalCounts = DflockdClient.builder().servers(servers);
        return servers;
    }

    private static List<ServerAddress> addressesOf(String server) {
        return Arrays.stream(server.split(BETWEEN_ADDRESSES, -1)).map(ServerAddress::parse).toList();
    }

    private static @Nullable String token(ParsedArguments arguments, Map<String, String> environment) {
        if (arguments.has(Flags.TOKEN) && arguments.has(Flags.TOKEN_FILE)) {
            throw new UsageException("--token and --token-file exclude each other");
        }
        if (arguments.has(Flags.TOKEN)) {
            return arguments.value(Flags.TOKEN);
        }
        var file = arguments.value(Flags.TOKEN_FILE);
        if (file != null) {
            return tokenIn("--token-file", file);
        }
        var token = variable(Flags.TOKEN, environment);
        var fileOfEnvironment = variable(Flags.TOKEN_FILE, environment);
        if (token != null && fileOfEnvironment != null) {
            throw new UsageException("DFLOCK_TOKEN and DFLOCK_TOKEN_FILE exclude each other");
        }
        return fileOfEnvironment == null ? token : tokenIn("DFLOCK_TOKEN_FILE", fileOfEnvironment);
    }

    /** The token in a file that a setting names. */
    static String tokenIn(String setting, String file) {
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

    /** How to speak TLS, by the flags and the environment; null where they want none. */
    static @Nullable TlsOptions tls(ParsedArguments arguments, Map<String, String> environment) {
        var certificate = flagOrVariable(Flags.TLS_CERT, arguments, environment);
        var key = flagOrVariable(Flags.TLS_KEY, arguments, environment);
        if ((certificate == null) != (key == null)) {
            throw new UsageException("--tls-cert and --tls-key need each other");
        }
        var identity = certificate == null || key == null
                ? null
                : ClientIdentity.of(Path.of(certificate), Path.of(key));
        if (arguments.has(Flags.TLS_INSECURE)) {
            return TlsContexts.trustingAnybody(identity);
        }
        var file = flagOrVariable(Flags.TLS_CA, arguments, environment);
        if (file != null) {
            return TlsContexts.trusting(Path.of(file), identity);
        }
        if (identity != null) {
            return TlsContexts.trustingTheUsual(identity);
        }
        return arguments.has(Flags.TLS) || isTrue(Flags.TLS, environment) ? TlsOptions.ofDefault() : null;
    }

    private static @Nullable String flagOrVariable(Flag flag, ParsedArguments arguments,
            Map<String, String> environment) {
        var given = arguments.value(flag);
        return given == null ? variable(flag, environment) : given;
    }

    private static boolean isTrue(Flag flag, Map<String, String> environment) {
        var text = variable(flag, environment);
        return switch (text == null ? "no" : text.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "1" -> true;
            case "false", "no", "0" -> false;
            default -> throw new UsageException(
                    flag.variable() + " is '" + text + "'; valid is true, yes, 1, false, no or 0");
        };
    }

    static @Nullable String variable(Flag flag, Map<String, String> environment) {
        var name = flag.variable();
        return name == null ? null : variable(name, environment);
    }

    static @Nullable String variable(String name, Map<String, String> environment) {
        var text = environment.get(name);
        return text == null || text.isEmpty() ? null : text;
    }
}
