package io.dflockd.acceptance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/** The real server as a process of its own, on a free port. */
public final class ServerProcess implements AutoCloseable {
    public static final Path PROGRAM = Path.of("..", "distribution", "target", "dflockd", "bin", "dflockd");
    private static final Pattern LISTENING = Pattern.compile("listening address=\"?[^\" ]*:(\\d+)");
    private static final int DEADLINE_SECONDS = 90;

    private final Process process;
    private final List<String> log = new ArrayList<>();
    private final CompletableFuture<Integer> port = new CompletableFuture<>();

    private ServerProcess(Process process) {
        this.process = process;
    }

    /** Returns once it listens. */
    public static ServerProcess start(String... options) {
        return start(PROGRAM, options);
    }

    /** As {@link #start(String...)}, at this port; any that is free for 0. */
    public static ServerProcess startAt(int port, String... options) {
        return start(PROGRAM, Map.of(), port, options);
    }

    /** As {@link #startAt(int, String...)}, of the program at this path. */
    public static ServerProcess startAt(Path program, int port, String... options) {
        return start(program, Map.of(), port, options);
    }

    /** As {@link #startAt(Path, int, String...)}, with what it is started by in front. */
    public static ServerProcess startBy(List<String> starter, Path program, int port, String... options) {
        return start(starter, program, Map.of(), port, options);
    }

    /** As {@link #start(String...)}, of the program at this path. */
    public static ServerProcess start(Path program, String... options) {
        return start(program, Map.of(), options);
    }

    /** As {@link #start(Path, String...)}, with more options for the JVM, separated by blanks. */
    public static ServerProcess startWith(String forJava, Path program, String... options) {
        return start(program, forJava.isEmpty() ? Map.of() : Map.of("DFLOCKD_JAVA_OPTS", forJava), options);
    }

    /** As {@link #start(Path, String...)}, with this in its environment. */
    static ServerProcess start(Path program, Map<String, String> environment, String... options) {
        return start(program, environment, 0, options);
    }

    private static ServerProcess start(Path program, Map<String, String> environment, int port, String... options) {
        return start(List.of(), program, environment, port, options);
    }

    private static ServerProcess start(
            List<String> starter, Path program, Map<String, String> environment, int port, String... options) {
        var command = new ArrayList<>(starter);
        command.addAll(List.of(program.toString(), "--port", Integer.toString(port)));
        command.addAll(List.of(options));
        var builder = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("DFLOCKD_ADMIN_PORT", "off"); // unless a test names one
        builder.environment().putAll(environment);
        try {
            var server = new ServerProcess(builder.start());
            var reader = new Thread(server::readLog, "server-log");
            reader.setDaemon(true);
            reader.start();
            server.port.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException | java.util.concurrent.ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the server did not start", e);
        }
    }

    public InetSocketAddress socketAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port.join());
    }

    /** As clients name it. */
    public String address() {
        return "127.0.0.1:" + port.join();
    }

    /** The lines of its log so far. */
    public List<String> log() {
        synchronized (log) {
            return List.copyOf(log);
        }
    }

    public Process process() {
        return process;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void readLog() {
        try (var lines = new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (log) {
                    log.add(line);
                }
                var match = LISTENING.matcher(line);
                if (match.find()) {
                    port.complete(Integer.parseInt(match.group(1)));
                }
            }
        } catch (IOException e) {
            // The process is gone.
        }
        port.completeExceptionally(new IllegalStateException("the server ended: " + log()));
    }
}
