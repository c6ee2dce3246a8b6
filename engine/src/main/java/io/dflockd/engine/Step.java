package io.dflockd.engine;

/**
 * One entry being applied: the time it happens at and where its effects go.
 *
 * @param number counts the entries that this engine has applied; no part of the state
 */
record Step(long nowMs, long number, Effects effects) {
    /** Answers the entry itself. */
    void answer(Entry entry, Outcome outcome) {
        effects.answer(entry.session(), entry.request(), outcome);
    }

    void answer(Entry entry, Refusal reason) {
        answer(entry, new Outcome.Refused(reason));
    }

    /** Answers the request that waits here. */
    void answer(Waiter waiter, Outcome outcome) {
        effects.answer(waiter.session.id, waiter.request, outcome);
    }
}
