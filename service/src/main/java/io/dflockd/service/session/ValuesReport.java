package io.dflockd.service.session;

import io.dflockd.engine.Outcome;
import io.dflockd.protocol.OctetBuffer;
import io.dflockd.service.stats.JsonArray;

/** The values of a list as a JSON array, or that they are too many for one line. */
final class ValuesReport implements LateReply {
    private static final int BYTES_OF_A_REFERENCE = 4;

    private final Outcome.Values values;
    private final BoundedLine line;

    ValuesReport(Outcome.Values values, long maxBytes) {
        this.values = values;
        this.line = new BoundedLine(
                () -> new JsonArray(values.values())::write,
                JsonArray.most(values.values().size(), values.bytes()),
                maxBytes);
    }

    @Override
    public boolean encode(OctetBuffer out) {
        return line.encode(out);
    }

    @Override
    public long bytes() {
        return BoundedLine.OBJECT_BYTES + values.bytes() + (long) values.values().size() * BYTES_OF_A_REFERENCE;
    }
}
