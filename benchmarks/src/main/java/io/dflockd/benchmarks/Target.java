package io.dflockd.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server under load: a process of its own, ended by its id. */
final class Target implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("listening address=\"?[^\" ]*:(\\d+)");
    private static final int TICKS_PER_SECOND = 100;
    private static final int START_SECONDS = 20;

    /** What can be measured. */
    enum Kind {
        DFLOCKD,
        FLOOR,
        REDIS
    }

    private final Kind kind;
    private final Process process;
    private final int port;

    private Target(Kind kind, Process process, int port) {
        this.kind = kind;
        this.process = process;
        this.port = port;
    }

    static Target start(Kind kind, Path root) throws IOException, InterruptedException {
        return switch (kind) {
            case DFLOCKD -> startLogging(kind, List.of(root.resolve("bin/dflockd").toString(), "--port", "0"));
            case FLOOR -> {
                var command = new ArrayList<>(
                        List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
                command.addAll(List.of("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-cp"));
                command.addAll(List.of(System.getProperty("java.class.path"), FloorServer.class.getName()));
                yield startLogging(kind, command);
            }
            case REDIS -> startRedis();
        };
    }

    Kind kind() {
        return kind;
    }

    Socket connect() throws IOException {
        var socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(START_SECONDS));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return socket;
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** The processor time that the server has used. */
    double cpuSeconds() throws IOException {
        var stat = Files.readString(Path.of("/proc", Long.toString(pid()), "stat"));
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / (double) TICKS_PER_SECOND;
    }

    /** The memory of the server that is resident. */
    long residentKib() throws IOException {
        for (var line : Files.readAllLines(Path.of("/proc", Long.toString(pid()), "status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("no VmRSS");
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

    private long pid() {
        return process.pid();
    }

    private static Target startLogging(Kind kind, List<String> command) throws IOException {
        var process = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        var log = new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
        for (var line = log.readLine(); line != null; line = log.readLine()) {
            Matcher match = LISTENING.matcher(line);
            if (match.find()) {
                Thread.ofVirtual().start(() -> drain(log));
                return new Target(kind, process, Integer.parseInt(match.group(1)));
            }
        }
        throw new IOException(command.getFirst() + " did not start");
    }

    private static void drain(BufferedReader log) {
        try {
            while (log.readLine() != null) {
                // A full pipe would stop the server.
            }
        } catch (IOException e) {
            // The process has ended.
        }
    }

    private static Target startRedis() throws IOException, InterruptedException {
        int port = freePort();
        var process = new ProcessBuilder("redis-server", "--port", "" + port, "--bind", "127.0.0.1", "--save", "",
                "--appendonly", "no").redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        var target = new Target(Kind.REDIS, process, port);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (true) {
            try {
                target.connect().close();
                return target;
            } catch (IOException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.sleep(20);
            }
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
