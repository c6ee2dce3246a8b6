package io.dflockd.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values and grants that never reached whom they were for go back to where they came from, or on to the next. */
final class Return implements Chore {
    final List<Outcome> outcomes;
    int next;
    private final Locks locks;
    private final Lists lists;

    /** The latest come first, so that values stand in their list as they did before. */
    Return(List<Outcome> outcomes, int next, Locks locks, Lists lists) {
        this.outcomes = outcomes;
        this.next = next;
        this.locks = locks;
        this.lists = lists;
    }

    @Override
    public boolean work(Step step) {
        for (; next < outcomes.size(); next++) {
            if (step.isSpent()) {
                return false;
            }
            give(outcomes.get(next), null, locks, lists, step);
            step.spend();
        }
        return true;
    }

    /** {@code of}: a grant goes on only while it is this session's; null where its client cannot have heard of it. */
    static void give(Object outcome, @Nullable Session of, Locks locks, Lists lists, Step step) {
        switch (outcome) {
            case Outcome.Popped popped -> lists.putBack(popped, step);
            case Outcome.Granted granted -> locks.takeBack(granted.key(), granted.token(), of, step);
            case Outcome.GrantedAtOnce granted -> locks.takeBack(granted.key(), granted.token(), of, step);
            default -> {}
        }
    }
}
