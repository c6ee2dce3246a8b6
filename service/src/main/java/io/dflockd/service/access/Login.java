package io.dflockd.service.access;

/**
 * Somebody who has shown who it is.
 *
 * @param credential by what, as it is looked up: never the secret itself; empty where nothing need be shown
 */
public record Login(Principal principal, String credential) {
    public static final Login OF_ANYBODY = new Login(Principal.ANYBODY, "");
    static final Login OF_TOKEN = new Login(Principal.TOKEN, "");
    public static final Login OF_ADMIN = new Login(Principal.ADMIN, "");

    /** Whether a certificate showed it, which goes on showing it as long as the connection is there. */
    public boolean isByCertificate() {
        return !credential.isEmpty() && !TokenDigest.isOne(credential);
    }

    /** Leaves the digest out. */
    @Override
    public String toString() {
        return "Login[" + principal + "]";
    }
}
