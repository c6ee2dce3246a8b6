package io.dflockd.benchmarks.target;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A server that can be measured.
 *
 * @param name what the tables call it
 * @param dialect what it speaks
 * @param command what starts it; {@code {port}} stands for the port, {@code {data}} for an empty folder of its own
 * @param environment what its process gets beside our own environment
 * @param isReal whether it keeps what it promises; the floor does not, it only answers
 */
public record Target(
        String name, Dialect dialect, List<String> command, Map<String, String> environment, boolean isReal) {
    static final String PORT = "{port}";
    static final String DATA = "{data}";
    /** Stands for a port for operators. */
    public static final String ADMIN = "{admin}";

    public Target {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** The same, started with one more variable in its environment. */
    public Target with(String variable, String value) {
        var variables = new HashMap<>(environment);
        variables.merge(variable, value, (before, more) -> before + " " + more);
        return new Target(name, dialect, command, variables, isReal);
    }

    /** The same under another name. */
    public Target named(String other) {
        return new Target(other, dialect, command, environment, isReal);
    }

    /** The same, started with more arguments. */
    public Target with(List<String> arguments) {
        var longer = new ArrayList<>(command);
        longer.addAll(arguments);
        return new Target(name, dialect, longer, environment, isReal);
    }

    List<String> commandFor(int port, int adminPort, Path data) {
        return command.stream()
                .map(word -> word.replace(PORT, Integer.toString(port))
                        .replace(ADMIN, Integer.toString(adminPort))
                        .replace(DATA, data.toString()))
                .toList();
    }
}
