package io.dflockd.cli.call;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;

/** Where output goes. Java itself only knows of standard input and output together. */
public final class Terminal {
    private Terminal() {}

    /** False, too, where nobody can tell. Asks the shell, since only from Java 22 on can a program ask the kernel. */
    public static boolean isStandardError() {
        try {
            var test = new ProcessBuilder("/bin/sh", "-c", "test -t 2")
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.INHERIT)
                    .start();
            return test.waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
