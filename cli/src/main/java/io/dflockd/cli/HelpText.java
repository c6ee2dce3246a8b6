package io.dflockd.cli;

import io.dflockd.cli.line.ArgumentParser;
import io.dflockd.cli.line.Exit;
import io.dflockd.cli.line.Flag;
import io.dflockd.cli.line.Flags;
import io.dflockd.cli.line.Syntax;
import java.util.List;
import java.util.stream.Collectors;

/** Help for people at a terminal. */
final class HelpText {
    private static final int WIDTH = 100;

    private final CommandTable commands;

    HelpText(CommandTable commands) {
        this.commands = commands;
    }

    /** What was asked for: one command, those with one first word, or all. */
    String of(ArgumentParser.Asked asked) {
        var command = asked.command();
        var group = asked.group();
        return command != null ? of(command) : group != null ? group(group) : overview();
    }

    private String group(String word) {
        var members = commands.all().stream().filter(command -> command.name().startsWith(word + " ")).toList();
        var text = new StringBuilder("usage: dflock " + word + " COMMAND [FLAGS] [ARGUMENTS]\n\ncommands:\n");
        table(text, members.stream().map(member -> List.of(member.name(), member.summary())).toList());
        var shared = members.getFirst()
                .flags()
                .stream()
                .filter(
                        flag -> members.stream().allMatch(member -> member.flags().contains(flag)))
                .toList();
        if (!shared.isEmpty()) {
            text.append("\nflags of each:\n");
            flags(text, shared);
        }
        return text.append("\ndflock ")
                .append(members.getFirst().name())
                .append(" --help tells more about one.\n")
                .toString();
    }

    private String overview() {
        var text = new StringBuilder();
        text.append("dflock: locks and their kin from the command line, at a dflockd server\n\n");
        text.append("usage: dflock [FLAGS] COMMAND [FLAGS] [ARGUMENTS]\n\ncommands:\n");
        table(text, commands.all().stream().map(command -> List.of(command.name(), command.summary())).toList());
        text.append("\nflags of every command:\n");
        flags(text, Flags.GLOBAL);
        text.append("\nexit status:\n");
        for (var exit : Exit.values()) {
            text.append("  %3d  %s\n".formatted(exit.status(), exit.meaning()));
        }
        text.append("  128+n  ended by signal n, as 130 by Ctrl-C\n");
        text.append("run and elect pass on the exit status of their command; 128+n where signal n ended it.\n");
        text.append(
                "\ndflock COMMAND --help tells more about one. Every key is at one server, chosen by CRC-32 of the key.\n");
        return text.toString();
    }

    private static String of(Syntax command) {
        var text = new StringBuilder();
        text.append("usage: ").append(command.usage()).append("\n\n");
        text.append(wrapped(command.details(), WIDTH, "")).append('\n');
        if (!command.flags().isEmpty()) {
            text.append("\nflags:\n");
            flags(text, command.flags());
        }
        return text.append("\nFlags of every command, among them --server and --json: see dflock --help.\n").toString();
    }

    private static void flags(StringBuilder text, List<Flag> flags) {
        table(text, flags.stream()
                .map(flag -> List.of(flag.usage(),
                        flag.meaning() + (flag.variable() == null ? "" : " [" + flag.variable() + "]")))
                .toList());
    }

    private static void table(StringBuilder text, List<List<String>> rows) {
        int width = rows.stream().mapToInt(row -> row.get(0).length()).max().orElse(0);
        for (var row : rows) {
            var meaning = wrapped(row.get(1), WIDTH - width - 4, " ".repeat(width + 4));
            text.append("  ")
                    .append(row.get(0))
                    .append(" ".repeat(width - row.get(0).length() + 2))
                    .append(meaning)
                    .append('\n');
        }
    }

    /** Lines of at most the width; all but the first begin with the indent. */
    private static String wrapped(String text, int width, String indent) {
        return text.lines()
                .map(paragraph -> wrappedLine(paragraph, width, indent))
                .collect(Collectors.joining("\n" + indent));
    }

    private static String wrappedLine(String text, int width, String indent) {
        var lines = new StringBuilder();
        int column = 0;
        for (var word : text.split(" ", -1)) {
            if (column > 0 && column + 1 + word.length() > width) {
                lines.append('\n').append(indent);
                column = 0;
            } else if (column > 0) {
                lines.append(' ');
                column++;
            }
            lines.append(word);
            column += word.length();
        }
        return lines.toString();
    }
}
