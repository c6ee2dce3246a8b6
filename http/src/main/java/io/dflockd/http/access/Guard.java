package io.dflockd.http.access;

import io.dflockd.http.route.Actor;
import io.dflockd.http.route.Problem;
import io.dflockd.http.route.Route;
import io.dflockd.service.access.AuditTrail;
import io.dflockd.service.access.CertificateNames;
import io.dflockd.service.access.Gate;
import io.dflockd.service.access.Identities;
import io.dflockd.service.access.Login;
import io.dflockd.service.access.Principal;
import io.dflockd.service.access.Right;
import io.dflockd.service.stats.ServerCounters;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says who is asking and whether he may: the one place of the admin listener that knows tokens. Whoever has the token of all
 * clients may look, whoever has that of administrators may do all, and others what the file of identities says. Where nobody
 * needs a token to use the server, nobody needs one to look at it from this machine. Thread-safe.
 */
public final class Guard {
    /** Who has not shown who he is. */
    public static final String UNKNOWN = "unknown";

    private static final String SCHEME = "Bearer ";
    private static final String RETRY_AFTER_SECONDS = "6";
    private static final List<Right> OF_OPERATORS = List.of(
            Right.OBSERVE, Right.RELEASE, Right.SESSIONS, Right.DRAIN, Right.RELOAD, Right.BACKUP);

    private final Identities identities;
    private final Gate gate;
    private final AuditTrail audit;
    private final boolean isLocal;
    private final boolean wantsCertificate;
    private final Logins logins;

    /**
     * Knows whom to let do what.
     *
     * @param audit where it is recorded who did not show who he is
     * @param isLocal whether only programs of this machine reach the listener
     * @param wantsCertificate whether nobody comes to the port for clients without a certificate
     * @param logins of browsers
     */
    public Guard(Identities identities, Gate gate, AuditTrail audit, boolean isLocal, boolean wantsCertificate,
            Logins logins) {
        this.audit = audit;
        this.wantsCertificate = wantsCertificate;
        this.identities = identities;
        this.gate = gate;
        this.isLocal = isLocal;
        this.logins = logins;
    }

    /**
     * Decides.
     *
     * @param key the octets that the path has for one; null where it names none
     * @param authorization the header of that name; empty where there is none
     * @param cookies the header of that name, which may have a browser's login; a token counts more
     * @param certificate of which an authority that counts here says that it is the caller's own; null where he showed none
     * @param asksOwnMachine whether he asks by an address or name that everywhere means the own machine
     * @param source where the request comes from; null where that has no address
     * @param peer the same, for people
     */
    public Decision decide(
            Route route,
            @Nullable String key,
            String authorization,
            String cookies,
            @Nullable X509Certificate certificate,
            boolean asksOwnMachine,
            @Nullable InetAddress source,
            String peer) {
        @Nullable Right right = route.right();
        if (right == null) {
            return new Decision.Granted(new Actor(Login.OF_ANYBODY));
        }
        if (wantsCertificate(right) && certificate == null) {
            return refused(unauthorized("this needs a certificate, as the port for clients does"));
        }
        @Nullable Login certified = certificate == null || !identities.areNamed()
                ? null
                : identities.ofCertificate(CertificateNames.of(certificate));
        if (certified != null) {
            return decideCertified(certified, route, right, key, authorization, source, peer);
        }
        if (authorization.isEmpty()) {
            @Nullable Login known = logins.find(cookies);
            return known == null || !identities.isCurrent(known)
                    ? decideUnknown(route, right, isLocal && asksOwnMachine)
                    : decideKnown(known, route, right, key);
        }
        return switch (logIn(token(authorization), source, peer)) {
            case LoginTry.Failed failed -> refused(failed.problem());
            case LoginTry.Done done -> decideKnown(done.login(), route, right, key);
        };
    }

    /**
     * Decides of a request that another member of the cluster passes on, which has found that its caller may ask it there.
     *
     * @param voucher what that member says of him
     */
    public Decision decidePassed(
            Route route,
            @Nullable String key,
            String authorization,
            Voucher voucher,
            @Nullable InetAddress source,
            String peer) {
        @Nullable Right right = route.right();
        if (right == null) {
            return new Decision.Granted(new Actor(Login.OF_ANYBODY));
        }
        if (wantsCertificate(right) && !(voucher.isTrusted() && voucher.showedCertificate())) {
            return refused(unauthorized("this needs a certificate, as the port for clients does"));
        }
        if (!authorization.isEmpty()) {
            return switch (logIn(token(authorization), source, peer)) {
                case LoginTry.Failed failed -> refused(failed.problem());
                case LoginTry.Done done -> decideKnown(done.login(), route, right, key);
            };
        }
        if (voucher.credential().isEmpty()) {
            return decideUnknown(route, right, isLocal && (voucher.isTrusted() || voucher.isNear()));
        }
        @Nullable Login login = voucher.isTrusted() ? identities.ofCredential(voucher.credential()) : null;
        if (login == null) {
            gate.authenticationFailed(peer, ServerCounters.AuthFailure.ADMIN);
            return refused(
                    unauthorized("the node that leads does not know who asks, as the node that passes it on does:"
                            + " their tokens or their --identities differ"));
        }
        return decideKnown(login, route, right, key);
    }

