package io.dflockd.engine;

import java.util.ArrayList;
import java.util.List;

/** Keeps the effects of an engine, in their order. */
public final class Recorder implements Effects.Receiver {
    public record Answer(long session, long request, Outcome outcome) {}

    public record Push(long session, Notice notice) {}

    public record Attached(long connection, long session) {}

    public record Close(long connection, String reason) {}

    private final Effects effects = new Effects();
    private final List<Record> recorded = new ArrayList<>();

    /** Applies the entry, and returns all that came since the last time. */
    public List<Record> apply(Engine engine, Entry entry) {
        engine.apply(entry.timeMs(), entry.action(), effects);
        effects.forEach(this);
        effects.clear();
        return take();
    }

    /** The answers that a named session has not acknowledged, from this one on. */
    public List<Answer> owedAnswers(Engine engine, long session, long from) {
        var owed = new Recorder();
        long next = from;
        for (long end = -1; next != end && next >= 0;) {
            end = next;
            next = engine.owedAnswers(session, next, owed.effects);
        }
        owed.effects.forEach(owed);
        return owed.take().stream().map(Answer.class::cast).toList();
    }

    @Override
    public void answer(long session, long request, Outcome outcome) {
        recorded.add(new Answer(session, request, outcome));
    }

    @Override
    public void push(long session, Notice notice) {
        recorded.add(new Push(session, notice));
    }

    @Override
    public void attached(long connection, long session) {
        recorded.add(new Attached(connection, session));
    }

    @Override
    public void close(long connection, String reason) {
        recorded.add(new Close(connection, reason));
    }

    private List<Record> take() {
        var taken = List.copyOf(recorded);
        recorded.clear();
        return taken;
    }
}
