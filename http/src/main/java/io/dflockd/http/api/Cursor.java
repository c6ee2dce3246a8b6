package io.dflockd.http.api;

import io.dflockd.http.route.Problem;
import io.dflockd.protocol.Octets;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Where a list goes on, as text that means nothing to whoever gets it. */
final class Cursor {
    private Cursor() {}

    static String of(String octets) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(octets.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Empty for none. */
    static String octets(String cursor) {
        try {
            var bytes = Base64.getUrlDecoder().decode(cursor);
            return Octets.ofBytes(bytes, 0, bytes.length);
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("after: it must be what \"next\" of a former answer says").exception();
        }
    }

    static long number(String cursor) {
        if (cursor.isEmpty()) {
            return 0;
        }
        try {
            return Long.parseLong(octets(cursor));
        } catch (NumberFormatException e) {
            throw Problem.invalid("after: it must be what \"next\" of a former answer says").exception();
        }
    }
}
