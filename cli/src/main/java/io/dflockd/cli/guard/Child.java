package io.dflockd.cli.guard;

import io.dflockd.cli.line.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A command that runs under a lease, with the standard streams of this process. Signals that this process gets are passed
 * on to it from the start to the end.
 *
 * <p>It does not outlive this process, not even when that is killed: on Linux it is started through
 * {@code setpriv --pdeathsig KILL}, where that is installed, and a {@link Watchdog} kills what it has started. The signal of
 * setpriv is sent when the <em>thread</em> ends that started it, which therefore must be one that stays.
 */
final class Child implements AutoCloseable {
    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");
    /** What bin/dflock keeps the caller's LC_ALL in, with an equals sign before it, while it needs another. */
    private static final String CALLERS_LC_ALL = "DFLOCK_CALLER_LC_ALL";
    private final Process process;
    private final Family family;
    private final Watchdog watchdog;
    private final PassedSignals signals;
    private boolean over;

    private Child(Process process, Family family, Watchdog watchdog, PassedSignals signals) {
        this.process = process;
        this.family = family;
        this.watchdog = watchdog;
        this.signals = signals;
    }

    static Child start(Path executable, List<String> program, Holding holding, Map<String, String> environment) {
        var signals = PassedSignals.collect();
        var family = new Family();
        var watchdog = Watchdog.over(family.mark());
        // At a terminal it stays in this session and group, or Ctrl-C, Ctrl-Z and input would not reach it.
        var setsid = Family.isAtTerminal() ? List.<String>of() : Watchdog.setsid();
        var builder = new ProcessBuilder(line(executable, program, setsid)).inheritIO();
        restoreLocale(builder.environment(), environment);
        holding.describeIn(builder.environment());
        family.markIn(builder.environment());
        try {
            var process = builder.start();
            family.beganWith(process, !setsid.isEmpty());
            watchdog.session(setsid.isEmpty() ? 0 : process.pid());
            signals.passTo(process);
            return new Child(process, family, watchdog, signals);
        } catch (IOException e) {
            signals.close();
            watchdog.standDown();
            watchdog.close();
            throw new Executable.CannotRunException(Exit.CANNOT_RUN, executable + ": cannot be started");
        }
    }

    private static List<String> line(Path executable, List<String> program, List<String> setsid) {
        var line = new ArrayList<String>();
        if (Files.isExecutable(SETPRIV) && !Files.isSymbolicLink(SETPRIV)) {
            line.addAll(List.of(SETPRIV.toString(), "--pdeathsig", "KILL", "--"));
        }
        line.addAll(setsid);
        line.add(executable.toString());
        line.addAll(program.subList(1, program.size()));
        return line;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    PassedSignals signals() {
        return signals;
    }

    CompletableFuture<Process> exited() {
        return process.onExit();
    }

    /** The exit status, 128 + n after signal n. */
    int waitFor() throws InterruptedException {
        int status = process.waitFor();
        watchdog.session(0);
        return status;
    }

    /** How many of those that it started live now. */
    int others() {
        return family.others().size();
    }

    /** Ends it and all that it started: TERM, and after the grace KILL, whether the words are taken or not. */
    void end(long graceNanos, Runnable words) throws InterruptedException {
        new Ending(process, family::others).within(graceNanos, words);
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

    /** It has ended, and all that it started. */
    void over() {
        over = true;
    }

    /** Where it is not known to be over, as after a failure here, the watchdog ends what there is. */
    @Override
    public void close() {
        signals.close();
        if (over) {
            watchdog.standDown();
        }
        watchdog.close();
    }
}
