package io.dflockd.http.access;

import io.dflockd.http.route.Actor;
import io.dflockd.http.route.Problem;
import io.dflockd.http.route.Route;
import io.dflockd.service.access.Gate;
import io.dflockd.service.access.Identities;
import io.dflockd.service.access.Principal;
import io.dflockd.service.access.Right;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Says who is asking and whether he may: the one place of the admin listener that knows tokens. Whoever has the token of all
 * clients may look, whoever has that of administrators may do all, and others what the file of identities says. Where nobody
 * needs a token to use the server, nobody needs one to look at it from this machine. Thread-safe.
 */
public final class Guard {
    private static final String SCHEME = "Bearer ";
    private static final String RETRY_AFTER_SECONDS = "6";

    private final Identities identities;
    private final Gate gate;
    private final boolean isLocal;

    /**
     * Knows whom to let do what.
     *
     * @param isLocal whether only programs of this machine reach the listener
     */
    public Guard(Identities identities, Gate gate, boolean isLocal) {
        this.identities = identities;
        this.gate = gate;
        this.isLocal = isLocal;
    }

    /**
     * Decides.
     *
     * @param key the octets that the path has for one; null where it names none
     * @param authorization the header of that name; empty where there is none
     * @param source where the request comes from; null where that has no address
     * @param peer the same, for people
     */
    public Decision decide(
            Route route, @Nullable String key, String authorization, @Nullable InetAddress source, String peer) {
        @Nullable Right right = route.right();
        if (right == null) {
            return new Decision.Granted(new Actor(Principal.ANYBODY));
        }
        if (authorization.isEmpty()) {
            return decideUnknown(route, right);
        }
        if (!gate.mayTry(source)) {
            return refused(Problem
                    .of(Problem.TOO_MANY, "too_many_failures",
                            "too many failed logins from this address, try again later")
                    .withHeader("Retry-After", RETRY_AFTER_SECONDS));
        }
        @Nullable Principal principal = principal(authorization);
        if (principal == null) {
            gate.wrongToken(source);
            gate.authenticationFailed(peer);
            return refused(unauthorized("the token is none that this server knows"));
        }
        return may(principal, route, right, key)
                ? new Decision.Granted(new Actor(principal))
                : refused(forbidden(principal, right));
    }

    private static boolean may(Principal principal, Route route, Right right, @Nullable String key) {
        if (key != null) {
            return principal.may(right, key);
        }
        return principal.may(right) || (route.isFiltered() && principal.maySomewhere(right));
    }

    private Decision decideUnknown(Route route, Right right) {
        if (route.method().writes()) {
            return refused(identities.hasAdmins() || identities.areNamed()
                    ? unauthorized(
                            "this needs a token that may do that (" + right.word() + "): Authorization: Bearer TOKEN")
                    : forbidden(Principal.ANYBODY, right));
        }
        if (identities.ofNobody() == null) {
            return refused(unauthorized("this needs a token of the server: Authorization: Bearer TOKEN"));
        }
        if (isLocal) {
            return new Decision.Granted(new Actor(Principal.ANYBODY));
        }
        return refused(identities.hasAdmins()
                ? unauthorized("this needs the token of --admin-token-file: Authorization: Bearer TOKEN")
                : Problem.of(Problem.FORBIDDEN, "denied",
                        "without --auth-token-file, --admin-token-file or --identities"
                                + " this is open to programs of the server's machine only"));
    }

    private @Nullable Principal principal(String authorization) {
        if (!authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return null;
        }
        // Headers are read as Latin-1, a byte a character, which is what octets are.
        var login = identities.ofToken(authorization.substring(SCHEME.length()).strip());
        return login == null ? null : login.principal();
    }

    private Problem forbidden(Principal principal, Right right) {
        String who = principal.isRuled()
                ? principal.name() + " may not do that here ("
                : "this token may not do that (";
        return Problem.of(Problem.FORBIDDEN, "denied", identities.hasAdmins() || identities.areNamed()
                ? who + right.word() + ")"
                : "nobody may do that (" + right.word() + ") before the server is started with --admin-token-file"
                        + " or --identities");
    }

    private static Problem unauthorized(String detail) {
        return Problem.of(Problem.UNAUTHORIZED, "auth", detail).withHeader("WWW-Authenticate", "Bearer");
    }

    private static Decision refused(Problem problem) {
        return new Decision.Refused(problem);
    }
}
