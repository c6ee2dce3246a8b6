package io.dflockd.cli.command;

import io.dflockd.cli.call.Call;
import io.dflockd.cli.call.Command;
import io.dflockd.cli.guard.AtLeast;
import io.dflockd.cli.guard.Executable;
import io.dflockd.cli.guard.Goodbye;
import io.dflockd.cli.guard.Guard;
import io.dflockd.cli.guard.Holding;
import io.dflockd.cli.guard.LeaseTerms;
import io.dflockd.cli.guard.LockOrder;
import io.dflockd.cli.guard.PassedSignals;
import io.dflockd.cli.line.Exit;
import io.dflockd.cli.line.Flag;
import io.dflockd.cli.line.Flags;
import io.dflockd.cli.line.ParsedArguments;
import io.dflockd.cli.line.UsageException;
import io.dflockd.client.Acquirable;
import io.dflockd.client.DflockdClient;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** {@code run}: a command that has the lock while it runs. */
public final class RunCommand {
    private static final Flag SEMAPHORE = Flag.of("semaphore", "N", "take one of N permits instead of a lock");
    private static final Flag READ = Flag.of("read", "take the shared side of a read-write lock");
    private static final Flag WRITE = Flag.of("write", "take the exclusive side of a read-write lock");
    private static final Flag NO_WAIT = Flag.of("no-wait", "try once, as with --timeout 0");
    private static final Flag AT_LEAST = Flag.of("at-least", "SECONDS",
            "keep the lock for this long from the start of the command, also when that ends earlier (0)");
    private static final Flag ON_LOSS = Flag.of("on-loss", "terminate|warn",
            "what to do when the lock is lost: end the command, or say so only (terminate)");

    private final Call call;
    private final LeaseTerms terms;
    private final boolean endsOnLoss;
    private final Duration atLeast;

    private RunCommand(Call call) {
        this.call = call;
        this.terms = LeaseTerms.of(call.arguments());
        this.endsOnLoss = endsOnLoss(call.arguments());
        this.atLeast = call.arguments().seconds(AT_LEAST, Duration.ZERO);
    }

    public static List<Command> all() {
        return List.of(new Command("run", "KEY… -- COMMAND…", "run a command that holds the lock while it runs",
                """
                        Waits for the lock, runs the command, releases the lock, and exits with the command's status. The command \
                        finds the key in DFLOCK_KEY and the fencing token in DFLOCK_FENCE.
                        With several keys it gets all of them or none, within one --timeout. They are taken in the order of their \
                        bytes, however they are named, so commands that want the same ones never wait for each other for ever. The \
                        command finds them in DFLOCK_KEY_1, DFLOCK_FENCE_1 and so on, as many as DFLOCK_KEY_COUNT says. When one of \
                        them is lost, all are.
                        The lease is renewed meanwhile. When the lock is lost, the command and all that it started get TERM a safety \
                        margin (a fifth of the lease, at most 3 s) before the server can give the lock to somebody else, and KILL \
                        before that moment; the exit status is 76. With --on-loss warn the command goes on.
                        What the command left running in the background when it ended gets TERM and then KILL, too, before the lock \
                        is released.
                        HUP, INT, TERM, USR1, USR2 and WINCH are passed on to the command, except those that the terminal sends \
                        to both.""",
                List.of(Flags.TIMEOUT, NO_WAIT, Flags.LEASE, AT_LEAST, SEMAPHORE, READ, WRITE, ON_LOSS),
                call -> new RunCommand(call).run()));
    }

    private int run() throws InterruptedException {
        var keys = call.arguments().operands();
        checkOnce(keys);
        checkSides();
        var executable = Executable.find(call.arguments().program().getFirst(), call.environment().get("PATH"));
        var wait = call.arguments().has(NO_WAIT)
                ? Duration.ZERO
                : call.arguments().seconds(Flags.TIMEOUT, Flags.FOR_EVER);
        var client = call.settings().client(terms.lease(), terms.grace(), terms.margin());
        try (client) {
            var granted = granted(client, keys, wait);
            if (granted.isEmpty()) {
                call.warn(String.join(", ", keys) + ": not granted"
                        + (wait.isZero() ? "" : " within " + Call.seconds(wait) + " s"));
                return Exit.NOT_GRANTED.status();
            }
            var holding = granted.get();
            long start = System.nanoTime();
            var outcome = new Guard(call::warn, call.environment(), terms.margin(), endsOnLoss)
                    .run(holding, executable, call.arguments().program());
            if (!outcome.lost()) {
                keepOn(client, holding, start);
            }
            return outcome.status();
        }
    }

    private Optional<Holding> granted(DflockdClient client, List<String> keys, Duration wait)
            throws InterruptedException {
        var locks = locks(client);
        var order = new LockOrder(keys, (key, left) -> locks.apply(key).tryAcquire(left));
        try (var goodbye = new Goodbye(client::close)) {
            try {
                var granted = order.tryAcquire(wait);
                goodbye.stay();
                return granted;
            } catch (RuntimeException e) {
                goodbye.elseEnd();
                throw e;
            }
        }
    }

    /** What is kept is not in the client's hands any more, which releases the rest when it is closed. */
    private void keepOn(DflockdClient client, Holding holding, long start) throws InterruptedException {
        var rest = atLeast.minusNanos(System.nanoTime() - start);
        if (rest.isPositive()) {
            // It may take long, so signals end it as they would have before the command.
            PassedSignals.restore();
            try (var goodbye = new Goodbye(client::close)) {
                new AtLeast(client::info, call::warn).keep(holding, rest);
                goodbye.elseEnd();
            }
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

    private static void checkOnce(List<String> keys) {
        var seen = new HashSet<String>();
        for (var key : keys) {
            if (!seen.add(key)) {
                throw new UsageException("run: the key '" + key + "' is named twice; it can be held once only");
            }
        }
    }

    private void checkSides() {
        if (Stream.of(SEMAPHORE, READ, WRITE).filter(call.arguments()::has).count() > 1) {
            throw new UsageException("run: --semaphore, --read and --write exclude each other");
        }
    }

    private Function<String, Acquirable> locks(DflockdClient client) {
        var arguments = call.arguments();
        if (arguments.has(SEMAPHORE)) {
            int limit = (int) Math.min(arguments.number(SEMAPHORE, 1, 1), Integer.MAX_VALUE);
            return key -> client.semaphore(key, limit);
        }
        if (arguments.has(READ)) {
            return key -> client.rwLock(key).read();
        }
        return arguments.has(WRITE) ? key -> client.rwLock(key).write() : client::lock;
    }
}
