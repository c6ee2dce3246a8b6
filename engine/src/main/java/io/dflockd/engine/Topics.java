package io.dflockd.engine;

import io.dflockd.engine.Subscription.Kind;
import java.util.TreeMap;

/**
 * Signals: who listens to which channels, and who gets what is sent. A session gets one copy of a signal for itself,
 * however many of its patterns match, and one more for each group whose turn it is.
 */
final class Topics {
    private final Sessions sessions;
    private final Subscriptions subscriptions;
    private final Tickets tickets;
    private final Chores chores;
    private final PatternIndex<Channel> channels;
    /** By the number of the session that is coming back. */
    private final TreeMap<Long, Unparking> unparkings = new TreeMap<>();

    Topics(Sessions sessions, Subscriptions subscriptions, Tickets tickets, Footprint footprint, Chores chores) {
        this.sessions = sessions;
        this.subscriptions = subscriptions;
        this.tickets = tickets;
        this.chores = chores;
        channels = new PatternIndex<>(Channel::new, footprint);
    }

    void listen(Command.Listen command, Step step) {
        var asker = step.asker();
        var session = asker == null ? sessions.open(step.sessionId()) : asker;
        var subscription = new Subscription(Kind.LISTENER, command.pattern(), command.group());
        if (Subscriptions.answer(subscriptions.add(session, subscription), step)) {
            channels.open(command.pattern()).add(session, command.group(), tickets.next());
        }
    }

    void unlisten(Command.Unlisten command, Step step) {
        var session = step.asker();
        if (session != null) {
            remove(session, new Subscription(Kind.LISTENER, command.pattern(), command.group()));
        }
        step.answer(Outcome.DONE);
    }

    void remove(Session session, Subscription subscription) {
        var channel = channels.find(subscription.pattern());
        if (subscriptions.remove(session, subscription) && channel != null) {
            channel.remove(session, subscription.group());
            if (channel.isEmpty()) {
                channels.remove(subscription.pattern());
            }
        }
    }

    void signal(Command.Signal command, Step step) {
        if (channels.isEmpty()) {
            step.answer(new Outcome.Count(0));
            return;
        }
        var fanOut = subscriptions.fanOut(new Notice.Signal(command.channel(), command.payload()), step);
        var exact = channels.plain(command.channel());
        if (exact != null) {
            fanOut.reachAll(exact.listeners);
            exact.reachGroups(fanOut, unparkings.values());
        }
        var matches = channels.wildcardMatches(command.channel());
        if (!matches.isEmpty()) {
            fanOut.reachAll(matches.stream().map(match -> match.listeners).toList());
            matches.forEach(match -> match.reachGroups(fanOut, unparkings.values()));
        }
        step.answer(new Outcome.Count(fanOut.copies()));
    }

    /** A session is back: from now on its groups give it its turns again. */
    void unpark(Session session, Step step) {
        if (!session.parked.isEmpty() && !unparkings.containsKey(session.id)) {
            chores.begin(unparking(session), step);
        }
    }

    /** What gives the session its turns again. */
    Unparking unparking(Session session) {
        var unparking = new Unparking(session, this);
        unparkings.put(session.id, unparking);
        return unparking;
    }

    /** The session has its turns again, or will not have them. */
    void unparked(Session session) {
        var unparking = unparkings.remove(session.id);
        if (unparking != null) {
            chores.remove(unparking);
        }
    }

    PatternIndex<Channel> channels() {
        return channels;
    }
}
