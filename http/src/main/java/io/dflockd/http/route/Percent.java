package io.dflockd.http.route;

import io.dflockd.protocol.Octets;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads what is written in percent signs and two hexadecimal digits. */
final class Percent {
    private static final int HEX = 16;

    private Percent() {}

    /** The octets; null where a percent sign is not followed by two hexadecimal digits, or a character is none of a target. */
    static @Nullable String decode(String text, boolean plusIsBlank) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        var octets = new byte[bytes.length];
        int length = 0;
        for (int i = 0; i < bytes.length; i++) {
            byte b = bytes[i];
            if (b == '%') {
                int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], HEX) : -1;
                int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], HEX) : -1;
                if (high < 0 || low < 0) {
                    return null;
                }
                octets[length++] = (byte) (high * HEX + low);
                i += 2;
            } else if (b <= ' ' || b == 0x7f) { // bytes are signed, so this also refuses what is not ASCII
                return null;
            } else {
                octets[length++] = b == '+' && plusIsBlank ? (byte) ' ' : b;
            }
        }
        return Octets.ofBytes(octets, 0, length);
    }
}
