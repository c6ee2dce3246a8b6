package io.dflockd.engine;

/**
 * One entry being applied: the time it happens at and where its effects go.
 */
record Step(long nowMs, Effects effects) {
    /** The time so much later; for ever where it would lie beyond the end of time. */
    long after(long durationMs) {
        return durationMs > Long.MAX_VALUE - nowMs ? Long.MAX_VALUE : nowMs + durationMs;
    }

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
