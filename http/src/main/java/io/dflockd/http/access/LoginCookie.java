package io.dflockd.http.access;

import java.util.Arrays;

/**
 * Carries a login between requests. No script can read it and no page of another site can have it sent. A browser sends the
 * cookies of a machine to all its ports, so the name has the port in it: two servers on one machine do not end each other's
 * logins. Immutable.
 */
public final class LoginCookie {
    private final String name;
    private final boolean isAlwaysSecret;

    /**
     * Of one listener.
     *
     * @param port of it, as it was configured
     * @param isAlwaysSecret whether it speaks TLS itself
     */
    public LoginCookie(int port, boolean isAlwaysSecret) {
        this.isAlwaysSecret = isAlwaysSecret;
        this.name = "dflockd_" + port;
    }

    /** What it says in a header; empty where it is not there. */
    String read(String cookies) {
        return Arrays.stream(cookies.split(";", -1))
                .map(String::strip)
                .filter(pair -> pair.startsWith(name + "="))
                .map(pair -> pair.substring(name.length() + 1))
                .findFirst()
                .orElse("");
    }

    /** A header that has the browser keep it. {@code isSecret}: whether it is to be sent under TLS only. */
    public String keep(String number, boolean isSecret) {
        return write(number, Logins.SECONDS, isSecret);
    }

    /** A header that has the browser forget it. */
    public String forget() {
        return write("", 0, false);
    }

    private String write(String value, int seconds, boolean isSecret) {
        return name + "=" + value + "; Path=/; Max-Age=" + seconds + "; HttpOnly; SameSite=Strict"
                + (isSecret || isAlwaysSecret ? "; Secure" : "");
    }
}
