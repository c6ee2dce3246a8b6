package io.dflockd.cli.command;

import io.dflockd.cli.call.Call;
import io.dflockd.cli.call.Command;
import io.dflockd.cli.guard.Executable;
import io.dflockd.cli.guard.Guard;
import io.dflockd.cli.guard.LeaseTerms;
import io.dflockd.cli.line.Exit;
import io.dflockd.cli.line.Flag;
import io.dflockd.cli.line.Flags;
import io.dflockd.cli.line.ParsedArguments;
import io.dflockd.cli.line.UsageException;
import io.dflockd.client.Acquirable;
import io.dflockd.client.HandleBuilder;
import io.dflockd.client.Lock;
import io.dflockd.client.RWLock;
import io.dflockd.client.Semaphore;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** {@code run}: a command that has the lock while it runs. */
public final class RunCommand {
    private static final Flag SEMAPHORE = Flag.of("semaphore", "N", "take one of N permits instead of a lock");
    private static final Flag READ = Flag.of("read", "take the shared side of a read-write lock");
    private static final Flag WRITE = Flag.of("write", "take the exclusive side of a read-write lock");
    private static final Flag NO_WAIT = Flag.of("no-wait", "try once, as with --timeout 0");
    private static final Flag ON_LOSS = Flag.of("on-loss", "terminate|warn",
            "what to do when the lock is lost: end the command, or say so only (terminate)");

    private RunCommand() {}

    public static List<Command> all() {
        return List.of(new Command("run", "KEY -- COMMAND…", "run a command that holds the lock while it runs",
                """
                        Waits for the lock, runs the command, releases the lock, and exits with the command's status. The command \
                        finds the key in DFLOCK_KEY and the fencing token in DFLOCK_FENCE.
                        The lease is renewed meanwhile. When the lock is lost, the command and its descendants get TERM a safety \
                        margin (a fifth of the lease, at most 5 s) before the lease ends at the server, and KILL before it ends; \
                        the exit status is 76. The lock counts as lost, too, when the connection broke and the hold could not be \
                        proved again within the margin. With --on-loss warn the command goes on.
                        HUP, INT, TERM, USR1, USR2 and WINCH are passed on to the command, except those that the terminal sends \
                        to both.""",
                List.of(Flags.TIMEOUT, NO_WAIT, Flags.LEASE, SEMAPHORE, READ, WRITE, ON_LOSS), RunCommand::run));
    }

    private static int run(Call call) throws Exception {
        var key = call.operand(0);
        var program = call.arguments().program();
        boolean endsOnLoss = endsOnLoss(call.arguments());
        var terms = LeaseTerms.of(call.arguments());
        var lock = lock(call, key, terms);
        var wait = call.arguments().has(NO_WAIT)
                ? Duration.ZERO
                : call.arguments().seconds(Flags.TIMEOUT, Flags.FOR_EVER);
        var executable = Executable.find(program.getFirst(), call.environment().get("PATH"));
        var granted = lock.tryAcquire(wait);
        if (granted.isEmpty()) {
            call.warn(key + ": not granted" + (wait.isZero() ? "" : " within " + Call.seconds(wait) + " s"));
            return Exit.NOT_GRANTED.status();
        }
        try (var lease = granted.get()) {
            return new Guard(call::warn, call.environment(), terms.margin(), endsOnLoss).run(lease, executable, program)
                    .status();
        }
    }

    private static boolean endsOnLoss(ParsedArguments arguments) {
        var text = arguments.value(ON_LOSS);
        return switch (text == null ? "terminate" : text) {
            case "terminate" -> true;
            case "warn" -> false;
            default -> throw new UsageException("--on-loss is '" + text + "'; valid is terminate or warn");
        };
    }

    private static Acquirable lock(Call call, String key, LeaseTerms terms) {
        var arguments = call.arguments();
        if (Stream.of(SEMAPHORE, READ, WRITE).filter(arguments::has).count() > 1) {
            throw new UsageException("run: --semaphore, --read and --write exclude each other");
        }
        if (arguments.has(SEMAPHORE)) {
            int limit = (int) Math.min(arguments.number(SEMAPHORE, 1, 1), Integer.MAX_VALUE);
            return prepared(call, Semaphore.builder(key, limit), terms).build();
        }
        if (arguments.has(READ) || arguments.has(WRITE)) {
            var lock = prepared(call, RWLock.builder(key), terms).build();
            return arguments.has(READ) ? lock.read() : lock.write();
        }
        return prepared(call, Lock.builder(key), terms).build();
    }

    private static <B extends HandleBuilder<B>> B prepared(Call call, B builder, LeaseTerms terms) {
        return call.settings().applyTo(builder).leaseTtl(terms.lease()).safetyMargin(terms.margin());
    }
}
