package io.dflockd.service.driver;

import io.dflockd.engine.Command;
import io.dflockd.engine.Engine;
import io.dflockd.service.session.Caller;

/**
 * What is refused where an operator wants a server emptied: what takes a hold or a place in a queue for one, new sessions, and
 * of those who came meanwhile all that begins something. Whoever lost its connection may take up its session again. What waits
 * goes on to wait, as who holds what it waits for is still there.
 */
final class Drained {
    private Drained() {}

    static boolean refuses(Command command, Caller caller, Engine engine) {
        return switch (command) {
            case Command.Acquire acquire -> true;
            case Command.Enqueue enqueue -> true;
            case Command.Attach attach -> !engine.knowsSession(attach.name());
            default -> caller.isTurnedAway() && begins(command);
        };
    }

    private static boolean begins(Command command) {
        return Growth.mayGrow(command) || switch (command) {
            case Command.Ping ping -> true;
            case Command.Pop pop -> true;
            case Command.BlockingPop pop -> true;
            case Command.Signal signal -> true;
            default -> false;
        };
    }
}
