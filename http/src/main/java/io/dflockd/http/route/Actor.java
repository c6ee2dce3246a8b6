package io.dflockd.http.route;

import io.dflockd.service.access.Login;
import io.dflockd.service.access.Principal;
import io.dflockd.service.access.Right;

/** Who asks, as far as is known. */
public record Actor(Login login) {
    public Principal principal() {
        return login.principal();
    }

    /** For the audit log. */
    public String name() {
        return principal().name().isEmpty() ? "anybody" : principal().name();
    }

    /** Whether the locks of this key, which is a string of octets, may be seen. */
    public boolean maySee(String key) {
        return principal().may(Right.OBSERVE, key);
    }
}
