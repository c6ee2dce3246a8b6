package io.dflockd.http.access;

import io.dflockd.http.route.Actor;
import io.dflockd.http.route.Problem;
import io.dflockd.http.route.Right;
import io.dflockd.service.access.Authenticator;
import io.dflockd.service.access.Gate;
import java.net.InetAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says who is asking and whether he may: the one place of the admin listener that knows tokens. Whoever has the token of all
 * clients may look, whoever has that of administrators may do all. Where nobody needs a token to use the server, nobody needs
 * one to look at it from this machine. Thread-safe.
 */
public final class Guard {
    private static final String SCHEME = "Bearer ";
    private static final String RETRY_AFTER_SECONDS = "6";
    private static final Actor CLIENT = new Actor("token");
    private static final Actor ADMINISTRATOR = new Actor("admin");

    private final Optional<Authenticator> clients;
    private final Optional<Authenticator> admins;
    private final Gate gate;
    private final boolean isLocal;

    /**
     * Knows whom to let do what.
     *
     * @param isLocal whether only programs of this machine reach the listener
     */
    public Guard(Optional<Authenticator> clients, Optional<Authenticator> admins, Gate gate, boolean isLocal) {
        this.clients = clients;
        this.admins = admins;
        this.gate = gate;
        this.isLocal = isLocal;
    }

    /**
     * Decides.
     *
     * @param authorization the header of that name; empty where there is none
     * @param source where the request comes from; null where that has no address
     * @param peer the same, for people
     */
    public Decision decide(Right right, String authorization, @Nullable InetAddress source, String peer) {
        if (right == Right.NONE) {
            return new Decision.Granted(Actor.ANYBODY);
        }
        if (authorization.isEmpty()) {
            return decideUnknown(right);
        }
        if (!gate.mayTry(source)) {
            return refused(Problem
                    .of(Problem.TOO_MANY, "too_many_failures",
                            "too many failed logins from this address, try again later")
                    .withHeader("Retry-After", RETRY_AFTER_SECONDS));
        }
        @Nullable Actor actor = actor(authorization);
        if (actor == null) {
            gate.wrongToken(source);
            gate.authenticationFailed(peer);
            return refused(unauthorized("the token is none that this server knows"));
        }
        return actor.equals(ADMINISTRATOR) || !right.writes() ? new Decision.Granted(actor) : refused(forbidden(right));
    }

    private Decision decideUnknown(Right right) {
        if (right.writes()) {
            return refused(admins.isPresent()
                    ? unauthorized("this needs the token of --admin-token-file: Authorization: Bearer TOKEN")
                    : forbidden(right));
        }
        if (clients.isPresent()) {
            return refused(unauthorized("this needs a token of the server: Authorization: Bearer TOKEN"));
        }
        if (isLocal) {
            return new Decision.Granted(Actor.ANYBODY);
        }
        return refused(admins.isPresent()
                ? unauthorized("this needs the token of --admin-token-file: Authorization: Bearer TOKEN")
                : Problem.of(Problem.FORBIDDEN, "denied",
                        "without --auth-token-file or --admin-token-file this is open to programs of the server's machine only"));
    }

    private @Nullable Actor actor(String authorization) {
        if (!authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return null;
        }
        // Headers are read as Latin-1, a byte a character, which is what octets are.
        var token = authorization.substring(SCHEME.length()).strip();
        boolean isAdmin = admins.isPresent() && admins.get().accepts(token);
        boolean isClient = clients.isPresent() && clients.get().accepts(token);
        return isAdmin ? ADMINISTRATOR : isClient ? CLIENT : null;
    }

    private Problem forbidden(Right right) {
        return Problem.of(Problem.FORBIDDEN, "denied", admins.isPresent()
                ? "this token may not do that (" + right.word() + "), the one of --admin-token-file may"
                : "nobody may do that (" + right.word() + ") before the server is started with --admin-token-file");
    }

    private static Problem unauthorized(String detail) {
        return Problem.of(Problem.UNAUTHORIZED, "auth", detail).withHeader("WWW-Authenticate", "Bearer");
    }

    private static Decision refused(Problem problem) {
        return new Decision.Refused(problem);
    }
}
