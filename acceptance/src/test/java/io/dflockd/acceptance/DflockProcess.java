package io.dflockd.acceptance;

import io.dflockd.testkit.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The command line {@code dflock} as a process of its own. Every wait has a deadline. */
final class DflockProcess implements AutoCloseable {
    private static final Path PROGRAM = Path.of("..", "distribution", "target", "dflockd", "bin", "dflock");
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private final String line;
    private final Process process;
    private final Lines out;
    private final Lines err;

    private DflockProcess(String line, Process process) {
        this.line = line;
        this.process = process;
        this.out = new Lines(process.getInputStream());
        this.err = new Lines(process.getErrorStream());
    }

    /** How it ended and what it printed. */
    record Result(int status, List<String> out, List<String> err) {}

    static DflockProcess start(String server, String... arguments) {
        var command = new ArrayList<String>(List.of(PROGRAM.toString()));
        command.addAll(List.of(arguments));
        return start(server, new ProcessBuilder(command), String.join(" ", arguments));
    }

    /** A line for a shell, in which {@code dflock} is on the path. */
    static DflockProcess startShell(String server, String line) {
        return start(server, new ProcessBuilder("bash", "-c", line), line);
    }

    /** A command with a terminal of its own, in which {@code dflock} is on the path. */
    static DflockProcess startAtTerminal(String server, String line) {
        return start(server, new ProcessBuilder("script", "-qefc", line, "/dev/null"), line);
    }

    /** Where it is. */
    static Path program() {
        return PROGRAM.toAbsolutePath().normalize();
    }

    private static DflockProcess start(String server, ProcessBuilder builder, String line) {
        builder.environment().merge("PATH", program().getParent() + ":", (path, ours) -> ours + path);
        builder.environment().keySet().removeIf(name -> name.startsWith("DFLOCK_"));
        builder.environment().put("DFLOCK_SERVERS", server);
        // Also where the tests run under nohup, whose children ignore a hang-up.
        var command = new ArrayList<String>(List.of("env", "--default-signal=HUP,INT,TERM"));
        command.addAll(builder.command());
        try {
            return new DflockProcess(line, builder.command(command).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Result run(String server, String... arguments) {
        try (var process = start(server, arguments)) {
            return process.await();
        }
    }

    Result await() {
        try {
            if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("dflock " + line + " goes on: " + out.lines() + err.lines());
            }
            return new Result(process.exitValue(), out.all(), err.all());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** What it has printed so far to standard output. */
    List<String> out() {
        return out.lines();
    }

    /** Waits until it has printed so many lines, and returns the last of them. */
    String awaitOut(int lines) {
        awaitLines("standard output", out, lines);
        return out.lines().get(lines - 1);
    }

    String awaitErr(int lines) {
        awaitLines("standard error", err, lines);
        return err.lines().get(lines - 1);
    }

    private void awaitLines(String stream, Lines from, int lines) {
        Eventually.await("line " + lines + " on " + stream + " of dflock " + line, DEADLINE, () -> {
            if (!process.isAlive() && from.all().size() < lines) {
                throw new AssertionError("dflock " + line + " ended: " + out.all() + err.all());
            }
            return from.lines().size() >= lines;
        });
    }

    /** Sends it a signal, as in {@code kill -TERM}. */
    void signal(String name) {
        try {
            var kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start();
            if (kill.waitFor() != 0) {
                throw new AssertionError("kill -" + name + " failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until a line that it has printed holds the text. */
    void awaitText(String text) {
        Eventually.await("'" + text + "' from dflock " + line, DEADLINE,
                () -> out.lines().stream().anyMatch(printed -> printed.contains(text)));
    }

    /** A line to the standard input, which its command inherits. */
    void say(String text) {
        type(text + "\n");
    }

    /** Text to the standard input. */
    void type(String text) {
        try {
            var writer = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
            writer.write(text);
            writer.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** What a stream yields, line by line. */
    private static final class Lines {
        private final List<String> lines = new ArrayList<>();
        private final Thread reader;

        private Lines(InputStream from) {
            reader = new Thread(() -> read(from), "dflock-output");
            reader.setDaemon(true);
            reader.start();
        }

        private void read(InputStream from) {
            try (var in = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
                for (var line = in.readLine(); line != null; line = in.readLine()) {
                    synchronized (lines) {
                        lines.add(line);
                    }
                }
            } catch (IOException e) {
                // The process is gone.
            }
        }

        private List<String> lines() {
            synchronized (lines) {
                return List.copyOf(lines);
            }
        }

        /** To the end, or to what is there when a descendant keeps the stream open. */
        private List<String> all() {
            try {
                reader.join(2_000);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return lines();
        }
    }
}
