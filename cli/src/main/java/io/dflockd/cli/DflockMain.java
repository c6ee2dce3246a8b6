package io.dflockd.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dflockd.cli.line.Exit;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.util.List;

/** The program {@code dflock}. */
public final class DflockMain {
    private DflockMain() {}

    /** Runs one command and ends the process with its exit status; see {@code dflock --help}. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /** Runs one command, and returns the exit status that the process should have. */
    static int run(String[] arguments) {
        var out = new FileOutputStream(FileDescriptor.out);
        var err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, UTF_8);
        var broken = RawArguments.refusal(arguments);
        if (broken != null) {
            err.println("dflock: " + broken);
            return Exit.USAGE.status();
        }
        return new Dflock(CommandTable.standard(), System.getenv(), out, err).run(List.of(arguments));
    }
}
