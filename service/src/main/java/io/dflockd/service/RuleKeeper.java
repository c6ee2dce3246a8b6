package io.dflockd.service;

import io.dflockd.engine.Command;
import io.dflockd.service.access.Identities;
import io.dflockd.service.access.Permissions;
import io.dflockd.service.access.Principal;
import io.dflockd.service.driver.EngineDriver;
import io.dflockd.service.session.Caller;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what is there within the rules when these have changed: connections of identities that are gone, or whose token or
 * certificate is theirs no more, end; so do subscriptions that are allowed no longer. What is held and waited for stays.
 * Knows all connections, and does nothing where there is no file of identities. Thread-safe.
 */
final class RuleKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(RuleKeeper.class);

    private static final Command.Belong NOBODYS = new Command.Belong("", 0, 0, 0);
    private static final int SLICE = 1024;

    private final Identities identities;
    private final EngineDriver driver;
    private final boolean isNeeded;
    private final Set<Caller> callers = ConcurrentHashMap.newKeySet();

    RuleKeeper(Identities identities, EngineDriver driver) {
        this.identities = identities;
        this.driver = driver;
        this.isNeeded = identities.areNamed();
    }

    void begin() {
        if (isNeeded) {
            identities.onChanged(() -> driver.later(() -> enforce(callers.iterator())));
            // Its subscriptions may be from before the rules were changed.
            driver.onResumed(caller -> driver.later(() -> withdraw(caller)));
        }
    }

    void connected(Caller caller) {
        if (isNeeded) {
            callers.add(caller);
        }
    }

    void disconnected(Caller caller) {
        if (isNeeded) {
            callers.remove(caller);
        }
    }

    /** Somebody has just shown who it is; what it showed may have become void meanwhile. */
    void authenticated(Caller caller) {
        if (isNeeded && !expelUnlessCurrent(caller)) {
            belong(caller);
        }
    }

    private void belong(Caller caller) {
        var login = caller.login();
        if (login != null) {
            driver.belong(caller, belonging(login.principal()));
        }
    }

    /** Where nobody has limits, nothing belongs to anybody, so that counting costs nothing. */
    private static Command.Belong belonging(Principal principal) {
        var limits = principal.limits();
        return principal.isCounted()
                ? new Command.Belong(
                        principal.name(), limits.maxHolds(), limits.maxWaiters(), limits.maxValuesBytes())
                : NOBODYS;
    }

    /** A slice at a time, so that others have their turn in between. Who comes meanwhile comes by the new rules. */
    private void enforce(Iterator<Caller> rest) {
        for (int i = 0; i < SLICE && rest.hasNext(); i++) {
            var caller = rest.next();
            if (!expelUnlessCurrent(caller)) {
                belong(caller);
                withdraw(caller);
            }
        }
        if (rest.hasNext()) {
            driver.later(() -> enforce(rest));
        }
    }

    private boolean expelUnlessCurrent(Caller caller) {
        var login = caller.login();
        if (login == null || identities.isCurrent(login)) {
            return false;
        }
        caller.identify(LOG.atInfo())
                .setMessage("closed a connection, what it had shown is accepted no more")
                .log();
        driver.expel(caller, "its token or certificate is accepted no more");
        return true;
    }

    private void withdraw(Caller caller) {
        var login = caller.login();
        if (login == null || !login.principal().isRuled()) {
            return;
        }
        int ended = driver.withdraw(caller, end -> !isAllowed(login.principal(), end));
        if (ended > 0) {
            caller.identify(LOG.atInfo())
                    .setMessage("ended subscriptions that are allowed no longer")
                    .addKeyValue("count", ended)
                    .log();
        }
    }

    private static boolean isAllowed(Principal principal, Command end) {
        return switch (end) {
            case Command.Unlisten listener -> Permissions.mayListen(principal, listener.pattern());
            case Command.Unwatch watch -> Permissions.mayWatch(principal, watch.pattern());
            case Command.Unobserve observer -> Permissions.mayObserve(principal, observer.key());
            default -> throw new IllegalArgumentException("it ends no subscription: " + end);
        };
    }
}
