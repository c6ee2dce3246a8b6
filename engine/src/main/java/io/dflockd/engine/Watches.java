package io.dflockd.engine;

import io.dflockd.engine.Subscription.Kind;

/** Key watches: who is told what happens to which keys. A session is told once, however many of its patterns match. */
final class Watches {
    private final Sessions sessions;
    private final Subscriptions subscriptions;
    private final Tickets tickets;
    private final Tap tap;
    private final PatternIndex<Subscribers> watchers;

    Watches(Sessions sessions, Subscriptions subscriptions, Tickets tickets, Footprint footprint, Tap tap) {
        this.sessions = sessions;
        this.subscriptions = subscriptions;
        this.tickets = tickets;
        this.tap = tap;
        watchers = new PatternIndex<>(Subscribers::new, footprint);
    }

    void watch(Command.Watch command, Step step) {
        var asker = step.asker();
        var session = asker == null ? sessions.open(step.sessionId()) : asker;
        var added = subscriptions.add(session, new Subscription(Kind.WATCH, command.pattern(), ""));
        if (Subscriptions.answer(added, step)) {
            watchers.open(command.pattern()).add(session, tickets.next());
        }
    }

    void unwatch(Command.Unwatch command, Step step) {
        var session = step.asker();
        if (session != null) {
            remove(session, new Subscription(Kind.WATCH, command.pattern(), ""));
        }
        step.answer(Outcome.DONE);
    }

    void remove(Session session, Subscription subscription) {
        var subscribers = watchers.find(subscription.pattern());
        if (subscriptions.remove(session, subscription) && subscribers != null) {
            subscribers.remove(session);
            if (subscribers.isEmpty()) {
                watchers.remove(subscription.pattern());
            }
        }
    }

    /** Tells the watchers of the key. Where nobody watches anything this is two comparisons. */
    void announce(KeyEvent event, String key, Step step) {
        tap.changed(event, key, step.sessionId());
        if (watchers.isEmpty()) {
            return;
        }
        var exact = watchers.plain(key);
        var matches = watchers.wildcardMatches(key);
        if (exact == null && matches.isEmpty()) {
            return;
        }
        var fanOut = subscriptions.fanOut(new Notice.Change(event, key), step);
        fanOut.reachAll(exact, matches);
    }

    PatternIndex<Subscribers> watchers() {
        return watchers;
    }
}
