package io.dflockd.testkit.history;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of the thing behind a key, with the rule of what it does when nobody else is there. Equal calls do
 * the same.
 *
 * @param <S> the state of such a thing; never changes, and equal states behave alike
 */
public interface Call<S> {
    /** What kind of thing it is asked of. Each kind has keys of its own. */
    String kind();

    /** The state in which a thing of this kind begins. */
    S initial();

    /** The state after the call, or null where it cannot have this outcome in this state. */
    @Nullable
    S apply(S state, Outcome outcome);

    /**
     * Whether anything can be otherwise afterwards, for better or for worse. Not so for a read; nor, as far as others
     * can tell, for what may only have left them less, when nobody knows whether it was carried out.
     */
    boolean changes(Outcome outcome);

    /** What is there because of this call, and can be seen there; null if nothing is. */
    default @Nullable Object brings() {
        return null;
    }

    /**
     * Whether nothing speaks for its coming later than it can, when nobody knows whether it was carried out: it only
     * makes room, and none of the others needs what it ends.
     *
     * @param operation this call
     * @param known the operations on the same thing that have returned
     */
    default boolean isBestEarly(Operation operation, List<Operation> known) {
        return false;
    }
}