    /** By what another node knows who was let in here; empty for whoever need not show anything. */
    public String credentialOf(Actor actor) {
        return identities.credentialOf(actor.login());
    }

    /** Whether nobody may do so who shows no certificate. */
    public boolean wantsCertificate(Right right) {
        return wantsCertificate && right.isOfClients();
    }

    /** Who has a certificate can only show by a token that he is who the certificate says, as on the port for clients. */
    @SuppressWarnings("ReferenceEquality") // whether it is the very same
    private Decision decideCertified(
            Login certified,
            Route route,
            Right right,
            @Nullable String key,
            String authorization,
            @Nullable InetAddress source,
            String peer) {
        if (!authorization.isEmpty()) {
            switch (logIn(token(authorization), source, peer)) {
                case LoginTry.Failed failed -> {
                    return refused(failed.problem());
                }
                case LoginTry.Done done -> {
                    if (done.login().principal() != certified.principal()) {
                        gate.authenticationFailed(peer, ServerCounters.AuthFailure.CERTIFICATE);
                        audit.loginFailed(peer, source);
                        return refused(unauthorized("the token is that of another than the certificate"));
                    }
                }
            }
        }
        return decideKnown(certified, route, right, key);
    }

    /** Finds out who somebody is by the token that he shows. {@code source} and {@code peer} as above. */
    public LoginTry logIn(@Nullable String token, @Nullable InetAddress source, String peer) {
        if (!gate.mayTry(source)) {
            return new LoginTry.Failed(Problem
                    .of(Problem.TOO_MANY, "too_many_failures",
                            "too many failed logins from this address, try again later")
                    .withHeader("Retry-After", RETRY_AFTER_SECONDS));
        }
        @Nullable Login login = token == null ? null : identities.ofToken(token);
        if (login == null) {
            gate.wrongToken(source);
            gate.authenticationFailed(peer, ServerCounters.AuthFailure.ADMIN);
            audit.loginFailed(peer, source);
            return new LoginTry.Failed(unauthorized("the token is none that this server knows"));
        }
        return new LoginTry.Done(login);
    }

    public Logins logins() {
        return logins;
    }

    /** What somebody may do here, to some keys at least. */
    public List<Right> rights(Actor actor) {
        return OF_OPERATORS.stream().filter(actor.principal()::maySomewhere).toList();
    }

    /** Whether there is any token with which to log in. */
    public boolean knowsTokens() {
        return identities.ofNobody() == null || identities.hasAdmins();
    }

    /** Whether there may be one with which to change something. */
    public boolean knowsAdministrators() {
        return identities.hasAdmins() || identities.areNamed();
    }

    private Decision decideKnown(Login login, Route route, Right right, @Nullable String key) {
        return may(login.principal(), route, right, key)
                ? new Decision.Granted(new Actor(login))
                : new Decision.Refused(forbidden(login.principal(), right), new Actor(login).name());
    }

    private static boolean may(Principal principal, Route route, Right right, @Nullable String key) {
        if (key != null) {
            return principal.may(right, key);
        }
        return principal.may(right) || (route.isFiltered() && principal.maySomewhere(right));
    }

    /** {@code isFromHere}: whether only a program of the machine of one of the nodes can have asked it. */
    private Decision decideUnknown(Route route, Right right, boolean isFromHere) {
        if (route.method().writes() && !right.isOfClients()) {
            return refused(identities.hasAdmins() || identities.areNamed()
                    ? unauthorized(
                            "this needs a token that may do that (" + right.word() + "), as a bearer token")
                    : forbidden(Principal.ANYBODY, right));
        }
        if (identities.ofNobody() == null) {
            return refused(unauthorized("this needs a token of the server, as a bearer token"));
        }
        if (isFromHere) {
            return new Decision.Granted(new Actor(Login.OF_ANYBODY));
        }
        return refused(identities.hasAdmins()
                ? unauthorized("this needs the token of --admin-token-file, as a bearer token")
                : Problem.of(Problem.FORBIDDEN, "denied",
                        "without --auth-token-file, --admin-token-file or --identities"
                                + " this is open to programs of the server's machine only, by 127.0.0.1 or localhost"));
    }

    private static @Nullable String token(String authorization) {
        // Headers are read as Latin-1, a byte a character, which is what octets are.
        return authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? authorization.substring(SCHEME.length()).strip()
                : null;
    }

    private Problem forbidden(Principal principal, Right right) {
        gate.denied(right);
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
        return new Decision.Refused(problem, UNKNOWN);
    }
}
