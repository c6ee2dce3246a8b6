package io.dflockd.cli.command;

import io.dflockd.cli.call.Call;
import io.dflockd.cli.call.Command;
import io.dflockd.cli.line.Exit;
import java.util.List;

/** {@code counter …}: numbers that all clients share. */
public final class CounterCommands {
    private CounterCommands() {}

    public static List<Command> all() {
        return List.of(
                new Command("counter get", "KEY", "print a counter", """
                        Prints the counter; 0 if nobody wrote to it.""", List.of(), CounterCommands::get),
                new Command("counter add", "KEY DELTA", "add to a counter and print it", """
                        Adds the whole number, which may be negative, and prints what the counter is then.""",
                        List.of(),
                        CounterCommands::add),
                new Command("counter set", "KEY VALUE", "set a counter", """
                        Sets the counter to the whole number.""", List.of(), CounterCommands::set));
    }

    private static int get(Call call) throws InterruptedException {
        try (var connection = call.dialFor(call.operand(0))) {
            return print(call, connection.counters().get(call.operand(0)));
        }
    }

    private static int add(Call call) throws InterruptedException {
        long delta = call.arguments().number(1, "DELTA", Long.MIN_VALUE);
        try (var connection = call.dialFor(call.operand(0))) {
            return print(call, connection.counters().increment(call.operand(0), delta));
        }
    }

    private static int set(Call call) throws InterruptedException {
        long value = call.arguments().number(1, "VALUE", Long.MIN_VALUE);
        try (var connection = call.dialFor(call.operand(0))) {
            connection.counters().set(call.operand(0), value);
            call.out().json(Call.object("key", call.operand(0), "value", value));
            return Exit.OK.status();
        }
    }

    private static int print(Call call, long value) {
        call.out().line(Long.toString(value), Call.object("key", call.operand(0), "value", value));
        return Exit.OK.status();
    }
}
