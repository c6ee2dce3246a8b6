package io.dflockd.cli.command;

import io.dflockd.cli.call.Call;
import io.dflockd.cli.call.Command;
import io.dflockd.cli.line.Exit;
import io.dflockd.cli.line.Flags;
import java.util.List;

/** {@code barrier}: to go on together. */
public final class BarrierCommand {
    private BarrierCommand() {}

    public static List<Command> all() {
        return List.of(new Command("barrier", "KEY COUNT", "wait until so many wait",
                """
                        Waits until COUNT of them wait at the barrier, this one included; then all go on with exit status 0. Exit \
                        status 75 if they did not come in time, or one of them gave up, which sends all away.""",
                List.of(Flags.TIMEOUT), BarrierCommand::run));
    }

    private static int run(Call call) throws InterruptedException {
        var key = call.operand(0);
        int count = (int) Math.min(call.arguments().number(1, "COUNT", 1), Integer.MAX_VALUE);
        try (var connection = call.dialFor(key)) {
            boolean complete = connection.barriers()
                    .await(key, count, call.arguments().wholeSeconds(Flags.TIMEOUT, Flags.FOR_EVER));
            call.out().json(Call.object("key", key, "count", count, "complete", complete));
            if (!complete) {
                call.warn(key + ": the barrier of " + count + " did not get complete");
            }
            return (complete ? Exit.OK : Exit.NOT_GRANTED).status();
        }
    }
}
