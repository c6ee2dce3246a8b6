package io.dflockd.cli.command;

import io.dflockd.cli.call.Call;
import io.dflockd.cli.call.Command;
import io.dflockd.cli.guard.Executable;
import io.dflockd.cli.guard.Goodbye;
import io.dflockd.cli.guard.Guard;
import io.dflockd.cli.guard.Holding;
import io.dflockd.cli.guard.LeaseTerms;
import io.dflockd.cli.guard.PassedSignals;
import io.dflockd.cli.line.Exit;
import io.dflockd.cli.line.Flag;
import io.dflockd.cli.line.Flags;
import io.dflockd.client.Election;
import io.dflockd.client.Lease;
import io.dflockd.client.error.ConnectionFailedException;
import io.dflockd.client.error.ConnectionLostException;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.error.LeaseExpiredException;
import io.dflockd.client.error.ServerDrainingException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code elect}: a command that runs only while this candidate leads. */
public final class ElectCommand {
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Flag ONCE = Flag.of("once", "when the leadership is lost, leave with exit status 76");

    private final Call call;
    private final LeaseTerms terms;
    private boolean wasConnected;

    private ElectCommand(Call call) {
        this.call = call;
        this.terms = LeaseTerms.of(call.arguments());
    }

    public static List<Command> all() {
        return List.of(new Command("elect", "KEY -- COMMAND…", "run a command only while this candidate leads",
                """
                        Stands as a candidate, waits to be elected, runs the command, resigns when it ends, and exits with its \
                        status. The command finds the key in DFLOCK_KEY and the fencing token in DFLOCK_FENCE.
                        When the leadership is lost, the command is ended as by dflock run, and the candidate stands again, also \
                        after the server was away. Exit status 75 if not elected within the timeout, 69 if the server cannot be \
                        reached at the start.""",
                List.of(Flags.TIMEOUT, Flags.LEASE, ONCE), call -> new ElectCommand(call).run()));
    }

    private int run() throws InterruptedException {
        var key = call.operand(0);
        var executable = Executable.find(call.arguments().program().getFirst(), call.environment().get("PATH"));
        var wait = call.arguments().seconds(Flags.TIMEOUT, Flags.FOR_EVER);
        try (var client = call.settings().client(terms.lease(), terms.grace(), terms.margin());
                var goodbye = new Goodbye(client::close)) {
            try {
                return candidate(client.election(key), wait, executable, goodbye);
            } catch (RuntimeException e) {
                goodbye.elseEnd();
                throw e;
            }
        }
    }

    private int candidate(Election candidate, Duration wait, Path executable, Goodbye goodbye)
            throws InterruptedException {
        var program = call.arguments().program();
        while (true) {
            var elected = campaign(candidate, wait);
            if (elected.isEmpty()) {
                call.warn(candidate.key() + ": not elected within " + Call.seconds(wait) + " s");
                return Exit.NOT_GRANTED.status();
            }
            goodbye.stay();
            var outcome = lead(elected.get(), executable, program);
            if (!outcome.lost() || call.arguments().has(ONCE)) {
                return outcome.status();
            }
            PassedSignals.restore();
            if (outcome.signals().askedToEnd()) {
                return outcome.status();
            }
            goodbye.waitAgain();
        }
    }

    private Guard.Outcome lead(Lease lease, Path executable, List<String> program) throws InterruptedException {
        wasConnected = true;
        try (var holding = new Holding(List.of(lease))) {
            return new Guard(call::warn, call.environment(), terms.margin(), true).run(holding, executable, program);
        }
    }

    private void warnOnce(Duration pause, DflockdException why) {
        if (pause.equals(PAUSE)) {
            call.warn(why.getMessage() + "; standing again when the server is back");
        }
    }

    /** Tries again when the server goes away, but not when it was not there at the start: that may be a wrong address. */
    private Optional<Lease> campaign(Election candidate, Duration wait) throws InterruptedException {
        long end = System.nanoTime() + wait.toNanos();
        for (var pause = PAUSE;; pause = Reconnecting.longer(pause)) {
            var left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
            try {
                return candidate.campaign(left);
            } catch (ConnectionFailedException e) {
                if (!wasConnected) {
                    throw e;
                }
                warnOnce(pause, e);
            } catch (ConnectionLostException | ServerDrainingException e) {
                wasConnected = true;
                warnOnce(pause, e);
            } catch (LeaseExpiredException e) {
                // This process was stopped while its turn came, and passed.
                wasConnected = true;
                call.warn(e.getMessage() + "; standing again");
            }
            long rest = end - System.nanoTime();
            if (rest <= 0) {
                return Optional.empty();
            }
            Thread.sleep(Math.min(pause.toMillis(), Math.max(1, Duration.ofNanos(rest).toMillis())));
        }
    }
}
