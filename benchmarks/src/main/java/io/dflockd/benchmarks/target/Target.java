package io.dflockd.benchmarks.target;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A server that can be measured, or several that are one to those who ask.
 *
 * @param name what the tables call it
 * @param dialect what it speaks
 * @param commands what starts each of its nodes; {@code {port}} stands for the port of the node, {@code {data}} for an empty
 *     folder of its own, {@code {port2}} for the port of the second node, {@code {peer2}} for that on which it hears the
 *     others, and {@code {next2}} for the port behind that
 * @param environment what the processes get beside our own environment
 * @param isReal whether it keeps what it promises; the floor does not, it only answers
 */
public record Target(
        String name, Dialect dialect, List<List<String>> commands, Map<String, String> environment, boolean isReal) {
    static final String PORT = "{port}";
    static final String DATA = "{data}";
    /** Stands for a port for operators. */
    public static final String ADMIN = "{admin}";

    public Target {
        commands = commands.stream().map(List::copyOf).toList();
        environment = Map.copyOf(environment);
    }

    /** What starts its first node, which is the only one where there are no others. */
    public List<String> command() {
        return commands.getFirst();
    }

    /** The same, started with one more variable in its environment. */
    public Target with(String variable, String value) {
        var variables = new HashMap<>(environment);
        variables.merge(variable, value, (before, more) -> before + " " + more);
        return new Target(name, dialect, commands, variables, isReal);
    }

    /** The same under another name. */
    public Target named(String other) {
        return new Target(other, dialect, commands, environment, isReal);
    }

    /** The same, started with more arguments. */
    public Target with(List<String> arguments) {
        var longer = commands.stream().map(command -> {
            var more = new ArrayList<>(command);
            more.addAll(arguments);
            return List.copyOf(more);
        }).toList();
        return new Target(name, dialect, longer, environment, isReal);
    }

    /** What starts a node, where all are at these places. */
    List<String> commandOf(Place own, List<Place> all) {
        return commands.get(all.indexOf(own)).stream().map(word -> filled(word, own, all)).toList();
    }

    private static String filled(String word, Place own, List<Place> all) {
        var text = word.replace(PORT, Integer.toString(own.port()))
                .replace(ADMIN, Integer.toString(own.adminPort()))
                .replace(DATA, own.data().toString());
        for (int i = 0; i < all.size(); i++) {
            var place = all.get(i);
            int number = i + 1;
            text = text.replace("{port" + number + "}", Integer.toString(place.port()))
                    .replace("{peer" + number + "}", Integer.toString(place.peerPort()))
                    .replace("{next" + number + "}", Integer.toString(place.peerPort() + 1));
        }
        return text;
    }
}
