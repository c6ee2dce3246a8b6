package io.dflockd.service.admin;

import java.io.IOException;
import java.io.InputStream;

/** Makes copies of the state, from which another server can begin. */
public interface Snapshots {
    /**
     * A copy, whole. Whoever has it closes the stream.
     *
     * @param name of the file
     * @param sha256 of all of it, in hexadecimal digits
     */
    record Copy(String name, long bytes, String sha256, InputStream in) {}

    /** There is none, and there will be none unless something changes. */
    final class CannotException extends Exception {
        private static final long serialVersionUID = 1L;

        public CannotException(String message) {
            super(message);
        }
    }

    /** Copies what was decided before. Blocks for as long as that takes, some minutes at most. */
    Copy make() throws IOException, CannotException;
}
