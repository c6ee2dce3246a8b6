package io.dflockd.service;

import io.dflockd.service.access.Principal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The name of a session is as secret as a token, so only its digest is kept. */
final class SessionNames {
    private SessionNames() {}

    /**
     * The SHA-256 of the name, as a string of octets. Each identity has names of its own, so that a name says nothing to
     * whoever else learns of it; all who have no identity share theirs.
     */
    static String digest(Principal principal, String name) {
        // No name has a NUL.
        return digest(principal.isRuled() ? principal.name() + '\0' + name : name);
    }

    private static String digest(String name) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.ISO_8859_1));
            return new String(digest, StandardCharsets.ISO_8859_1);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
