package io.dflockd.transport;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a member says of somebody whose HTTP request it passes on to the member that leads.
 *
 * @param client where he is; null where that has no address on the internet
 * @param by what the member is called that he came to
 * @param credential by what that member knows him, as it is looked up; empty where his request shows it itself, or he showed
 *     nothing. Counts only of members that show a certificate
 * @param showedCertificate whether he showed a certificate of an authority of clients; counts likewise
 */
public record Introduction(
        @Nullable InetSocketAddress client, String by, String credential, boolean showedCertificate) {
    /** How long a credential may be, in UTF-8. */
    public static final int MAX_CREDENTIAL_BYTES = 1024;

    /** Whether the member says more than whoever reaches it could say himself. */
    boolean vouches() {
        return !credential.isEmpty() || showedCertificate;
    }

    /** Leaves the credential out. */
    @Override
    public String toString() {
        return "Introduction[" + client + " by " + by + "]";
    }
}
