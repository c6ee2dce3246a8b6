package io.dflockd.cli;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Something that {@code dflock} can do.
 *
 * @param name one word or two, as in {@code kv get}
 * @param operands as in the usage line: a word for each, in brackets if it can be left out, with … if it can be repeated;
 *        {@code -- COMMAND…} at the end for one that starts a program
 * @param summary half a sentence for the list of commands
 * @param details whole sentences
 * @param flags beside the global ones
 */
record Command(String name, String operands, String summary, String details, List<Flag> flags, Action action) {
    private static final String PROGRAM = "-- COMMAND…";

    Command {
        flags = List.copyOf(flags);
    }

    /** What a command does; returns the exit status. */
    @FunctionalInterface
    interface Action {
        int run(Call call) throws Exception;
    }

    String usage() {
        var own = flags.isEmpty() ? "" : " [FLAGS]";
        return "dflock " + name + own + (operands.isEmpty() ? "" : " " + operands);
    }

    boolean startsProgram() {
        return operands.endsWith(PROGRAM);
    }

    int minOperands() {
        return (int) words().filter(word -> !word.startsWith("[")).count();
    }

    int maxOperands() {
        return words().anyMatch(word -> word.contains("…")) ? Integer.MAX_VALUE : (int) words().count();
    }

    private Stream<String> words() {
        var own = startsProgram() ? operands.substring(0, operands.length() - PROGRAM.length()) : operands;
        return Arrays.stream(own.split(" ", -1)).filter(word -> !word.isEmpty());
    }
}
