package io.dflockd.http.listener;

import io.dflockd.http.route.Problem;
import io.dflockd.service.Leader;
import io.dflockd.transport.AdminPassage;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Passes requests on that only the node that leads answers. Of the listener's thread, but for {@link #by}. */
final class Passing {
    /** So many are under way at once at most; half of what a leader takes of all members together. */
    static final int MOST = 64;
    private static final int RETRY_AFTER_SECONDS = 1;

    private final Leading leading;
    private volatile @Nullable AdminPassage passage;
    private int underWay;

    Passing(Leading leading) {
        this.leading = leading;
    }

    /** From now on there is a way to who leads. */
    void by(AdminPassage way) {
        passage = way;
    }

    /** The way to who leads, if that is another node and there is one. */
    Optional<AdminPassage> way() {
        return Optional.ofNullable(passage).filter(way -> leading.other().isPresent());
    }

    Leading leading() {
        return leading;
    }

    /** One more is under way. Throws a problem where there are too many. */
    void enter() {
        if (underWay >= MOST) {
            throw busy("as many requests as may be are being passed on to the node that leads").exception();
        }
        underWay++;
    }

    void left() {
        underWay--;
    }

    static Problem busy(String detail) {
        return Problem.unavailable("busy", detail, RETRY_AFTER_SECONDS);
    }

    /** It was not done, and whoever asks may ask again, here or there. */
    static Problem notLeader(Optional<Leader> leader, String why) {
        var name = leader.map(Leader::name).orElse("");
        var detail = name.isEmpty()
                ? "no node is known to lead"
                : "this is answered by the node that leads, " + name + (why.isEmpty() ? "" : ": " + why);
        return Problem.unavailable("not_leader", detail, RETRY_AFTER_SECONDS).withField("leader", name);
    }

    /** Nobody knows whether it was done. */
    static Problem unknown(String why) {
        return Problem.unavailable("unknown", "it is not known whether that was done: " + why, RETRY_AFTER_SECONDS);
    }
}
