package io.dflockd.cli.command;

import io.dflockd.cli.call.Call;
import io.dflockd.cli.call.Command;
import io.dflockd.cli.line.Exit;
import io.dflockd.cli.line.Flag;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code list …}: lists with two ends. */
public final class ListCommands {
    private static final Flag LEFT = Flag.of("left", "at the left end instead of the right");
    private static final Flag RIGHT = Flag.of("right", "from the right end instead of the left");
    private static final Flag WAIT = Flag.of("wait", "SECONDS", "wait so long for a value if the list is empty (0)");

    private ListCommands() {}

    public static List<Command> all() {
        return List.of(
                new Command("list push", "KEY VALUE…", "add values to a list", """
                        Adds the values one after another and prints the length of the list then; 0 when somebody who \
                        waited for a value got it. push and pop together make a queue: first in, first out.""",
                        List.of(LEFT), ListCommands::push),
                new Command("list pop", "KEY", "take a value from a list", """
                        Takes a value and prints it. Exit status 1 if there is none, or none came within the wait.""",
                        List.of(RIGHT, WAIT), ListCommands::pop),
                new Command("list len", "KEY", "print the length of a list", """
                        Prints how many values the list has.""", List.of(), ListCommands::length),
                new Command("list range", "KEY [START] [STOP]", "print values of a list", """
                        Prints the values from START to STOP, both inclusive and counted from 0, one a line; all if \
                        neither is given. Negative positions count from the end: -1 is the last.""", List.of(),
                        ListCommands::range));
    }

    private static int push(Call call) throws InterruptedException {
        var key = call.operand(0);
        try (var connection = call.dialFor(key)) {
            long length = 0;
            for (var value : call.arguments().operands().subList(1, call.arguments().operands().size())) {
                length = call.arguments().has(LEFT)
                        ? connection.lists().pushLeft(key, value)
                        : connection.lists().pushRight(key, value);
            }
            call.out().line(Long.toString(length), Call.object("key", key, "length", length));
            return Exit.OK.status();
        }
    }

    private static int pop(Call call) throws InterruptedException {
        var key = call.operand(0);
        try (var connection = call.dialFor(key)) {
            var lists = connection.lists();
            var wait = call.arguments().wholeSeconds(WAIT, Duration.ZERO);
            Optional<String> value;
            if (call.arguments().has(RIGHT)) {
                value = wait.isZero() ? lists.popRight(key) : lists.popRight(key, wait);
            } else {
                value = wait.isZero() ? lists.popLeft(key) : lists.popLeft(key, wait);
            }
            if (value.isPresent()) {
                call.out().line(value.get(), Call.object("key", key, "value", value.get()));
                return Exit.OK.status();
            }
            call.out().json(Call.object("key", key, "value", null));
            return Exit.NOTHING.status();
        }
    }

    private static int length(Call call) throws InterruptedException {
        var key = call.operand(0);
        try (var connection = call.dialFor(key)) {
            long length = connection.lists().length(key);
            call.out().line(Long.toString(length), Call.object("key", key, "length", length));
            return Exit.OK.status();
        }
    }

    private static int range(Call call) throws InterruptedException {
        var key = call.operand(0);
        int count = call.arguments().operands().size();
        long start = count > 1 ? call.arguments().number(1, "START", Long.MIN_VALUE) : 0;
        long stop = count > 2 ? call.arguments().number(2, "STOP", Long.MIN_VALUE) : -1;
        try (var connection = call.dialFor(key)) {
            var values = connection.lists().range(key, start, stop);
            if (call.out().isJson()) {
                call.out().json(Call.object("key", key, "values", values));
            } else {
                values.forEach(call.out()::line);
            }
            return Exit.OK.status();
        }
    }
}
