package io.dflockd.cli.guard;

import io.dflockd.cli.line.Exit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Finds a program as a shell would, before anything is acquired for it. */
public final class Executable {
    private static final String DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

    private Executable() {}

    public static Path find(String program, @Nullable String searchPath) {
        if (program.contains("/")) {
            return checked(Path.of(program));
        }
        return Arrays.stream((searchPath == null ? DEFAULT_PATH : searchPath).split(":", -1))
                .map(folder -> Path.of(folder, program))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst()
                .orElseThrow(() -> new CannotRunException(Exit.NO_SUCH_COMMAND, program + ": no such command"));
    }

    private static Path checked(Path file) {
        if (!Files.exists(file)) {
            throw new CannotRunException(Exit.NO_SUCH_COMMAND, file + ": no such file");
        }
        if (!Files.isRegularFile(file) || !Files.isExecutable(file)) {
            throw new CannotRunException(Exit.CANNOT_RUN, file + ": is not executable");
        }
        return file;
    }

    /** A program that cannot be started. */
    public static final class CannotRunException extends RuntimeException {
        private final Exit exit;

        CannotRunException(Exit exit, String message) {
            super(message);
            this.exit = exit;
        }

        public Exit exit() {
            return exit;
        }
    }
}
