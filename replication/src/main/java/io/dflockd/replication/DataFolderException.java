package io.dflockd.replication;

import java.io.IOException;
import java.nio.file.Path;

/** What is on the disk must not be used as it is. The message names the file, the reason and what to do about it. */
public final class DataFolderException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String problem;

    DataFolderException(Path file, String reason, String remedy) {
        super(file + ": " + reason + "; " + remedy);
        problem = file + ": " + reason;
    }

    DataFolderException(Path file, String reason, String remedy, Throwable cause) {
        super(file + ": " + reason + "; " + remedy, cause);
        problem = file + ": " + reason;
    }

    private DataFolderException(DataFolderException same, String remedy) {
        super(same.problem + "; " + remedy, same);
        problem = same.problem;
    }

    /** The same, where something else is to be done about it. */
    DataFolderException with(String remedy) {
        return new DataFolderException(this, remedy);
    }
}
