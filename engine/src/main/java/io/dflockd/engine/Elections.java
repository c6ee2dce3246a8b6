package io.dflockd.engine;

import io.dflockd.engine.Subscription.Kind;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who observes which election. The leadership itself is a hold like any other, see {@link Locks}. A leader that changes
 * by resignation yields {@code resigned}, {@code failover}, {@code elected}; one that is lost yields {@code failover},
 * {@code elected} where a candidate waits and {@code resigned} where none does.
 */
final class Elections {
    /** The session of the driver, which observes nothing. */
    private static final long NOBODY = 0;

    private final Sessions sessions;
    private final Subscriptions subscriptions;
    private final Tickets tickets;
    private final Map<String, Subscribers> observers = new LinkedHashMap<>();

    Elections(Sessions sessions, Subscriptions subscriptions, Tickets tickets) {
        this.sessions = sessions;
        this.subscriptions = subscriptions;
        this.tickets = tickets;
    }

    /** Also a repeated wish to observe is told whether somebody leads now. */
    void observe(Command.Observe command, Entry entry, boolean isHeld, Step step) {
        var session = sessions.open(entry.session());
        var added = subscriptions.add(session, new Subscription(Kind.OBSERVER, command.key(), ""));
        if (Subscriptions.answer(added, entry, step)) {
            observers.computeIfAbsent(command.key(), _ -> new Subscribers()).add(session, tickets.next());
        }
        boolean observes = added == Subscriptions.Added.NEW || added == Subscriptions.Added.REPEATED;
        if (observes && isHeld) {
            step.effects().push(session.id, new Notice.Leadership(LeaderEvent.ELECTED, command.key()));
        }
    }

    void unobserve(Command.Unobserve command, Entry entry, Step step) {
        var session = sessions.find(entry.session());
        if (session != null) {
            remove(session, new Subscription(Kind.OBSERVER, command.key(), ""));
        }
        step.answer(entry, Outcome.DONE);
    }

    void remove(Session session, Subscription subscription) {
        var subscribers = observers.get(subscription.pattern());
        if (subscriptions.remove(session, subscription) && subscribers != null) {
            subscribers.remove(session);
            if (subscribers.isEmpty()) {
                observers.remove(subscription.pattern());
            }
        }
    }

    /** Tells all observers but the new leader itself, who has the answer to its request. */
    void elected(String key, long leaderSession, Step step) {
        tell(LeaderEvent.ELECTED, key, leaderSession, step);
    }

    void resigned(String key, Step step) {
        tell(LeaderEvent.RESIGNED, key, NOBODY, step);
    }

    void failover(String key, Step step) {
        tell(LeaderEvent.FAILOVER, key, NOBODY, step);
    }

    Map<String, Subscribers> observers() {
        return observers;
    }

    private void tell(LeaderEvent event, String key, long exceptSession, Step step) {
        var subscribers = observers.get(key);
        if (subscribers == null) {
            return;
        }
        var notice = new Notice.Leadership(event, key);
        for (var session : subscribers.ticketsBySession().keySet()) {
            if (session.id != exceptSession) {
                step.effects().push(session.id, notice);
            }
        }
    }
}
