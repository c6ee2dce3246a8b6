package io.dflockd.engine;

import java.io.DataInput;
import java.io.IOException;

/** Engines whose steps do so little that what is due or ends in masses is spread over many, for whoever drives them. */
public final class SmallSteps {
    private SmallSteps() {}

    /** An empty engine that does so much at a time. */
    public static Engine engine(EngineLimits limits, int slice) {
        return new Engine(limits, 0, slice);
    }

    /** What {@link Engine#writeSnapshot} wrote, as an engine that does so much at a time. */
    public static Engine read(DataInput in, int slice) throws IOException {
        return Engine.readSnapshot(in, slice);
    }
}
