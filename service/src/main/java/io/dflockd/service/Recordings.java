package io.dflockd.service;

import io.dflockd.engine.Command;
import io.dflockd.engine.Outcome;
import io.dflockd.protocol.Octets;
import io.dflockd.protocol.Request;
import io.dflockd.service.access.AuditTrail;
import io.dflockd.service.driver.EngineDriver;
import io.dflockd.service.session.Caller;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * Which requests are recorded with what came of them: those that take from others what they hold, and where rules say so,
 * grants and releases.
 */
final class Recordings {
    private final AuditTrail audit;

    Recordings(EngineDriver driver, AuditTrail audit) {
        this.audit = audit;
        // Nothing is formatted while others wait for the engine.
        driver.recordBy((caller, command, outcome) -> driver.later(() -> write(caller, command, outcome)));
    }

    /** The command is about to be handed in. */
    void announce(Caller caller, Request request, Command command) {
        if (request instanceof Request.Revoke || isAudited(caller, request)) {
            caller.record(command);
        }
    }

    private static boolean isAudited(Caller caller, Request request) {
        return caller.principal().isRuled() && caller.principal().isAudited(request.key()) && switch (request) {
            case Request.Acquire grant -> true;
            case Request.Enqueue grant -> true;
            case Request.Wait grant -> true;
            case Request.Release release -> true;
            default -> false;
        };
    }

    private void write(Caller caller, Command command, Outcome outcome) {
        var event = event(command, outcome);
        if (event.isEmpty()) {
            return;
        }
        var details = new LinkedHashMap<String, Object>();
        details.put("key", Octets.toText(key(command)));
        fence(command, outcome).ifPresent(fence -> details.put("fence", fence));
        var receiver = caller.receiver();
        audit.acted(event.get(), caller.principal(), receiver.peer(), receiver.source(), details,
                outcome instanceof Outcome.Refused refused ? reason(refused) : "done");
    }

    /** Empty for what grants nothing and takes nothing. */
    private static Optional<String> event(Command command, Outcome outcome) {
        return switch (command) {
            case Command.Revoke revoke -> Optional.of("hold.revoked");
            case Command.Release release when outcome instanceof Outcome.Done -> Optional.of("hold.released");
            default -> outcome instanceof Outcome.Granted || outcome instanceof Outcome.GrantedAtOnce
                    ? Optional.of("hold.granted")
                    : Optional.empty();
        };
    }

    private static String key(Command command) {
        return switch (command) {
            case Command.Revoke r -> r.key();
            case Command.Release r -> r.key();
            case Command.Acquire r -> r.key();
            case Command.Enqueue r -> r.key();
            case Command.Await r -> r.key();
            default -> "";
        };
    }

    private static Optional<Long> fence(Command command, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Granted granted -> Optional.of(granted.fence());
            case Outcome.GrantedAtOnce granted -> Optional.of(granted.fence());
            default -> command instanceof Command.Revoke revoke ? Optional.of(revoke.fence()) : Optional.empty();
        };
    }

    private static String reason(Outcome.Refused refused) {
        return switch (refused.reason()) {
            case DENIED -> "denied";
            case INVALID -> "gone";
            default -> "refused";
        };
    }
}
