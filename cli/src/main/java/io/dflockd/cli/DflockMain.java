package io.dflockd.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.util.List;

/** The program {@code dflock}. */
public final class DflockMain {
    private DflockMain() {}

    /** Runs one command and ends the process with its exit status; see {@code dflock --help}. */
    public static void main(String[] arguments) {
        var out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, UTF_8);
        var err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, UTF_8);
        int status = new Dflock(CommandTable.standard(), System.getenv(), out, err).run(List.of(arguments));
        out.flush();
        System.exit(status);
    }
}
