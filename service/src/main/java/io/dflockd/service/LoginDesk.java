package io.dflockd.service;

import io.dflockd.protocol.Request;
import io.dflockd.protocol.Tag;
import io.dflockd.service.access.AuditTrail;
import io.dflockd.service.access.CertificateNames;
import io.dflockd.service.access.Gate;
import io.dflockd.service.access.Identities;
import io.dflockd.service.access.Login;
import io.dflockd.service.session.Caller;
import io.dflockd.service.session.Replies;
import io.dflockd.service.stats.ServerCounters.AuthFailure;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/** Where callers show who they are. */
final class LoginDesk {
    private final Identities identities;
    private final Gate gate;
    private final RuleKeeper keeper;
    private final AuditTrail audit;

    LoginDesk(Identities identities, Gate gate, RuleKeeper keeper, AuditTrail audit) {
        this.identities = identities;
        this.gate = gate;
        this.keeper = keeper;
        this.audit = audit;
    }

    /** Somebody has come, who may have to show nothing. */
    void connected(Caller caller) {
        keeper.connected(caller);
        var login = identities.ofNobody();
        if (login != null) {
            caller.authenticate(login);
        } else if (!gate.unknownCame(caller.receiver().peer())) {
            caller.receiver().end("too many have yet to show who they are");
        }
    }

    /** Somebody has come of whom it is known who it is. It has no connection of its own, so none is counted. */
    void visited(Caller visitor, Login login) {
        keeper.connected(visitor);
        visitor.authenticate(login);
        keeper.authenticated(visitor);
    }

    void left(Caller visitor) {
        keeper.disconnected(visitor);
    }

    void disconnected(Caller caller) {
        if (!caller.isAuthenticated()) {
            gate.unknownLess();
        }
        leave(caller);
        keeper.disconnected(caller);
    }

    /** It has a certificate, of which an authority says that it is its own. It may be nobody's; a token may follow then. */
    void certified(Caller caller, X509Certificate certificate) {
        var login = identities.areNamed() ? identities.ofCertificate(CertificateNames.of(certificate)) : null;
        if (login != null && !caller.isAuthenticated() && isLetIn(caller, login, Tag.NONE)) {
            enter(caller, login);
        }
    }

    /** Deals with the first request of somebody who has not shown who it is. */
    void first(Caller caller, String tag, Request request) {
        var login = request instanceof Request.Auth auth ? identities.ofToken(auth.token()) : null;
        if (login == null) {
            boolean hasShown = request instanceof Request.Auth;
            wrongToken(caller);
            refuse(caller, tag, hasShown ? AuthFailure.TOKEN : AuthFailure.MISSING);
            return;
        }
        accept(caller, login, tag);
    }

    /**
     * Somebody who is known shows a token. It can be that of administrators besides. Who has a certificate can only show that
     * it is who the certificate says.
     */
    void again(Caller caller, Request.Auth auth) {
        var login = identities.ofToken(auth.token());
        var former = caller.login();
        if (former != null && former.isByCertificate()) {
            confirm(caller, former, login);
        } else if (login != null && login.principal().isAdmin()) {
            accept(caller, login, Tag.NONE);
        } else {
            if (identities.hasAdmins() || identities.areNamed()) {
                wrongToken(caller);
                gate.authenticationFailed(caller.receiver().peer(), AuthFailure.TOKEN);
            }
            caller.receiver().reply(Tag.NONE, Replies.ERROR);
        }
    }

    @SuppressWarnings("ReferenceEquality") // whether it is the very same
    private void confirm(Caller caller, Login certified, @Nullable Login shown) {
        if (shown != null && shown.principal() == certified.principal()) {
            caller.receiver().reply(Tag.NONE, Replies.OK);
        } else {
            wrongToken(caller);
            refuse(caller, Tag.NONE, AuthFailure.CERTIFICATE);
        }
    }

    /** Nothing more is taken from somebody who has not shown who it is. */
    void refuse(Caller caller, String tag, AuthFailure reason) {
        gate.authenticationFailed(caller.receiver().peer(), reason);
        caller.receiver().reply(tag, Replies.AUTH_FAILED);
        caller.receiver().endAfterWriting();
    }

    private void wrongToken(Caller caller) {
        gate.wrongToken(caller.receiver().source());
        audit.loginFailed(caller.receiver().peer(), caller.receiver().source());
    }

    private void accept(Caller caller, Login login, String tag) {
        if (isLetIn(caller, login, tag)) {
            caller.receiver().reply(tag, Replies.OK);
            enter(caller, login);
        }
    }

    /** Whether there is room for one more connection of that identity; if not, it is told so, and this one ends. */
    private boolean isLetIn(Caller caller, Login login, String tag) {
        if (!login.principal().isRuled() || login.principal().tryConnect()) {
            return true;
        }
        gate.identityIsFull(caller.receiver().peer(), login.principal().name());
        caller.receiver().reply(tag, Replies.MAX_CONNECTIONS);
        caller.receiver().endAfterWriting();
        return false;
    }

    private static void leave(Caller caller) {
        var former = caller.login();
        if (former != null && former.principal().isRuled()) {
            former.principal().disconnect();
        }
    }

    private void enter(Caller caller, Login login) {
        leave(caller);
        if (!caller.isAuthenticated()) {
            gate.unknownLess();
        }
        caller.authenticate(login);
        audit.loggedIn(login, caller.receiver().peer(), caller.receiver().source());
        keeper.authenticated(caller);
    }
}
