package io.dflockd.benchmarks.scaling;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;

/**
 * What is to be measured, how thoroughly, and where the results go.
 *
 * @param most larger numbers are left out on every axis
 * @param output the folder of pictures and tables
 */
record ScalingOptions(List<Axis> axes, int rounds, int most, Pace pace, Path output, Optional<Path> json) {
    static final String HELP = """
            usage: bin/scaling [AXIS...] [OPTION...]

              keys           locks that others hold, 1 to 100,000
              connections    connections that hold a lock, 1 to 10,000
              waiters        waiters in the queue of a key, 1 to 10,000
              subscriptions  subscriptions of different names and patterns, 1 to 100,000

            Without an axis it measures all, which takes about six minutes; --short takes one. Every point of every
            round has a server of its own, the points take turns, and every second round goes backwards.

              --short          one round, up to 10,000, 0.3 s a series
              --rounds N       how often each point is visited, 3
              --most N         leaves out the numbers above it
              --millis N       measured time of a series, 400
              --output FOLDER  where the pictures and results.md go, benchmarks/target/scaling
              --json FILE      every reading of every round
            """;

    private static final int ROUNDS = 3;
    private static final int MILLIS = 400;
    private static final int SHORT_MILLIS = 300;
    private static final int SHORT_MOST = 10_000;

    ScalingOptions {
        axes = List.copyOf(axes);
    }

    static final class BadOptionException extends Exception {
        private static final long serialVersionUID = 1;

        BadOptionException(String message) {
            super(message);
        }
    }

    /** {@code root} is the project's folder. */
    static ScalingOptions parse(Path root, List<String> arguments) throws BadOptionException {
        var known = new Options().addOption(Option.builder().longOpt("short").get());
        for (var name : List.of("rounds", "most", "millis", "output", "json")) {
            known.addOption(null, name, true, "");
        }
        try {
            return of(root, new DefaultParser().parse(known, arguments.toArray(String[]::new)));
        } catch (ParseException e) {
            throw new BadOptionException(String.valueOf(e.getMessage()));
        }
    }

    private static ScalingOptions of(Path root, CommandLine line) throws BadOptionException {
        boolean isShort = line.hasOption("short");
        return new ScalingOptions(
                axes(line.getArgList()),
                number(line, "rounds", isShort ? 1 : ROUNDS),
                number(line, "most", isShort ? SHORT_MOST : Integer.MAX_VALUE),
                Pace.measuring(Duration.ofMillis(number(line, "millis", isShort ? SHORT_MILLIS : MILLIS))),
                Path.of(line.getOptionValue("output", root.resolve("benchmarks/target/scaling").toString())),
                Optional.ofNullable(line.getOptionValue("json")).map(Path::of));
    }

    private static List<Axis> axes(List<String> names) throws BadOptionException {
        if (names.isEmpty()) {
            return Axis.all();
        }
        var axes = new ArrayList<Axis>();
        for (var name : names) {
            axes.add(axis(name));
        }
        return axes;
    }

    private static Axis axis(String name) throws BadOptionException {
        for (var axis : Axis.all()) {
            if (axis.scale().name().equals(name)) {
                return axis;
            }
        }
        var valid = Axis.all().stream().map(axis -> axis.scale().name()).collect(Collectors.joining(", "));
        throw new BadOptionException("unknown axis \"" + name + "\", valid are " + valid);
    }

    private static int number(CommandLine line, String option, int usual) throws BadOptionException {
        var text = line.getOptionValue(option);
        if (text == null) {
            return usual;
        }
        try {
            int number = Integer.parseInt(text);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // It is as wrong as one that is not above 0.
        }
        throw new BadOptionException("--" + option + " is \"" + text + "\", valid are whole numbers above 0");
    }

    /** The powers of ten up to what the axis allows and what was asked for. */
    List<Integer> countsOf(Axis axis) {
        int last = Math.min(axis.most(), most);
        return Stream.iterate(1, count -> count <= last, count -> count * 10).toList();
    }
}
