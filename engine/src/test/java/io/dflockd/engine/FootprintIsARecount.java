package io.dflockd.engine;

/** The bytes that the engine counts as it goes are what a walk over all that there is comes to. */
final class FootprintIsARecount implements Invariant {
    @Override
    public void check(Applied applied) {
        long counted = applied.engine().bytes();
        long recounted = recount(applied.engine());
        Invariant.require(counted == recounted, "counted " + counted + " bytes, but there are " + recounted);
    }

    static long recount(Engine engine) {
        long bytes = 0;
        for (var session : engine.sessions.all()) {
            bytes += bytesOf(session);
        }
        for (var session : engine.sessions.leaving()) {
            bytes += bytesOf(session);
        }
        for (var owner : engine.owners.all()) {
            bytes += Footprint.OWNER_BYTES + owner.name.length();
        }
        for (var resource : engine.locks.resources.all()) {
            bytes += Footprint.RESOURCE_BYTES + resource.key.length();
            bytes += resource.holderCount() * Footprint.Thing.HOLD.bytes;
            bytes += resource.waiterCount() * Footprint.Thing.WAITER.bytes;
        }
        for (var counter : engine.counters.all()) {
            bytes += Footprint.COUNTER_BYTES + counter.key.length();
        }
        for (var stored : engine.values.all()) {
            bytes += Footprint.VALUE_BYTES + stored.key.length() + stored.value.length();
        }
        for (var list : engine.lists.all()) {
            bytes += Footprint.LIST_BYTES + list.key.length();
            bytes += list.poppers.size() * Footprint.Thing.POPPER.bytes;
            for (var value : list.values()) {
                bytes += Footprint.ELEMENT_BYTES + value.length();
            }
        }
        for (var barrier : engine.barriers.all()) {
            bytes += Footprint.BARRIER_BYTES + barrier.key.length();
            bytes += barrier.participants.size() * Footprint.Thing.PARTICIPANT.bytes;
        }
        for (var barrier : engine.chores.barriersEnding()) {
            bytes += barrier.participants.size() * Footprint.Thing.PARTICIPANT.bytes;
        }
        return bytes + bytesOf(engine.topics.channels()) + bytesOf(engine.watches.watchers());
    }

    private static long bytesOf(Session session) {
        long bytes = Footprint.SESSION_BYTES + (session.introduced ? Footprint.INTRODUCTION_BYTES : 0);
        bytes += session.reservations().size() * Footprint.RESERVATION_BYTES;
        for (var key : session.expired()) {
            bytes += Footprint.expiredBytes(key);
        }
        for (var one : session.subscriptions.all()) {
            bytes += Footprint.SUBSCRIPTION_BYTES + one.pattern().length() + one.group().length();
        }
        if (session.resumption != null) {
            bytes += Footprint.RESUMPTION_BYTES;
            var owed = session.resumption.owed;
            for (long i = owed.received(); i < owed.decided(); i++) {
                var content = owed.content(i);
                bytes += owed.isOnlyValues() && !(content instanceof Outcome.Popped)
                        ? 0
                        : Footprint.answerBytes(content);
            }
        }
        return bytes;
    }

    /** What the branches of the same patterns cost in an index that never had others. */
    private static <T extends Slots.Member> long bytesOf(PatternIndex<T> index) {
        var footprint = new Footprint(Long.MAX_VALUE, new Tally());
        var fresh = new PatternIndex<>(Subscribers::new, footprint);
        index.forEach((pattern, unused) -> fresh.open(pattern));
        return footprint.bytes();
    }
}
