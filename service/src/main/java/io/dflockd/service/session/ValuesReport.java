package io.dflockd.service.session;

import io.dflockd.engine.Outcome;
import io.dflockd.protocol.OctetBuffer;
import io.dflockd.protocol.Status;
import io.dflockd.service.stats.Json;

/** The values of a list as a JSON array, or that they are too many for one line. */
public final class ValuesReport implements LateReply {
    private static final int BYTES_OF_A_REFERENCE = 4;

    private final Outcome.Values values;
    private final long maxBytes;

    public ValuesReport(Outcome.Values values, long maxBytes) {
        this.values = values;
        this.maxBytes = maxBytes;
    }

    @Override
    public void encode(OctetBuffer out) {
        int begin = out.length();
        out.put(Status.OK.word()).put(' ');
        if (!Json.array(values.values(), out, (int) Math.min(Integer.MAX_VALUE, maxBytes))) {
            out.truncate(begin);
            out.put(Status.ERROR_TOO_LARGE.word());
        }
        out.put('\n');
    }

    @Override
    public long bytes() {
        return values.bytes() + (long) values.values().size() * BYTES_OF_A_REFERENCE;
    }
}
