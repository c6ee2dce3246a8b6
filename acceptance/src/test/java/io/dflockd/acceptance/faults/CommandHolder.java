package io.dflockd.acceptance.faults;

import io.dflockd.testkit.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs a command under {@code dflock run} or {@code elect}, and believes as long as the command runs. Every other command
 * ignores TERM.
 */
final class CommandHolder implements Holder {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String OBEDIENT = "echo $$ $DFLOCK_FENCE; read end";
    private static final String STUBBORN = "trap '' TERM; echo $$ $DFLOCK_FENCE; read end";
    private static final int LOST = 76;

    private final FaultCase of;
    private final Programs programs;
    private final String server;
    private final Journal journal;
    private final Sampler sampler;
    private @Nullable Process process;
    private volatile Processes.@Nullable Id command;

    CommandHolder(FaultCase of, Programs programs, String server, Journal journal, Sampler sampler) {
        this.of = of;
        this.programs = programs;
        this.server = server;
        this.journal = journal;
        this.sampler = sampler;
    }

    @Override
    public void acquire() throws IOException {
        var builder = new ProcessBuilder(List.of(
                programs.commandLine().toString(),
                of.kind() == Kind.RUN ? "run" : "elect",
                of.key(),
                "--lease",
                Long.toString(of.lease().toSeconds()),
                "--",
                "sh",
                "-c",
                of.variant() % 2 == 0 ? OBEDIENT : STUBBORN));
        builder.environment().keySet().removeIf(name -> name.startsWith("DFLOCK_"));
        builder.environment().put("DFLOCK_SERVERS", server);
        builder.environment().put("DFLOCK_JAVA_OPTS", "-Xmx64m");
        var started = builder.start();
        process = started;
        read(started.getInputStream(), this::began);
        read(started.getErrorStream(), this::said);
        Eventually.await(of.key() + " runs its command", PATIENCE, journal::isGranted);
    }

    /** Stops dflock and its command, as when a container is frozen; or lets them go on. */
    void setStopped(boolean stopped) {
        var running = process;
        var under = command;
        if (running != null && under != null) {
            Processes.signal(stopped ? "STOP" : "CONT", running.pid(), under.pid());
        }
    }

    /** Ends the command, or the candidate who waits again after a loss. */
    @Override
    public void release() throws IOException, InterruptedException {
        var running = process;
        if (running == null) {
            return;
        }
        boolean lost = journal.isTold();
        journal.over();
        running.getOutputStream().close();
        if (lost && of.kind() == Kind.ELECT) {
            running.destroy();
        }
        if (!running.waitFor(20, TimeUnit.SECONDS)) {
            journal.remark("dflock goes on after its command");
        } else if (lost && of.kind() == Kind.RUN && running.exitValue() != LOST) {
            journal.remark("dflock run exited with " + running.exitValue() + " after a loss");
        }
    }

    @Override
    public void close() {
        var running = process;
        if (running != null) {
            running.descendants().forEach(ProcessHandle::destroyForcibly);
            running.destroyForcibly();
        }
        var left = command;
        if (left != null && Processes.runs(left)) {
            journal.remark("the command outlived dflock");
            Processes.signal("KILL", left.pid());
        }
    }

    private void began(String line) {
        if (journal.isGranted()) {
            return; // elected again
        }
        var words = line.split(" ", -1);
        var id = Processes.of(Long.parseLong(words[0]));
        command = id;
        journal.granted(System.nanoTime(), Long.parseLong(words[1]));
        sampler.watch(journal, () -> Processes.runs(id));
    }

    private void said(String line) {
        if (line.contains("the lock was lost")) {
            journal.told(System.nanoTime(), Kind.STANDARD_ERROR, line);
        }
    }

    private void read(InputStream stream, Consumer<String> line) {
        var reader = new Thread(() -> {
            try (var in = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                in.lines().forEach(line);
            } catch (IOException | java.io.UncheckedIOException e) {
                // The process is gone.
            }
        }, "faults-command-" + of.number());
        reader.setDaemon(true);
        reader.start();
    }
}
