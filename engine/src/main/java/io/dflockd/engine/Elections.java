package io.dflockd.engine;

import io.dflockd.engine.Subscription.Kind;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who observes which election. The leadership itself is a hold like any other, see {@link Locks}. A leader that changes
 * by resignation yields {@code resigned}, {@code failover}, {@code elected}; one that is lost yields {@code failover},
 * {@code elected} where a candidate waits and {@code resigned} where none does.
 */
final class Elections {
    private final Sessions sessions;
    private final Subscriptions subscriptions;
    private final Tickets tickets;
    private final Table<String, Subscribers> observers = new Table<>();
    private final Slots<Subscribers> slots = new Slots<>();

    Elections(Sessions sessions, Subscriptions subscriptions, Tickets tickets) {
        this.sessions = sessions;
        this.subscriptions = subscriptions;
        this.tickets = tickets;
    }

    /** Also a repeated wish to observe is told whether somebody leads now. */
    void observe(Command.Observe command, boolean isHeld, Step step) {
        var asker = step.asker();
        var session = asker == null ? sessions.open(step.sessionId()) : asker;
        var added = subscriptions.add(session, new Subscription(Kind.OBSERVER, command.key(), ""));
        if (Subscriptions.answer(added, step)) {
            open(command.key()).add(session, tickets.next());
        }
        boolean observes = added == Subscriptions.Added.NEW || added == Subscriptions.Added.REPEATED;
        if (observes && isHeld) {
            step.push(session, new Notice.Leadership(LeaderEvent.ELECTED, command.key()));
        }
    }

    void unobserve(Command.Unobserve command, Step step) {
        var session = step.asker();
        if (session != null) {
            remove(session, new Subscription(Kind.OBSERVER, command.key(), ""));
        }
        step.answer(Outcome.DONE);
    }

    void remove(Session session, Subscription subscription) {
        var subscribers = observers.get(subscription.pattern());
        if (subscriptions.remove(session, subscription) && subscribers != null) {
            subscribers.remove(session);
            if (subscribers.isEmpty()) {
                observers.remove(subscription.pattern());
                slots.remove(subscribers);
            }
        }
    }

    /** Tells all observers but the new leader itself, who has the answer to its request. */
    void elected(String key, @Nullable Session leader, Step step) {
        tell(LeaderEvent.ELECTED, key, leader, step);
    }

    void resigned(String key, Step step) {
        tell(LeaderEvent.RESIGNED, key, null, step);
    }

    void failover(String key, Step step) {
        tell(LeaderEvent.FAILOVER, key, null, step);
    }

    Map<String, Subscribers> observers() {
        return observers.asMap();
    }

    Slots<Subscribers> slots() {
        return slots;
    }

    /** Those who observe the election of this key, made if there are none yet. Who makes them must add one. */
    Subscribers open(String key) {
        var subscribers = observers.get(key);
        if (subscribers == null) {
            subscribers = new Subscribers(key);
            observers.put(key, subscribers);
            slots.add(subscribers);
        }
        return subscribers;
    }

    @SuppressWarnings("ReferenceEquality") // which session it is
    private void tell(LeaderEvent event, String key, @Nullable Session except, Step step) {
        var subscribers = observers.get(key);
        if (subscribers == null) {
            return;
        }
        var notice = new Notice.Leadership(event, key);
        for (var session : subscribers.ticketsBySession().keySet()) {
            if (session != except) {
                step.push(session, notice);
            }
        }
    }
}
