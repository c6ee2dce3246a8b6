package io.dflockd.engine.order;

import java.io.IOException;
import java.io.InputStream;

/** A copy of the state in a file, of all that was applied when it was asked for. */
public interface StateCopy {
    /** What the file is called. */
    String name();

    /** Reads it from its beginning. What was opened can be read to its end, also when the file is gone by then. */
    InputStream open() throws IOException;
}
