package io.dflockd.cli;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All commands. Help, completion and the document are made from this. */
final class CommandTable {
    private final List<Command> commands;

    CommandTable(List<Command> commands) {
        this.commands = List.copyOf(commands);
    }

    static CommandTable standard() {
        return new CommandTable(Stream.of(RunCommand.all(), PingCommand.all(), StatsCommand.all(), BenchCommand.all(),
                KvCommands.all(),
                CounterCommands.all(), ListCommands.all(), SignalCommands.all(), StreamCommands.all(),
                ElectCommand.all(),
                BarrierCommand.all(), CompletionCommand.all()).flatMap(List::stream).toList());
    }

    List<Command> all() {
        return commands;
    }

    /**
     * The command that the words begin with.
     *
     * @throws UsageException when there is none
     */
    Command find(List<String> words) {
        return named(words.getFirst())
                .or(() -> words.size() < 2 ? Optional.empty() : named(words.get(0) + " " + words.get(1)))
                .orElseThrow(() -> unknown(words));
    }

    private Optional<Command> named(String name) {
        return commands.stream().filter(command -> command.name().equals(name)).findFirst();
    }

    private UsageException unknown(List<String> words) {
        var group = commands.stream()
                .map(Command::name)
                .filter(name -> name.startsWith(words.getFirst() + " "))
                .toList();
        return group.isEmpty()
                ? new UsageException("unknown command '" + words.getFirst() + "'; see dflock --help")
                : new UsageException("'" + String.join(" ", words.subList(0, Math.min(2, words.size())))
                        + "' is no command; there are: " + String.join(", ", group));
    }
}
