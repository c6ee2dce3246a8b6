package io.dflockd.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values and grants that never reached whom they were for go back to where they came from, or on to the next. */
final class Return implements Chore {
    final List<Outcome> outcomes;
    int next;
    /** For whom values count that go back to their lists; null for nobody. */
    final @Nullable Owner owner;
    private final Engine engine;

    /** The latest come first, so that values stand in their list as they did before. */
    Return(List<Outcome> outcomes, @Nullable Owner owner, Engine engine) {
        this.outcomes = outcomes;
        this.owner = owner;
        this.engine = engine;
        engine.owners.refer(owner);
    }

    @Override
    public boolean work(Step step) {
        for (; next < outcomes.size(); next++) {
            if (step.isSpent()) {
                return false;
            }
            give(outcomes.get(next), null, owner, engine, step);
            step.spend();
        }
        engine.owners.forgo(owner);
        return true;
    }

    /** {@code of}: a grant goes on only while it is this session's; null where its client cannot have heard of it. */
    static void give(
            Object outcome, @Nullable Session of, @Nullable Owner owner, Engine engine, Step step) {
        switch (outcome) {
            case Outcome.Popped popped -> engine.lists.putBack(popped, owner, step);
            case Outcome.Granted granted -> engine.locks.takeBack(granted.key(), granted.token(), of, step);
            case Outcome.GrantedAtOnce granted -> engine.locks.takeBack(granted.key(), granted.token(), of, step);
            default -> {}
        }
    }
}
