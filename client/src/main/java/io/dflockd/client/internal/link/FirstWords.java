package io.dflockd.client.internal.link;

/** What a server that ends a connection has said before, which tells why it may have done so. */
final class FirstWords {
    /** How an alert of TLS begins, which a server of TLS sends to those who do not speak it. */
    private static final String TLS_ALERT = "\u0015\u0003";

    private volatile boolean any;
    private volatile boolean tls;
    private volatile String lastError = "";

    /** Takes note of a line, or of the beginning of one. */
    void heard(String line) {
        if (!any && !line.isEmpty()) {
            any = true;
            tls = line.startsWith(TLS_ALERT);
        }
    }

    /** Takes note of an error that was the answer to nothing. */
    void heardUnasked(String error) {
        lastError = error;
    }

    boolean areTls() {
        return tls;
    }

    /** Why the server may have closed the connection, to be added to a message; empty where nothing is likely. */
    String likelyCause(boolean speaksTls) {
        if (!lastError.isEmpty()) {
            return " after '" + lastError + "'";
        }
        if (tls) {
            return ": the server speaks TLS at this port, and this client does not";
        }
        if (any) {
            return "";
        }
        return " before it said anything; perhaps it has as many connections as it may (--max-connections)"
                + (speaksTls ? "" : ", or speaks TLS at this port, and this client does not");
    }
}
