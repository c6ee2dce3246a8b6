package io.dflockd.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Answers of a named session are decided once for each number, and what was not acknowledged is owed: the same answers,
 * in the order in which they were decided, without a gap. Questions may be answered anew.
 */
final class AnswersAreCounted implements Invariant {
    private final Map<Long, List<Recorder.Answer>> decided = new LinkedHashMap<>();
    private final Map<Long, Set<Long>> numbers = new LinkedHashMap<>();
    private final Map<Long, Long> acknowledged = new LinkedHashMap<>();

    @Override
    public void check(Applied applied) {
        for (var answer : applied.answers()) {
            if (Speakers.isNamed(answer.session()) && answer.request() > 0) {
                decided.computeIfAbsent(answer.session(), unused -> new ArrayList<>()).add(answer);
                Invariant.require(numbers.computeIfAbsent(answer.session(), unused -> new LinkedHashSet<>())
                        .add(answer.request()), "answered twice: " + answer);
            }
        }
        for (var session : applied.engine().sessions.all()) {
            if (session.resumption != null) {
                check(session.id, session.resumption, applied);
            }
        }
    }

    private void check(long session, Resumption resumption, Applied applied) {
        var owed = resumption.owed;
        var all = decided.getOrDefault(session, List.of());
        long before = acknowledged.getOrDefault(session, 0L);
        long said = applied.entry().action().received();
        Invariant.require(owed.decided() == all.size(), owed.decided() + " decided, not " + all.size());
        Invariant.require(owed.received() == before || owed.received() == said,
                "acknowledged up to " + owed.received() + ", not " + before + " or " + said);
        Invariant.require(owed.received() >= before, "an acknowledgement was taken back");
        acknowledged.put(session, owed.received());
        var toCome = new Recorder().owedAnswers(applied.engine(), session, owed.received());
        Invariant.require(toCome.size() == owed.size(), toCome.size() + " answers to come of " + owed.size());
        for (int i = 0; i < toCome.size(); i++) {
            var expected = all.get((int) owed.received() + i);
            var actual = toCome.get(i);
            boolean same = owed.content(owed.received() + i) instanceof Command.Read
                    ? actual.request() == expected.request()
                    : actual.equals(expected);
            Invariant.require(same, "owes " + actual + ", but decided " + expected);
        }
    }
}
