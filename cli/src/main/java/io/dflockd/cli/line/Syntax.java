package io.dflockd.cli.line;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a command is asked for.
 *
 * @param name one word or two, as in {@code kv get}
 * @param operands as in the usage line: a word for each, in brackets if it can be left out, with … if it can be repeated;
 *        {@code -- COMMAND…} at the end for one that starts a program
 * @param summary half a sentence for the list of commands
 * @param details whole sentences
 * @param flags beside the global ones
 */
public record Syntax(String name, String operands, String summary, String details, List<Flag> flags) {
    private static final String PROGRAM = "-- COMMAND…";

    public Syntax {
        flags = List.copyOf(flags);
    }

    /**
     * The one among these that the words begin with.
     *
     * @throws UsageException when there is none
     */
    static Syntax find(List<Syntax> among, List<String> words) {
        return named(among, words.getFirst())
                .or(() -> words.size() < 2 ? Optional.empty() : named(among, words.get(0) + " " + words.get(1)))
                .orElseThrow(() -> unknown(among, words));
    }

    /** Whether it is the first word of commands that have two. */
    static boolean isGroup(List<Syntax> among, String word) {
        return among.stream().anyMatch(syntax -> syntax.name().startsWith(word + " "));
    }

    private static Optional<Syntax> named(List<Syntax> among, String name) {
        return among.stream().filter(syntax -> syntax.name().equals(name)).findFirst();
    }

    private static UsageException unknown(List<Syntax> among, List<String> words) {
        var group = among.stream().map(Syntax::name).filter(name -> name.startsWith(words.getFirst() + " ")).toList();
        return group.isEmpty()
                ? new UsageException("unknown command '" + words.getFirst() + "'; see dflock --help")
                : new UsageException("'" + String.join(" ", words.subList(0, Math.min(2, words.size())))
                        + "' is no command; there are: " + String.join(", ", group));
    }

    public String usage() {
        var own = flags.isEmpty() ? "" : " [FLAGS]";
        return "dflock " + name + own + (operands.isEmpty() ? "" : " " + operands);
    }

    public boolean startsProgram() {
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
