package io.dflockd.cli;

import io.dflockd.cli.line.Exit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Several commands of {@code dflock} in one process, each after the former, so that the JVM can learn in one run what all of
 * them need; see {@code bin/rehearse}. Nobody else starts it.
 */
public final class RehearsalMain {
    private static final String NEXT = "--next";

    private RehearsalMain() {}

    /** Takes commands with {@code --next} between them, and carries out all. Ends with the first exit status that is not 0. */
    public static void main(String[] arguments) {
        int first = Exit.OK.status();
        for (var command : commands(Arrays.asList(arguments))) {
            int status = DflockMain.run(command.toArray(new String[0]));
            first = first == Exit.OK.status() ? status : first;
        }
        System.exit(first);
    }

    private static List<List<String>> commands(List<String> arguments) {
        var commands = new ArrayList<List<String>>();
        var rest = arguments;
        for (int next = rest.indexOf(NEXT); next >= 0; next = rest.indexOf(NEXT)) {
            commands.add(rest.subList(0, next));
            rest = rest.subList(next + 1, rest.size());
        }
        commands.add(rest);
        return commands;
    }
}
