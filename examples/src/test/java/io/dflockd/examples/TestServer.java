package io.dflockd.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The real server as a process of its own, on a free port. Ends with the tests at the latest. */
public final class TestServer implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("listening address=\"[^\"]*:(\\d+)\"");
    /** Netty uses what it warns of. */
    private static final int FIRST_JAVA_THAT_WARNS = 23;
    private static TestServer shared;

    private final Process process;
    private final int port;

    private TestServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** A server with all at its default that all tests use, each with keys of its own. */
    public static synchronized String address() {
        if (shared == null) {
            shared = start();
        }
        return shared.hostAndPort();
    }

    /** A server with these options for one test. */
    static TestServer start(String... options) {
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m", "-XX:+ExitOnOutOfMemoryError", "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED"));
        if (Runtime.version().feature() >= FIRST_JAVA_THAT_WARNS) {
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"),
                "io.dflockd.server.ServerMain", "--port", "0"));
        command.addAll(List.of(options));
        try {
            var process = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
            return new TestServer(process, readPort(process));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads what the server logs until the end, so that it never waits for somebody to read. */
    private static int readPort(Process process) throws IOException {
        var log = new BufferedReader(new InputStreamReader(process.getErrorStream(), UTF_8));
        for (var line = log.readLine(); line != null; line = log.readLine()) {
            var listening = LISTENING.matcher(line);
            if (listening.find()) {
                Thread.ofVirtual().start(() -> readToTheEnd(log));
                return Integer.parseInt(listening.group(1));
            }
        }
        throw new IOException("the server ended before it listened");
    }

    private static void readToTheEnd(BufferedReader log) {
        try {
            while (log.readLine() != null) {
                // What it says after its start is of no interest.
            }
        } catch (IOException e) {
            // It was killed.
        }
    }

    String hostAndPort() {
        return "127.0.0.1:" + port;
    }

    /** The same by name, for certificates. */
    String localhostAndPort() {
        return "localhost:" + port;
    }

    /** Kills it, as a crash would. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroy();
    }
}
