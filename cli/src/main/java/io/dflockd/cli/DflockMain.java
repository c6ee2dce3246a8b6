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
        var out = new FileOutputStream(FileDescriptor.out);
        var err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, UTF_8);
        var broken = RawArguments.refusal(arguments);
        if (broken != null) {
            err.println("dflock: " + broken);
            System.exit(Exit.USAGE.status());
        }
        int status = new Dflock(CommandTable.standard(), System.getenv(), out, err).run(List.of(arguments));
        System.exit(status);
    }
}
