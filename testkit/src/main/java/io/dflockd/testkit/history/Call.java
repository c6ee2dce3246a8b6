package io.dflockd.testkit.history;

import org.jspecify.annotations.Nullable;

/**
 * What is asked of the thing behind a key, with the rule of what it does when nobody else is there. Equal calls do the same.
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
     * Whether another outcome can depend on it that this call was carried out, when nobody knows whether it was. Of a call
     * that only takes away what others could do, and of a read, it cannot.
     */
    default boolean canExplain() {
        return true;
    }
}
