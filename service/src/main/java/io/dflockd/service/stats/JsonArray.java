package io.dflockd.service.stats;

import io.dflockd.protocol.OctetBuffer;
import java.util.List;

/** Writes an array of strings as {@link Json}, without blanks, a piece at a time. */
public final class JsonArray {
    /** What one octet becomes at most. */
    private static final long LONGEST_ESCAPE = 6;
    /** Quotation marks and a comma. */
    private static final long BYTES_OF_AN_ELEMENT = 3;

    private final List<String> values;
    private boolean begun;
    private int index;
    private boolean quoting;
    private int at;

    public JsonArray(List<String> octetStrings) {
        values = octetStrings;
    }

    /** How long an array of so many strings may become whose octets are so many. */
    public static long most(long strings, long octets) {
        return 2 + strings * BYTES_OF_AN_ELEMENT + octets * LONGEST_ESCAPE;
    }

    /** Appends about so many bytes more. Returns whether there is more. */
    public boolean write(OctetBuffer out, int about) {
        if (!begun) {
            begun = true;
            out.put('[');
        }
        int start = out.length();
        for (; index < values.size(); index++) {
            if (!writeElement(values.get(index), out, start, about)) {
                return true;
            }
        }
        out.put(']');
        return false;
    }

    private boolean writeElement(String value, OctetBuffer out, int start, int about) {
        if (!quoting) {
            quoting = true;
            out.put(index == 0 ? "\"" : ",\"");
        }
        while (at < value.length()) {
            if (out.length() - start >= about) {
                return false;
            }
            at = Json.putPiece(value, at, out);
        }
        if (out.length() - start >= about) {
            return false;
        }
        out.put('"');
        quoting = false;
        at = 0;
        return true;
    }
}
