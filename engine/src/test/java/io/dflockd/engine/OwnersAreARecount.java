package io.dflockd.engine;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What each owner has is what a walk over all that there is comes to, before and after a snapshot; nobody takes more than it
 * may, and nobody is remembered who has nothing.
 */
final class OwnersAreARecount implements Invariant {
    private Map<String, OwnerUse> before = Map.of();
    private Map<String, Limit> limits = Map.of();
    private Set<Long> sessions = Set.of();

    private boolean hadChores;

    private static final class Count {
        private int holds;
        private int waiters;
        private long valueBytes;
        private int references;
    }

    @Override
    public void check(Applied applied) {
        var engine = applied.engine();
        // What was popped and did not arrive goes back whatever the limits say.
        boolean hasEnded = hasEndedSession(engine);
        boolean mayGiveBack = hadChores || !engine.chores.isEmpty() || hasEnded
                || switch (applied.entry().command()) {
                    case Command.Push ignored -> false;
                    case Command.SetValue ignored -> false;
                    case Command.SwapValue ignored -> false;
                    case Command.Increment ignored -> false;
                    case Command.SetCounter ignored -> false;
                    case Command.BlockingPop ignored -> false;
                    default -> true;
                };
        hadChores = !engine.chores.isEmpty();
        var counts = new LinkedHashMap<Owner, Count>();
        recount(engine, counts);
        var now = new HashMap<String, OwnerUse>();
        var limitsNow = new HashMap<String, Limit>();
        for (var owner : engine.owners.all()) {
            var count = counts.getOrDefault(owner, new Count());
            counts.remove(owner);
            Invariant.require(owner.holds == count.holds,
                    owner.name + " has " + count.holds + " holds, not " + owner.holds);
            Invariant.require(
                    owner.waiters == count.waiters,
                    owner.name + " waits " + count.waiters + " times, not " + owner.waiters);
            Invariant.require(owner.valueBytes == count.valueBytes,
                    owner.name + " has " + count.valueBytes + " bytes, not " + owner.valueBytes);
            Invariant.require(owner.references == count.references,
                    owner.name + " has " + count.references + " references, not " + owner.references);
            Invariant.require(!owner.isUnused(), owner.name + " is remembered for nothing");
            var use = engine.useBy(owner.name);
            var former = before.getOrDefault(owner.name, OwnerUse.NOTHING);
            var limit = limits.getOrDefault(owner.name, Limit.of(owner)).looserOf(Limit.of(owner));
            Invariant.require(use.holds() <= Math.max(limit.holds, former.holds()),
                    owner.name + " came to " + use.holds() + " holds, may have " + limit.holds);
            Invariant.require(use.waiters() <= Math.max(limit.waiters, former.waiters()),
                    owner.name + " came to wait " + use.waiters() + " times, may " + limit.waiters);
            Invariant.require(
                    use.valueBytes() <= Math.max(limit.valueBytes, former.valueBytes()) || mayGiveBack,
                    owner.name + " came to " + use.valueBytes() + " bytes, may have " + limit.valueBytes);
            now.put(owner.name, use);
            limitsNow.put(owner.name, Limit.of(owner));
        }
        Invariant.require(counts.isEmpty(), "things count for owners that are forgotten");
        before = now;
        limits = limitsNow;
    }

    /** Whether a session is there no more that was: what it was owed goes back, whatever else the entry is about. */
    private boolean hasEndedSession(Engine engine) {
        var now = new HashSet<Long>();
        engine.sessions.all().forEach(session -> now.add(session.id));
        boolean hasEnded = !now.containsAll(sessions);
        sessions = now;
        return hasEnded;
    }

    /** What an owner may have. Where an entry changes it, what was due before its command went by the former one. */
    private record Limit(long holds, long waiters, long valueBytes) {
        static Limit of(Owner owner) {
            return new Limit(orAny(owner.maxHolds), orAny(owner.maxWaiters), orAny(owner.maxValueBytes));
        }

        private static long orAny(long most) {
            return most == 0 ? Long.MAX_VALUE : most;
        }

        Limit looserOf(Limit other) {
            return new Limit(Math.max(holds, other.holds), Math.max(waiters, other.waiters),
                    Math.max(valueBytes, other.valueBytes));
        }
    }

    private static void recount(Engine engine, Map<Owner, Count> counts) {
        engine.sessions.all().forEach(session -> of(session.owner, counts).references++);
        engine.sessions.leaving().forEach(session -> of(session.owner, counts).references++);
        for (var chore : engine.chores.all()) {
            if (chore instanceof Return back) {
                of(back.owner, counts).references++;
            }
        }
        for (var resource : engine.locks.resources.all()) {
            resource.holders().forEach(hold -> of(hold.owner, counts).holds++);
            resource.waiters().forEach(waiter -> of(waiter.owner, counts).waiters++);
        }
        for (var counter : engine.counters.all()) {
            of(counter.owner, counts).valueBytes += Footprint.COUNTER_BYTES + counter.key.length();
        }
        for (var stored : engine.values.all()) {
            of(stored.owner, counts).valueBytes += Footprint.VALUE_BYTES + stored.key.length() + stored.value.length();
        }
        for (var list : engine.lists.all()) {
            of(list.owner, counts).valueBytes += Footprint.LIST_BYTES + list.key.length();
            list.poppers.all().forEach(popper -> of(popper.owner, counts).waiters++);
            var owners = list.owners();
            var values = list.values();
            for (int i = 0; i < values.size(); i++) {
                of(owners.get(i), counts).valueBytes += Footprint.ELEMENT_BYTES + values.get(i).length();
            }
        }
        engine.barriers.all().forEach(barrier -> recount(barrier, counts));
        engine.chores.barriersEnding().forEach(barrier -> recount(barrier, counts));
    }

    private static void recount(Barriers.Barrier barrier, Map<Owner, Count> counts) {
        barrier.participants.values().forEach(participant -> of(participant.owner, counts).waiters++);
    }

    /** Of nobody there is one that nobody looks at. */
    private static Count of(Owner owner, Map<Owner, Count> counts) {
        return owner == null ? new Count() : counts.computeIfAbsent(owner, unused -> new Count());
    }
}
