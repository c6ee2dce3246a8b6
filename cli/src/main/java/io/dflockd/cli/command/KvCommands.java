package io.dflockd.cli.command;

import io.dflockd.cli.call.Call;
import io.dflockd.cli.call.Command;
import io.dflockd.cli.line.Exit;
import io.dflockd.cli.line.Flag;
import java.util.List;

/** {@code kv …}: values by key. */
public final class KvCommands {
    private static final Flag TTL = Flag.of("ttl", "SECONDS", "drop the value after this (never)");

    private KvCommands() {}

    public static List<Command> all() {
        return List.of(
                new Command("kv get", "KEY", "print a value", """
                        Prints the value. Exit status 1 if there is none.""", List.of(), KvCommands::get),
                new Command("kv set", "KEY VALUE", "store a value", """
                        Stores the value and its time to live in place of what was there. A value is text without TABs \
                        and line ends, and never empty. One that begins with a dash goes after --. The value - is read \
                        from standard input, to its end, without the line end there.""", List.of(TTL),
                        KvCommands::set),
                new Command("kv del", "KEY", "remove a value", """
                        Removes the value if there is one.""", List.of(), KvCommands::delete),
                new Command("kv cas", "KEY EXPECTED VALUE", "replace a value if it is the expected one", """
                        Replaces the value if it is the expected one, all at once. Expect '' for a value that does not \
                        exist. Exit status 3 if it is another.""", List.of(TTL), KvCommands::swap));
    }

    private static int get(Call call) throws InterruptedException {
        var key = call.operand(0);
        try (var connection = call.dialFor(key)) {
            var value = connection.values().get(key);
            if (value.isPresent()) {
                call.out().line(value.get(), Call.object("key", key, "value", value.get()));
                return Exit.OK.status();
            }
            call.out().json(Call.object("key", key, "value", null));
            return Exit.NOTHING.status();
        }
    }

    private static int set(Call call) throws InterruptedException {
        var key = call.operand(0);
        try (var connection = call.dialFor(key)) {
            var value = call.operand(1).equals("-")
                    ? InputValue.read(System.in, InputValue.most(connection))
                    : call.operand(1);
            connection.values().set(key, value, call.arguments().wholeSeconds(TTL));
            call.out().json(Call.object("key", key, "value", value));
            return Exit.OK.status();
        }
    }

    private static int delete(Call call) throws InterruptedException {
        var key = call.operand(0);
        try (var connection = call.dialFor(key)) {
            connection.values().delete(key);
            call.out().json(Call.object("key", key, "value", null));
            return Exit.OK.status();
        }
    }

    private static int swap(Call call) throws InterruptedException {
        var key = call.operand(0);
        try (var connection = call.dialFor(key)) {
            boolean swapped = connection.values()
                    .compareAndSet(key, call.operand(1), call.operand(2), call.arguments().wholeSeconds(TTL));
            call.out().json(Call.object("key", key, "swapped", swapped));
            return (swapped ? Exit.OK : Exit.CONFLICT).status();
        }
    }
}
