package io.dflockd.junit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A server that one class of tests uses, or several at the same time. Thread-safe. */
final class TestServer implements AutoCloseable {
    private static final List<String> NOT_HERE = List.of("--admin-port", "--admin-host", "--admin-token-file",
            "--admin-tls", "--console");

    private final Server server;
    private final Path tokenFile;
    private final String token;
    private final Optional<String> authToken;
    private final @Nullable VirtualTime time;
    private final Set<ServerView> views = new LinkedHashSet<>();
    private final AtomicLong keys = new AtomicLong();
    private final AtomicLong clients = new AtomicLong();
    /** Through whose network a connection comes that has this port at the end towards the server. */
    private final Map<Integer, ServerView> origins = new ConcurrentHashMap<>();

    private TestServer(
            Server server, Path tokenFile, String token, Optional<String> authToken, @Nullable VirtualTime time) {
        this.server = server;
        this.tokenFile = tokenFile;
        this.token = token;
        this.authToken = authToken;
        this.time = time;
    }

    static TestServer start(String... arguments) {
        return start(null, arguments);
    }

    static TestServer startWithManualClock(String... arguments) {
        if (!isInJvm()) {
            throw new UnsupportedOperationException(
                    "a manual clock needs the server in the JVM of the tests, and with it Java "
                            + Jdks.FIRST + " or later; this is Java " + Runtime.version().feature());
        }
        return start(new VirtualTime(), arguments);
    }

    private static boolean isInJvm() {
        return Runtime.version().feature() >= Jdks.FIRST;
    }

    private static TestServer start(@Nullable VirtualTime time, String... arguments) {
        for (var argument : arguments) {
            if (NOT_HERE.contains(argument.replaceFirst("=.*", ""))) {
                throw new IllegalArgumentException(argument
                        + " is not for this test server, which has an admin listener for its own needs; DflockdTestServer takes it");
            }
        }
        var token = UUID.randomUUID().toString();
        var tokenFile = write(token);
        // With one thread all that the server has to send has gone when the thread is done with what was due.
        var own = Stream.concat(Stream.of("--admin-port", "0", "--admin-tls", "false", "--console", "false",
                "--admin-token-file", tokenFile.toString()),
                time == null || isGiven("--io-threads", arguments) ? Stream.of() : Stream.of("--io-threads", "1"));
        var all = Stream.concat(own, Stream.of(arguments)).toArray(String[]::new);
        try {
            var server = isInJvm()
                    ? new ServerInJvm(time, all)
                    : new ServerProcess(Jdks.ofThisMachine().java(), all);
            return new TestServer(server, tokenFile, token, authToken(arguments), time);
        } catch (RuntimeException | Error e) {
            Temporary.delete(tokenFile);
            throw e;
        }
    }

    private static boolean isGiven(String name, String... arguments) {
        return Stream.of(arguments).anyMatch(argument -> argument.replaceFirst("=.*", "").equals(name));
    }

    /** What clients show, where it is among the arguments. */
    private static Optional<String> authToken(String... arguments) {
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].startsWith("--auth-token=")) {
                return Optional.of(arguments[i].substring("--auth-token=".length()));
            }
            if (arguments[i].equals("--auth-token") && i + 1 < arguments.length) {
                return Optional.of(arguments[i + 1]);
            }
        }
        return Optional.empty();
    }

    private static Path write(String token) {
        try {
            var file = Files.createTempFile("dflockd-test-server", ".token"); // readable by this user alone
            file.toFile().deleteOnExit(); // for who never closes the server
            Files.writeString(file, token);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("no file for the token of the test server: " + e.getMessage(), e);
        }
    }

    int port() {
        return server.port();
    }

    Admin admin() {
        return new Admin(server.adminPort(), token);
    }

    /** What clients have to show. */
    Optional<String> authToken() {
        return authToken;
    }

    /** Null for the machine's. */
    @Nullable
    VirtualTime time() {
        return time;
    }

    String uniqueKey(String prefix) {
        return prefix + "-" + keys.incrementAndGet();
    }

    long nextClient() {
        return clients.incrementAndGet();
    }

    void restart(ServerView asker) {
        synchronized (views) {
            others(asker).ifPresent(other -> {
                throw new IllegalStateException("'" + other.name() + "' uses the same server as '" + asker.name()
                        + "' now: a class that restarts or resets its server needs scope = CLASS or METHOD");
            });
            server.restart();
        }
    }

    void enter(ServerView view) {
        synchronized (views) {
            views.add(view);
        }
    }

    /** Whether it was the last one. */
    boolean leave(ServerView view) {
        synchronized (views) {
            views.remove(view);
            return views.isEmpty();
        }
    }

    boolean isAlone(ServerView view) {
        synchronized (views) {
            return others(view).isEmpty();
        }
    }

    private Optional<ServerView> others(ServerView view) {
        return views.stream().filter(other -> other != view).findFirst();
    }

    /** A connection of this view comes from that port. A port that is used again is the latest one's. */
    void from(int port, ServerView view) {
        origins.put(port, view);
    }

    /** Whose connection it is, by its address as {@code host:port}; empty for one past all networks, or none. */
    Optional<ServerView> originOf(String peer) {
        int colon = peer.lastIndexOf(':');
        var port = peer.substring(colon + 1);
        return port.matches("\\d{1,5}") ? Optional.ofNullable(origins.get(Integer.valueOf(port))) : Optional.empty();
    }

    @Override
    public void close() {
        server.close();
        Temporary.delete(tokenFile);
    }
}
