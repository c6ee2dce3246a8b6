package io.dflockd.cli.guard;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.dflockd.cli.line.Exit;
import io.dflockd.client.Lease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A command that runs under a lease, with the standard streams of this process. Signals that this process gets are passed
 * on to it from the start to the end.
 *
 * <p>On Linux it is started through {@code setpriv --pdeathsig KILL}, where that is installed, so that it does not outlive
 * this process, not even when that is killed: then the server hands the lock over at once. The signal is sent when the
 * <em>thread</em> ends that started it, which therefore must be one that stays.
 */
final class Child implements AutoCloseable {
    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");
    /** What bin/dflock keeps the caller's LC_ALL in, with an equals sign before it, while it needs another. */
    private static final String CALLERS_LC_ALL = "DFLOCK_CALLER_LC_ALL";

    private final Process process;
    private final PassedSignals signals;

    private Child(Process process, PassedSignals signals) {
        this.process = process;
        this.signals = signals;
    }

    static Child start(Path executable, List<String> program, Lease lease, Map<String, String> environment) {
        var signals = PassedSignals.collect();
        var line = new ArrayList<String>();
        if (Files.isExecutable(SETPRIV) && !Files.isSymbolicLink(SETPRIV)) {
            line.addAll(List.of(SETPRIV.toString(), "--pdeathsig", "KILL", "--"));
        }
        line.add(executable.toString());
        line.addAll(program.subList(1, program.size()));
        var builder = new ProcessBuilder(line).inheritIO();
        builder.environment().put("DFLOCK_KEY", lease.key());
        builder.environment().put("DFLOCK_FENCE", Long.toString(lease.fence()));
        restoreLocale(builder.environment(), environment);
        try {
            var process = builder.start();
            signals.passTo(process);
            return new Child(process, signals);
        } catch (IOException e) {
            signals.close();
            throw new Executable.CannotRunException(Exit.CANNOT_RUN, executable + ": cannot be started");
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Whether this process got a signal that asks to end. */
    boolean askedToEnd() {
        return signals.askedToEnd();
    }

    CompletableFuture<Process> exited() {
        return process.onExit();
    }

    /** The exit status, 128 + n after signal n. */
    int waitFor() throws InterruptedException {
        return process.waitFor();
    }

    /** Ends it and all that it started: TERM, and after the grace KILL. */
    void end(long graceNanos) throws InterruptedException {
        var family = family();
        family.forEach(ProcessHandle::destroy);
        long end = System.nanoTime() + graceNanos;
        for (var member : family) {
            awaitEnd(member, end - System.nanoTime());
        }
        Stream.concat(family.stream(), family().stream()).forEach(ProcessHandle::destroyForcibly);
    }

    /** It, and what descends from it now. */
    private List<ProcessHandle> family() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
    }

    private static void awaitEnd(ProcessHandle member, long nanos) throws InterruptedException {
        try {
            var unusedMember = member.onExit().get(Math.max(0, nanos), NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // It gets KILL.
        }
    }

    private static void restoreLocale(Map<String, String> ofChild, Map<String, String> own) {
        var callers = own.get(CALLERS_LC_ALL);
        if (callers != null) {
            ofChild.remove(CALLERS_LC_ALL);
            if (callers.isEmpty()) {
                ofChild.remove("LC_ALL");
            } else {
                ofChild.put("LC_ALL", callers.substring(1));
            }
        }
    }

    @Override
    public void close() {
        signals.close();
    }
}
