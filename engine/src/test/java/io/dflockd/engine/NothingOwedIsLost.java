package io.dflockd.engine;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * A value of a list is in exactly one place: in a list, on its way back there, owed to a session, or with a client that
 * took it for good. A grant that its client never heard of does not outlive the client's session. The histories push each
 * value once.
 */
final class NothingOwedIsLost implements Invariant {
    private record Request(long session, long number) {}

    private record Place(long session, long index) {}

    private final Map<Request, String> pushed = new LinkedHashMap<>();
    /** What nobody can lose any more: written to a socket outside of a count, or acknowledged. */
    private final Set<String> taken = new LinkedHashSet<>();
    private final Set<String> all = new LinkedHashSet<>();
    private Map<String, Place> owed = new LinkedHashMap<>();
    private Map<Long, Map<Long, Long>> owedGrants = new LinkedHashMap<>();
    /** The fences of grants that must end as soon as nothing is left over. */
    private final Set<Long> unheardOf = new LinkedHashSet<>();

    @Override
    public void check(Applied applied) {
        noteEntry(applied);
        noteAnswers(applied);
        var engine = applied.engine();
        var present = new LinkedHashSet<String>();
        for (var list : engine.lists.all()) {
            list.values().forEach(value -> place(present, value));
        }
        for (var chore : engine.chores.all()) {
            if (chore instanceof Return back) {
                back.outcomes.subList(back.next, back.outcomes.size()).forEach(outcome -> place(present, outcome));
            }
        }
        var owedNow = new LinkedHashMap<String, Place>();
        engine.sessions.all().forEach(session -> collect(session, owedNow, present));
        engine.sessions.leaving().forEach(session -> collect(session, owedNow, present));
        owed.forEach((value, place) -> {
            if (!present.contains(value) && isAcknowledged(place, applied)) {
                taken.add(value);
            }
        });
        owed = owedNow;
        for (var value : all) {
            Invariant.require(present.contains(value) != taken.contains(value), value + " is lost or doubled");
        }
        Invariant.require(all.containsAll(present), "from nowhere: " + present);
        checkGrants(applied);
    }

    private void noteEntry(Applied applied) {
        var entry = applied.entry();
        if (applied.taken() && entry.command() instanceof Command.Push push) {
            pushed.put(new Request(entry.session(), entry.request()), push.value());
        }
        if (entry.command() instanceof Command.Detach detach) {
            for (var outcome : detach.undelivered()) {
                switch (outcome) {
                    case Outcome.Popped popped -> taken.remove(popped.value());
                    case Outcome.Granted granted -> unheardOf.add(granted.fence());
                    case Outcome.GrantedAtOnce granted -> unheardOf.add(granted.fence());
                    default -> {}
                }
            }
        }
    }

    private void noteAnswers(Applied applied) {
        for (var answer : applied.answers()) {
            var value = pushed.remove(new Request(answer.session(), answer.request()));
            if (value != null && answer.outcome() instanceof Outcome.Count) {
                all.add(value);
            }
            boolean counted = Speakers.isNamed(answer.session()) && answer.request() > 0;
            if (answer.outcome() instanceof Outcome.Popped popped && !counted) {
                Invariant.require(taken.add(popped.value()), "taken twice: " + popped);
            }
        }
    }

    private static void place(Set<String> present, Object content) {
        var what = content instanceof Outcome.Popped popped ? popped.value() : content;
        if (what instanceof String value) {
            Invariant.require(present.add(value), "there twice: " + value);
        }
    }

    private static void collect(Session session, Map<String, Place> owed, Set<String> present) {
        if (session.resumption == null) {
            return;
        }
        var answers = session.resumption.owed;
        for (long i = answers.received(); i < answers.decided(); i++) {
            if (answers.content(i) instanceof Outcome.Popped popped) {
                owed.put(popped.value(), new Place(session.id, i));
                place(present, popped);
            }
        }
    }

    private static boolean isAcknowledged(Place place, Applied applied) {
        var session = applied.engine().sessions.find(place.session);
        if (session != null && session.resumption != null) {
            return place.index < session.resumption.owed.received();
        }
        return applied.entry().session() == place.session && place.index < applied.entry().action().received();
    }

    private void checkGrants(Applied applied) {
        var engine = applied.engine();
        var now = new LinkedHashMap<Long, Map<Long, Long>>();
        for (var session : engine.sessions.all()) {
            if (session.resumption != null) {
                now.put(session.id, grantsOwedTo(session.resumption.owed));
            }
        }
        var setAside = new LinkedHashSet<Long>();
        engine.sessions.leaving()
                .stream()
                .filter(session -> session.phase == Session.Phase.SET_ASIDE)
                .forEach(session -> setAside.add(session.id));
        owedGrants.forEach((session, grants) -> {
            // A client that was set aside may believe in what it was granted.
            if (!now.containsKey(session) && !setAside.contains(session)) {
                grants.forEach((fence, index) -> {
                    if (!isAcknowledged(new Place(session, index), applied)) {
                        unheardOf.add(fence);
                    }
                });
            }
        });
        owedGrants = now;
        if (applied.taken() && applied.entry().command() instanceof Command.Keep keep) {
            var token = Token.parse(keep.token());
            if (token != null) {
                now.values().forEach(grants -> grants.remove(token.fence()));
                kept.add(token.fence());
            }
        }
        unheardOf.removeAll(kept);
        if (engine.chores.isEmpty()) {
            for (var resource : engine.locks.resources.all()) {
                for (var hold : resource.holders()) {
                    Invariant.require(!unheardOf.contains(hold.fence), "nobody knows of hold " + hold.fence);
                }
            }
            unheardOf.clear();
        }
    }

    private final Set<Long> kept = new LinkedHashSet<>();

    private static Map<Long, Long> grantsOwedTo(OwedAnswers answers) {
        var grants = new LinkedHashMap<Long, Long>();
        for (long i = answers.received(); i < answers.decided(); i++) {
            if (answers.content(i) instanceof Outcome.Granted granted) {
                grants.put(granted.fence(), i);
            } else if (answers.content(i) instanceof Outcome.GrantedAtOnce granted) {
                grants.put(granted.fence(), i);
            }
        }
        return grants;
    }
}
