package io.dflockd.cli;

import io.dflockd.cli.call.Call;
import io.dflockd.cli.call.Command;
import io.dflockd.cli.line.Exit;
import io.dflockd.cli.line.Flags;
import io.dflockd.cli.line.UsageException;
import java.util.List;

/** {@code completion}: a script that teaches a shell the commands. */
final class CompletionCommand {
    private CompletionCommand() {}

    static List<Command> all() {
        return List.of(new Command("completion", "SHELL", "print a completion script for bash, zsh or fish",
                """
                        Prints a script that completes commands and flags. bash: eval "$(dflock completion bash)" in ~/.bashrc. \
                        zsh: eval "$(dflock completion zsh)" in ~/.zshrc, after compinit. fish: dflock completion fish > \
                        ~/.config/fish/completions/dflock.fish.""",
                List.of(), CompletionCommand::run));
    }

    private static int run(Call call) {
        call.requireWithout(Flags.OF_ASKING, "no server is asked");
        var completion = new Completion(CommandTable.standard());
        var script = switch (call.operand(0)) {
            case "bash" -> completion.bash();
            case "zsh" -> completion.zsh();
            case "fish" -> completion.fish();
            default -> throw new UsageException("shell is '" + call.operand(0) + "'; valid is bash, zsh or fish");
        };
        call.out().line(script.stripTrailing());
        return Exit.OK.status();
    }
}
