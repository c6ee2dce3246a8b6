package io.dflockd.service.driver;

import io.dflockd.engine.Action;
import io.dflockd.engine.Command;
import io.dflockd.engine.Outcome;
import io.dflockd.service.session.Caller;
import io.dflockd.service.session.SessionDesk;
import java.util.List;

/**
 * What becomes of a connection that has ended: its session goes or goes away, and what it alone could have received goes on
 * to others or back. Guarded by the engine's lock.
 *
 * <p>Where actions are applied later than they are handed in, what the connection waits for may still be given to it until
 * its end is applied. So it stays known for as long as there is something new to give back.
 */
final class Departures {
    private static final long NO_SALT = 0;
    private static final long NOBODY = 0;
    /** With how many bytes of values an action may give back what was not delivered, and one value more. */
    private static final long PART_BYTES = 1 << 20;

    private final SessionDesk desk;
    private final Hand hand;
    private final boolean durable;
    private boolean stopping;

    /** Hands in what a connection brings about. */
    interface Hand {
        void hand(Caller caller, Action action);
    }

    /** {@code durable}: whether the state outlives the server. */
    Departures(SessionDesk desk, boolean durable, Hand hand) {
        this.desk = desk;
        this.durable = durable;
        this.hand = hand;
    }

    /** The server stops. Where the state outlives it, what a connection holds is its client's to come back for. */
    void stop() {
        stopping = true;
    }

    /** The connection has ended. Where some of what it asked for is not decided yet, that comes first. */
    void left(Caller caller) {
        caller.leave();
        if (!caller.isUnderWay()) {
            goOn(caller);
        }
    }

    /** All is decided that a connection which has ended had asked for. */
    void goOn(Caller caller) {
        if (!durable) {
            desk.close(caller);
            caller.detach();
            giveBack(caller, caller.session());
        } else if (caller.isDetached() && !caller.hasMissed()) {
            desk.close(caller);
        } else if (stopping && !caller.isNamed()) {
            leaveHolds(caller);
        } else {
            caller.detach();
            giveBack(caller, caller.session());
        }
    }

    /** It waits no more, and what was on its way to it goes back. */
    private void leaveHolds(Caller caller) {
        if (!caller.isDetached()) {
            caller.detach();
            caller.waiting().forEach(request -> hand(caller, caller.session(), new Command.Cancel(request)));
        }
        giveBack(caller, NOBODY);
    }

    private void giveBack(Caller caller, long session) {
        long missed = caller.isNamed() ? caller.takeMissedPushes() : 0;
        var undelivered = caller.takeUndelivered();
        int from = 0;
        do {
            int to = endOfPart(undelivered, from);
            hand(caller, session, new Command.Detach(undelivered.subList(from, to), from == 0 ? missed : 0));
            from = to;
        } while (from < undelivered.size());
    }

    /** What many answers gave is too long for one record of a log. */
    private static int endOfPart(List<Outcome> undelivered, int from) {
        long bytes = 0;
        int to = from;
        while (to < undelivered.size() && bytes < PART_BYTES) {
            bytes += undelivered.get(to) instanceof Outcome.Popped popped ? popped.value().length() : 0;
            to++;
        }
        return to;
    }

    private void hand(Caller caller, long session, Command command) {
        hand.hand(caller, new Action(NO_SALT, caller.connection(), session, 0, 0, command));
    }
}
