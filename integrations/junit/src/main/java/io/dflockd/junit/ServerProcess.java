package io.dflockd.junit;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server in a process of a newer JDK. It ends with this JVM, however that ends, because its input ends then. */
final class ServerProcess implements Server {
    private static final String MARK = "dflockd-test-server ";
    private static final long LONGEST_START_S = 60;
    private static final long LONGEST_END_S = 10;
    private static final int LAST_LINES = 20;

    private final Process process;
    private final Writer input;
    /** What it said of its starts; one start at a time. */
    private final BlockingQueue<String> told = new ArrayBlockingQueue<>(4);
    private final Deque<String> lastLines = new ArrayDeque<>();
    private final Path options;
    private int port;
    private int adminPort;

    /** Starts one by the {@code java} there, and returns when it listens. */
    ServerProcess(Path java, String... arguments) {
        try {
            // A file, because class paths are longer than some systems let a command be.
            options = Files.createTempFile("dflockd-test-server", ".options");
            options.toFile().deleteOnExit();
            Files.writeString(options, "-cp " + quoted(classPath()) + "\n-XX:TieredStopAtLevel=1\n-Xmx256m\n");
            var command = new ArrayList<>(
                    List.of(java.toString(), "@" + options, "io.dflockd.test.TestServerMain"));
            command.addAll(List.of(arguments));
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new UncheckedIOException("the test server cannot be started by " + java + ": " + e.getMessage(), e);
        }
        input = process.outputWriter(StandardCharsets.UTF_8);
        var reader = new Thread(this::read, "dflockd-test-server-output");
        reader.setDaemon(true);
        reader.start();
        try {
            awaitStart();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private static String classPath() {
        return Stream.of("java.class.path", "jdk.module.path")
                .map(System::getProperty)
                .filter(Objects::nonNull)
                .filter(path -> !path.isEmpty())
                .reduce((one, other) -> one + File.pathSeparator + other)
                .orElse("");
    }

    /** As a file of options has it. */
    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private void read() {
        try (var lines = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(MARK)) {
                    var unused = told.offer(line.substring(MARK.length()));
                } else {
                    keep(line);
                }
            }
        } catch (IOException e) {
            keep(String.valueOf(e.getMessage()));
        }
        var unused = told.offer("ended");
    }

    private void keep(String line) {
        synchronized (lastLines) {
            lastLines.add(line);
            if (lastLines.size() > LAST_LINES) {
                lastLines.remove();
            }
        }
    }

    private void awaitStart() {
        var answer = answer();
        if (answer.startsWith("refused ")) {
            throw new IllegalArgumentException(answer.substring("refused ".length()));
        }
        var words = answer.split(" ", 3);
        if (!words[0].equals("started")) {
            synchronized (lastLines) {
                throw new IllegalStateException("the process of the test server did not start within "
                        + LONGEST_START_S + " s (" + answer + "); it said: " + String.join("\n", lastLines));
            }
        }
        port = Integer.parseInt(words[1]);
        adminPort = Integer.parseInt(words[2]);
    }

    private String answer() {
        try {
            var answer = told.poll(LONGEST_START_S, TimeUnit.SECONDS);
            return answer == null ? "silent" : answer;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    ProcessHandle process() {
        return process.toHandle();
    }

    @Override
    public synchronized int port() {
        return port;
    }

    @Override
    public synchronized int adminPort() {
        return adminPort;
    }

    @Override
    public synchronized void restart() {
        try {
            input.write("restart\n");
            input.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the process of the test server has ended", e);
        }
        awaitStart();
    }

    @Override
    public synchronized void close() {
        try {
            input.close();
        } catch (IOException e) {
            // It has ended already.
        }
        try {
            if (!process.waitFor(LONGEST_END_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Temporary.delete(options);
    }
}
