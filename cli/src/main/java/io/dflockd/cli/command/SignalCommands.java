package io.dflockd.cli.command;

import io.dflockd.cli.call.Call;
import io.dflockd.cli.call.Command;
import io.dflockd.cli.line.Exit;
import java.util.List;

/** {@code signal}, which the listeners of a channel get. */
public final class SignalCommands {
    private SignalCommands() {}

    public static List<Command> all() {
        return List.of(new Command("signal", "CHANNEL PAYLOAD", "send a signal to who listens now",
                """
                        Sends the payload to all who listen to the channel, and to one member of each group. Prints how many copies \
                        were sent; nobody acknowledges them, and who comes later gets nothing.""",
                List.of(),
                SignalCommands::signal));
    }

    private static int signal(Call call) throws InterruptedException {
        var channel = call.operand(0);
        try (var connection = call.dialFor(channel)) {
            long receivers = connection.signals().emit(channel, call.operand(1));
            call.out().line(Long.toString(receivers), Call.object("channel", channel, "receivers", receivers));
            return Exit.OK.status();
        }
    }
}
