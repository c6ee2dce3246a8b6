package io.dflockd.cli;

import io.dflockd.cli.bench.BenchCommand;
import io.dflockd.cli.call.Command;
import io.dflockd.cli.command.AdminCommand;
import io.dflockd.cli.command.BarrierCommand;
import io.dflockd.cli.command.ClusterCommand;
import io.dflockd.cli.command.CounterCommands;
import io.dflockd.cli.command.ElectCommand;
import io.dflockd.cli.command.HoldersCommand;
import io.dflockd.cli.command.KvCommands;
import io.dflockd.cli.command.ListCommands;
import io.dflockd.cli.command.PingCommand;
import io.dflockd.cli.command.RunCommand;
import io.dflockd.cli.command.SignalCommands;
import io.dflockd.cli.command.StatsCommand;
import io.dflockd.cli.command.StreamCommands;
import io.dflockd.cli.command.TokenCommand;
import io.dflockd.cli.command.TopCommand;
import io.dflockd.cli.command.UpkeepCommands;
import io.dflockd.cli.line.Syntax;
import java.util.List;
import java.util.stream.Stream;

/** All commands. Help, completion and the document are made from this. */
public final class CommandTable {
    private final List<Command> commands;

    CommandTable(List<Command> commands) {
        this.commands = List.copyOf(commands);
    }

    public static CommandTable standard() {
        return new CommandTable(Stream
                .of(RunCommand.all(), HoldersCommand.all(), PingCommand.all(), StatsCommand.all(), ClusterCommand.all(),
                        AdminCommand.all(), UpkeepCommands.all(), TopCommand.all(),
                        BenchCommand.all(),
                        KvCommands.all(), CounterCommands.all(), ListCommands.all(), SignalCommands.all(),
                        StreamCommands.all(),
                        ElectCommand.all(), BarrierCommand.all(), TokenCommand.all(), CompletionCommand.all())
                .flatMap(List::stream)
                .toList());
    }

    public List<Syntax> all() {
        return commands.stream().map(Command::syntax).toList();
    }

    /** The command with this syntax, which is one of {@link #all}. */
    Command of(Syntax syntax) {
        return commands.stream().filter(command -> command.syntax().equals(syntax)).findFirst().orElseThrow();
    }
}
