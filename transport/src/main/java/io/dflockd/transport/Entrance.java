package io.dflockd.transport;

import io.dflockd.protocol.Dialect;
import java.util.Optional;

/**
 * A way in: what those speak who come by it. Its code tells it to another node, which has ways of its own.
 *
 * @param tls the certificates that are shown there; empty where it is plain
 */
public record Entrance(Dialect dialect, Optional<TlsFiles> tls) {
    private static final int LEGACY = 1;
    private static final int ENCRYPTED = 2;
    private static final int CODES = 4;

    /** Without certificates, which stay where they are. */
    byte code() {
        return code(dialect, tls.isPresent());
    }

    private static byte code(Dialect dialect, boolean encrypted) {
        return (byte) ((dialect == Dialect.LEGACY ? LEGACY : 0) | (encrypted ? ENCRYPTED : 0));
    }

    static boolean isCode(byte code) {
        return code >= 0 && code < CODES;
    }

    /** The dialect that is spoken at the entrance of this code. */
    static Dialect dialectOf(byte code) {
        return (code & LEGACY) == 0 ? Dialect.CURRENT : Dialect.LEGACY;
    }

    /** Whether TLS is spoken at the entrance of this code. */
    static boolean isEncrypted(byte code) {
        return (code & ENCRYPTED) != 0;
    }
}
