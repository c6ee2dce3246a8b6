package io.dflockd.cli.line;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.MissingArgumentException;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;
import org.jspecify.annotations.Nullable;

/** Takes a command line apart: global flags, the command's name, its flags and operands in any order. */
public final class ArgumentParser {
    /** Marks a negative number, which the library would take for a flag. Arguments of a process have no NUL. */
    private static final String NUMBER_MARK = "\0";

    private static final String HELP_WORD = "help";

    private final List<Syntax> commands;

    public ArgumentParser(List<Syntax> commands) {
        this.commands = commands;
    }

    /**
     * What was asked for.
     *
     * @param command null where only help or the version is wanted
     * @param group the first word of several commands, where help for these is wanted; else null
     */
    public record Asked(@Nullable Syntax command, @Nullable String group, ParsedArguments arguments) {}

    /** @throws UsageException when it cannot be understood */
    public Asked parse(List<String> line) {
        var before = parse(Flags.GLOBAL, line, true);
        var rest = before.getArgList();
        var asked = flags(Flags.GLOBAL, before, new HashMap<>());
        boolean wantsHelp = !rest.isEmpty() && rest.getFirst().equals(HELP_WORD);
        if (wantsHelp) {
            rest = rest.stream().skip(1).filter(word -> !word.equals("--" + Flags.HELP.name())).toList();
            asked.put(Flags.HELP.name(), List.of());
        }
        if (rest.isEmpty()) {
            return new Asked(null, null, new ParsedArguments(List.of(), asked, List.of()));
        }
        var group = rest.getFirst();
        if (Syntax.isGroup(commands, group) && (rest.size() == 1 ? wantsHelp : rest.get(1).startsWith("-"))) {
            var after = flags(Flags.GLOBAL, parse(Flags.GLOBAL, rest.subList(1, rest.size()), true), asked);
            if (after.containsKey(Flags.HELP.name())) {
                return new Asked(null, group, new ParsedArguments(List.of(), after, List.of()));
            }
        }
        var command = Syntax.find(commands, rest);
        return new Asked(command, null, parse(command, rest.subList(words(command.name()), rest.size()), asked));
    }

    private ParsedArguments parse(Syntax command, List<String> line, Map<String, List<String>> before) {
        int end = command.startsProgram() && line.contains("--") ? line.indexOf("--") : line.size();
        var flags = Stream.concat(command.flags().stream(), Flags.GLOBAL.stream()).toList();
        var own = parse(flags, line.subList(0, end), false);
        var program = List.copyOf(line.subList(Math.min(end + 1, line.size()), line.size()));
        var operands = own.getArgList().stream().map(ArgumentParser::unmarked).toList();
        var parsed = new ParsedArguments(operands, flags(flags, own, before), program);
        if (!parsed.has(Flags.HELP)) {
            check(command, parsed);
        }
        return parsed;
    }

    private static void check(Syntax command, ParsedArguments parsed) {
        int count = parsed.operands().size();
        if (command.startsProgram() && parsed.program().isEmpty()) {
            throw wrong(command, "no command to run; it goes after --");
        }
        if (count < command.minOperands()) {
            throw wrong(command, "too few arguments");
        }
        if (count > command.maxOperands()) {
            throw wrong(command, "too many arguments: '" + parsed.operands().get(command.maxOperands()) + "'");
        }
    }

    private static UsageException wrong(Syntax command, String problem) {
        return new UsageException(command.name() + ": " + problem + "\nusage: " + command.usage());
    }

    private static CommandLine parse(List<Flag> flags, List<String> line, boolean stopAtOperand) {
        var options = new Options();
        for (var flag : flags) {
            options.addOption(Option.builder().longOpt(flag.name()).hasArg(flag.value() != null).get());
        }
        var marked = line.stream().map(stopAtOperand ? word -> word : ArgumentParser::marked).toArray(String[]::new);
        try {
            return DefaultParser.builder()
                    .setAllowPartialMatching(false)
                    .setStripLeadingAndTrailingQuotes(false)
                    .get()
                    .parse(options, marked, stopAtOperand);
        } catch (UnrecognizedOptionException e) {
            throw new UsageException("unknown flag " + unmarked(e.getOption()) + "; see dflock --help");
        } catch (MissingArgumentException e) {
            throw new UsageException("--" + e.getOption().getLongOpt() + " needs a value");
        } catch (ParseException e) {
            throw new UsageException(unmarked(String.valueOf(e.getMessage())));
        }
    }

    private static Map<String, List<String>> flags(List<Flag> flags, CommandLine line,
            Map<String, List<String>> earlier) {
        var found = new HashMap<>(earlier);
        for (var flag : flags) {
            if (line.hasOption(flag.name())) {
                var values = new ArrayList<>(earlier.getOrDefault(flag.name(), List.of()));
                if (flag.value() != null) {
                    Stream.of(line.getOptionValues(flag.name())).map(ArgumentParser::unmarked).forEach(values::add);
                }
                found.put(flag.name(), List.copyOf(values));
            }
        }
        return found;
    }

    private static String marked(String word) {
        return word.matches("-[0-9.]+") ? NUMBER_MARK + word : word;
    }

    private static String unmarked(String word) {
        return word.replace(NUMBER_MARK, "");
    }

    private static int words(String name) {
        return name.split(" ", -1).length;
    }
}
