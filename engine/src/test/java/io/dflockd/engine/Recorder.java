package io.dflockd.engine;

import java.util.ArrayList;
import java.util.List;

/** Keeps the effects of an engine, in their order. */
final class Recorder implements Effects {
    record Answer(long session, long request, Outcome outcome) {}

    record Push(long session, Notice notice) {}

    private final List<Record> effects = new ArrayList<>();

    @Override
    public void answer(long session, long request, Outcome outcome) {
        effects.add(new Answer(session, request, outcome));
    }

    @Override
    public void push(long session, Notice notice) {
        effects.add(new Push(session, notice));
    }

    /** What came since the last time. */
    List<Record> take() {
        var taken = List.copyOf(effects);
        effects.clear();
        return taken;
    }
}
