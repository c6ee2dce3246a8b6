package io.dflockd.engine;

import io.dflockd.engine.Subscription.Kind;
import java.util.ArrayList;

/** Key watches: who is told what happens to which keys. A session is told once, however many of its patterns match. */
final class Watches {
    private final Sessions sessions;
    private final Subscriptions subscriptions;
    private final Tickets tickets;
    private final PatternIndex<Subscribers> watchers = new PatternIndex<>();

    Watches(Sessions sessions, Subscriptions subscriptions, Tickets tickets) {
        this.sessions = sessions;
        this.subscriptions = subscriptions;
        this.tickets = tickets;
    }

    void watch(Command.Watch command, Entry entry, Step step) {
        var session = sessions.open(entry.session());
        var added = subscriptions.add(session, new Subscription(Kind.WATCH, command.pattern(), ""));
        if (Subscriptions.answer(added, entry, step)) {
            watchers.open(command.pattern(), Subscribers::new).add(session, tickets.next());
        }
    }

    void unwatch(Command.Unwatch command, Entry entry, Step step) {
        var session = sessions.find(entry.session());
        if (session != null) {
            remove(session, new Subscription(Kind.WATCH, command.pattern(), ""));
        }
        step.answer(entry, Outcome.DONE);
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

    /** Tells the watchers of the key. Where nobody watches anything this is one comparison. */
    void announce(KeyEvent event, String key, Step step) {
        if (watchers.isEmpty()) {
            return;
        }
        var exact = watchers.plain(key);
        var matches = new ArrayList<Subscribers>();
        watchers.forEachWildcardMatch(key, matches::add);
        if (exact == null && matches.isEmpty()) {
            return;
        }
        var fanOut = subscriptions.fanOut(new Notice.Change(event, key), step);
        if (exact != null) {
            matches.add(exact);
        }
        fanOut.reachAll(matches);
    }

    PatternIndex<Subscribers> watchers() {
        return watchers;
    }
}
