package io.dflockd.engine;

import io.dflockd.engine.Subscription.Kind;
import java.util.ArrayList;

/**
 * Signals: who listens to which channels, and who gets what is sent. A session gets one copy of a signal for itself,
 * however many of its patterns match, and one more for each group whose turn it is.
 */
final class Topics {
    private final Sessions sessions;
    private final Subscriptions subscriptions;
    private final Tickets tickets;
    private final PatternIndex<Channel> channels = new PatternIndex<>();

    Topics(Sessions sessions, Subscriptions subscriptions, Tickets tickets) {
        this.sessions = sessions;
        this.subscriptions = subscriptions;
        this.tickets = tickets;
    }

    void listen(Command.Listen command, Entry entry, Step step) {
        var session = sessions.open(entry.session());
        var subscription = new Subscription(Kind.LISTENER, command.pattern(), command.group());
        if (Subscriptions.answer(subscriptions.add(session, subscription), entry, step)) {
            channels.open(command.pattern(), Channel::new).add(session, command.group(), tickets.next());
        }
    }

    void unlisten(Command.Unlisten command, Entry entry, Step step) {
        var session = sessions.find(entry.session());
        if (session != null) {
            remove(session, new Subscription(Kind.LISTENER, command.pattern(), command.group()));
        }
        step.answer(entry, Outcome.DONE);
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

    void signal(Command.Signal command, Entry entry, Step step) {
        if (channels.isEmpty()) {
            step.answer(entry, new Outcome.Count(0));
            return;
        }
        var fanOut = subscriptions.fanOut(new Notice.Signal(command.channel(), command.payload()), step);
        var exact = channels.plain(command.channel());
        if (exact != null) {
            fanOut.reachAll(exact.listeners);
            exact.reachGroups(fanOut);
        }
        var matches = new ArrayList<Channel>();
        channels.forEachWildcardMatch(command.channel(), matches::add);
        if (!matches.isEmpty()) {
            fanOut.reachAll(matches.stream().map(match -> match.listeners).toList());
            matches.forEach(match -> match.reachGroups(fanOut));
        }
        step.answer(entry, new Outcome.Count(fanOut.copies()));
    }

    PatternIndex<Channel> channels() {
        return channels;
    }
}
