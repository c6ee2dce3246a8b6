package io.dflockd.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One notice on its way to many: every session gets it once, in the order of the subscriptions. */
final class FanOut {
    private static final int LOOKS_PER_THING = 8;

    private final Notice notice;
    private final long number;
    private final Step step;
    private int copies;

    /** The number must be above 0 and differ from that of every other fan-out of this engine. */
    FanOut(Notice notice, long number, Step step) {
        this.notice = notice;
        this.number = number;
        this.step = step;
    }

    int copies() {
        return copies;
    }

    /** Reaches those who subscribed to the plain name. */
    void reachAll(@Nullable Subscribers subscribers) {
        if (subscribers != null) {
            looksAt(subscribers.ticketsBySession().size());
            subscribers.ticketsBySession().keySet().forEach(this::reach);
        }
    }

    /** Reaches those who subscribed to any of the matching patterns. */
    void reachAll(List<Subscribers> matches) {
        reachAll(null, matches);
    }

    /** Reaches those who subscribed to the plain name, if any, or to any of the matching patterns. */
    void reachAll(@Nullable Subscribers plain, List<Subscribers> matches) {
        if (matches.isEmpty()) {
            reachAll(plain);
            return;
        }
        if (plain == null && matches.size() == 1) {
            reachAll(matches.getFirst());
            return;
        }
        var all = new ArrayList<Map.Entry<Session, Long>>();
        matches.forEach(subscribers -> all.addAll(subscribers.ticketsBySession().entrySet()));
        if (plain != null) {
            all.addAll(plain.ticketsBySession().entrySet());
        }
        looksAt(all.size());
        all.sort(Comparator.comparing(Map.Entry::getValue));
        all.forEach(entry -> reach(entry.getKey()));
    }

    /** To look at a subscription takes a part of the time of a thing, also where the session is reached already, or away. */
    private void looksAt(int subscriptions) {
        step.spend(subscriptions / LOOKS_PER_THING);
    }

    /** Reaches a session that may have been reached before, as the member of a group. */
    void reachMember(Session session) {
        if (step.push(session, notice)) {
            copies++;
        }
    }

    private void reach(Session session) {
        if (session.lastFanOut != number) {
            session.lastFanOut = number;
            reachMember(session);
        }
    }
}
