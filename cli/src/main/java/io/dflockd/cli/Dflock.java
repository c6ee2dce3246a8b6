package io.dflockd.cli;

import io.dflockd.cli.call.Call;
import io.dflockd.cli.call.Output;
import io.dflockd.cli.call.Settings;
import io.dflockd.cli.guard.Executable;
import io.dflockd.cli.line.ArgumentParser;
import io.dflockd.cli.line.Exit;
import io.dflockd.cli.line.Flags;
import io.dflockd.cli.line.UsageException;
import io.dflockd.client.error.DflockdException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/** From a command line to an exit status: parses, runs, and says in one line what went wrong. */
final class Dflock {
    private final CommandTable commands;
    private final Map<String, String> environment;
    private final OutputStream out;
    private final PrintStream err;

    Dflock(CommandTable commands, Map<String, String> environment, OutputStream out, PrintStream err) {
        this.commands = commands;
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    int run(List<String> line) {
        try {
            return run(new ArgumentParser(commands.all()).parse(line));
        } catch (UsageException | IllegalArgumentException e) {
            return failed(Exit.USAGE, e);
        } catch (DflockdException e) {
            return failed(exitOf(e), e);
        } catch (Executable.CannotRunException e) {
            return failed(e.exit(), e);
        } catch (Output.WriteFailedException e) {
            return failed(Exit.WRITE_FAILED, e);
        } catch (Output.BrokenPipeException e) {
            return Exit.BROKEN_PIPE;
        } catch (InterruptedException e) {
            return failed(Exit.UNREACHABLE, e);
        } catch (Exception e) {
            return failed(Exit.REFUSED, e);
        }
    }

    private int run(ArgumentParser.Asked asked) throws Exception {
        var arguments = asked.arguments();
        var command = asked.command();
        var output = new Output(out, arguments.has(Flags.JSON));
        if (arguments.has(Flags.VERSION)) {
            output.line("dflock " + Version.current());
            return Exit.OK.status();
        }
        if (arguments.has(Flags.HELP)) {
            output.line(new HelpText(commands).of(asked).stripTrailing());
            return Exit.OK.status();
        }
        if (command == null) {
            err.print(new HelpText(commands).of(asked));
            return Exit.USAGE.status();
        }
        ClientLog.configure(arguments.has(Flags.VERBOSE));
        return commands.of(command)
                .action()
                .run(new Call(arguments, Settings.of(arguments, environment), output, err, environment));
    }

    private int failed(Exit exit, Exception why) {
        err.println("dflock: " + (why.getMessage() == null ? why.toString() : why.getMessage()));
        return exit.status();
    }

    private static Exit exitOf(DflockdException failure) {
        return switch (failure.code()) {
            case CONNECTION_FAILED, CONNECTION_LOST, DRAINING -> Exit.UNREACHABLE;
            case TIMEOUT -> Exit.NOT_GRANTED;
            case AUTH, DENIED -> Exit.NO_ACCESS;
            case LEASE_LOST, LEASE_EXPIRED -> Exit.LOST;
            case NOT_FOUND -> Exit.NOTHING;
            default -> Exit.REFUSED;
        };
    }
}
