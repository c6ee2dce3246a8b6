package io.dflockd.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Locks, semaphores, read-write locks and elections: one table, one queue for each key.
 *
 * <p>What always holds: a resource never has more holders than it admits; a waiter is granted only from the head of its
 * queue, and a newcomer only past an empty queue; whenever something may have made room, the head is looked at; a
 * resource is in the idle list exactly while it has neither holders nor waiters.
 */
final class Locks {
    private final EngineLimits limits;
    private final Sessions sessions;
    private final Deadlines deadlines;
    private final Footprint footprint;
    private final Tickets tickets;
    private final Watches watches;
    private final Elections elections;
    final LinkedHashMap<String, Resource> resources = new LinkedHashMap<>();
    final IdleResources idle = new IdleResources();
    long lastFence;

    Locks(
            EngineLimits limits,
            Sessions sessions,
            Deadlines deadlines,
            Footprint footprint,
            Tickets tickets,
            Watches watches,
            Elections elections) {
        this.limits = limits;
        this.sessions = sessions;
        this.deadlines = deadlines;
        this.footprint = footprint;
        this.tickets = tickets;
        this.watches = watches;
        this.elections = elections;
    }

    void acquire(Command.Acquire command, Entry entry, Step step) {
        var refusal = prepare(command.key(), Resource.limitFor(command.mode(), command.limit()), step);
        if (refusal != null) {
            step.answer(entry, refusal);
            return;
        }
        var resource = existing(command.key());
        if (isFree(resource, command.mode())) {
            var hold = grant(resource, entry.session(), command.mode(), command.leaseMs(), entry.salt(), step);
            step.answer(entry, granted(hold));
            announceGrant(hold, step);
        } else if (isQueueFull(resource)) {
            step.answer(entry, Refusal.MAX_WAITERS);
        } else if (command.waitMs() == 0) {
            step.answer(entry, Outcome.TIMED_OUT);
        } else {
            var waiter = queue(resource, entry, command.mode(), command.leaseMs(), false);
            waiter.request = entry.request();
            deadlines.schedule(waiter, step.nowMs() + command.waitMs());
        }
    }

    void enqueue(Command.Enqueue command, Entry entry, Step step) {
        var key = command.key();
        var session = sessions.find(entry.session());
        if (session != null && session.reservation(key) != null) {
            step.answer(entry, Refusal.ALREADY_ENQUEUED);
            return;
        }
        var refusal = prepare(key, Resource.limitFor(command.mode(), command.limit()), step);
        if (refusal != null) {
            step.answer(entry, refusal);
            return;
        }
        var resource = existing(key);
        if (isFree(resource, command.mode())) {
            var hold = grant(resource, entry.session(), command.mode(), command.leaseMs(), entry.salt(), step);
            reserve(key, entry).hold = hold;
            step.answer(entry, new Outcome.GrantedAtOnce(hold.token(), hold.leaseMs, hold.fence));
            announceGrant(hold, step);
        } else if (isQueueFull(resource)) {
            step.answer(entry, Refusal.MAX_WAITERS);
        } else {
            reserve(key, entry).waiter = queue(resource, entry, command.mode(), command.leaseMs(), true);
            step.answer(entry, Outcome.QUEUED);
        }
    }

    void await(Command.Await command, Entry entry, Step step) {
        touch(command.key(), step);
        var session = sessions.find(entry.session());
        var reservation = session == null ? null : session.reservation(command.key());
        if (session == null || reservation == null) {
            step.answer(entry, expiredOrNever(session, command.key()));
            return;
        }
        if (reservation.hold != null) {
            session.removeReservation(command.key());
            restartLease(reservation.hold, reservation.hold.leaseMs, step);
            step.answer(entry, granted(reservation.hold));
            watches.announce(KeyEvent.ACQUIRE, command.key(), step);
        } else if (reservation.waiter != null) {
            awaitInQueue(reservation.waiter, command.waitMs(), entry, step);
        }
    }

    void release(Command.Release command, Entry entry, Step step, boolean justExpired) {
        touch(command.key(), step);
        var hold = find(command.key(), command.token());
        if (hold == null) {
            step.answer(entry, justExpired ? Refusal.LEASE_EXPIRED : Refusal.INVALID);
            return;
        }
        end(hold);
        step.answer(entry, Outcome.DONE);
        if (command.resign()) {
            watches.announce(KeyEvent.RESIGN, command.key(), step);
            elections.resigned(command.key(), step);
            settle(hold.resource, step);
        } else {
            watches.announce(KeyEvent.RELEASE, command.key(), step);
            settleAfter(hold, step);
        }
    }

    void renew(Command.Renew command, Entry entry, Step step, boolean justExpired) {
        touch(command.key(), step);
        var hold = find(command.key(), command.token());
        if (hold == null) {
            step.answer(entry, justExpired ? Refusal.LEASE_EXPIRED : Refusal.INVALID);
            return;
        }
        restartLease(hold, command.leaseMs(), step);
        step.answer(entry, new Outcome.Renewed(command.leaseMs(), hold.fence));
    }

    /** Whether anybody holds the key, in whatever way. */
    boolean isHeld(String key) {
        var resource = resources.get(key);
        return resource != null && resource.holderCount() > 0;
    }

    /** The hold that this token proves; null where there is none, because it never was or has ended. */
    @Nullable
    Hold find(String key, String text) {
        var token = Token.parse(text);
        var resource = resources.get(key);
        if (token == null || resource == null) {
            return null;
        }
        var hold = resource.holder(token.fence());
        return hold != null && token.proves(hold) ? hold : null;
    }

    /** The lease ran out. */
    void expire(Hold hold, Step step) {
        var session = sessions.find(hold.sessionId);
        var reservation = session == null ? null : session.reservation(hold.resource.key);
        if (session != null && reservation != null && reservation.hold == hold) {
            session.addExpired(hold.resource.key);
        }
        end(hold);
        watches.announce(KeyEvent.RELEASE, hold.resource.key, step);
        settleAfter(hold, step);
    }

    /** The time to wait ran out. */
    void expire(Waiter waiter, Step step) {
        step.answer(waiter, Outcome.TIMED_OUT);
        leave(waiter);
        settle(waiter.resource, step);
    }

    /** Ends all that the session has here. Waiters leave first, so that none gets what its own session gives back. */
    void end(Session session, boolean keepHolds, Step step) {
        for (var waiter : List.copyOf(session.waiters.all())) {
            leave(waiter);
            settle(waiter.resource, step);
        }
        if (!keepHolds) {
            holdsByResource(session).forEach((resource, holds) -> release(resource, holds, step));
        }
    }

    private static Map<Resource, List<Hold>> holdsByResource(Session session) {
        var holds = new LinkedHashMap<Resource, List<Hold>>();
        for (var hold : session.holds.all()) {
            holds.computeIfAbsent(hold.resource, _ -> new ArrayList<>(1)).add(hold);
        }
        return holds;
    }

    /** Ends several holds of one session; watchers are told once. */
    private void release(Resource resource, List<Hold> holds, Step step) {
        holds.forEach(this::end);
        watches.announce(KeyEvent.RELEASE, resource.key, step);
        settleAfter(holds.getFirst(), step);
    }

    /** Refuses all waiting requests. Holds, and places that nobody waits at, stay. */
    void drain(Step step) {
        for (var resource : resources.values()) {
            for (var waiter : List.copyOf(resource.waiters())) {
                if (waiter.hasRequest()) {
                    step.answer(waiter, new Outcome.Refused(Refusal.DRAINING));
                    leave(waiter);
                }
            }
            settle(resource, step);
        }
    }

    /** Forgets the resources that have been idle for too long. */
    void collectIdle(long nowMs) {
        for (var oldest = idle.oldest(); oldest != null; oldest = idle.oldest()) {
            if (nowMs - oldest.lastUsedMs <= limits.gcMaxIdleMs()) {
                return;
            }
            forget(oldest);
        }
    }

    boolean hasIdle() {
        return !idle.isEmpty();
    }

    Collection<Resource> resources() {
        return resources.values();
    }

    /** Makes sure that a resource with this limit is there, or says why it cannot be. */
    private @Nullable Refusal prepare(String key, long limit, Step step) {
        var resource = resources.get(key);
        if (resource != null && !resource.idle && resource.limit != limit) {
            boolean otherType = resource.isReadWrite() || limit == Resource.READ_WRITE;
            return otherType ? Refusal.TYPE_MISMATCH : Refusal.LIMIT_MISMATCH;
        }
        if (!footprint.fits(Footprint.RESOURCE_BYTES + key.length() + Footprint.HOLD_BYTES)) {
            return Refusal.MAX_KEYS;
        }
        if (resource == null) {
            return create(key, limit, step);
        }
        resource.limit = limit;
        touch(resource, step);
        return null;
    }

    private @Nullable Refusal create(String key, long limit, Step step) {
        if (resources.size() >= limits.maxLocks()) {
            var oldest = idle.oldest();
            if (oldest == null) {
                return Refusal.MAX_LOCKS;
            }
            forget(oldest);
        }
        var resource = new Resource(key, limit);
        resource.lastUsedMs = step.nowMs();
        resources.put(key, resource);
        idle.add(resource);
        footprint.add(Footprint.RESOURCE_BYTES + key.length());
        return null;
    }

    private void forget(Resource resource) {
        idle.remove(resource);
        resources.remove(resource.key);
        footprint.subtract(Footprint.RESOURCE_BYTES + resource.key.length());
    }

    Resource existing(String key) {
        var resource = resources.get(key);
        if (resource == null) {
            throw new IllegalStateException("no resource " + key);
        }
        return resource;
    }

    private static boolean isFree(Resource resource, Mode mode) {
        return resource.waiterCount() == 0 && resource.admits(mode);
    }

    private boolean isQueueFull(Resource resource) {
        return limits.maxWaiters() > 0 && resource.waiterCount() >= limits.maxWaiters();
    }

    private Hold grant(Resource resource, long sessionId, Mode mode, long leaseMs, long salt, Step step) {
        var hold = new Hold(resource, sessionId, mode, ++lastFence, salt, leaseMs);
        idle.remove(resource);
        resource.lastUsedMs = step.nowMs();
        resource.add(hold);
        sessions.open(sessionId).holds.add(hold);
        footprint.countHolds(1);
        restartLease(hold, leaseMs, step);
        return hold;
    }

    private void restartLease(Hold hold, long leaseMs, Step step) {
        deadlines.schedule(hold, step.nowMs() + leaseMs);
    }

    private static Outcome granted(Hold hold) {
        return new Outcome.Granted(hold.token(), hold.leaseMs, hold.fence);
    }

    private Waiter queue(Resource resource, Entry entry, Mode mode, long leaseMs, boolean reserved) {
        var session = sessions.open(entry.session());
        var waiter = new Waiter(resource, session, mode, leaseMs, entry.salt(), tickets.next(), reserved);
        idle.remove(resource);
        resource.add(waiter);
        session.waiters.add(waiter);
        footprint.countWaiters(1);
        return waiter;
    }

    private Reservation reserve(String key, Entry entry) {
        var session = sessions.open(entry.session());
        var reservation = new Reservation();
        session.expired.remove(key);
        session.reserve(key, reservation);
        return reservation;
    }

    private void awaitInQueue(Waiter waiter, long waitMs, Entry entry, Step step) {
        if (waiter.hasRequest()) {
            step.answer(entry, Refusal.INVALID);
        } else if (waitMs == 0) {
            step.answer(entry, Outcome.TIMED_OUT);
            leave(waiter);
            settle(waiter.resource, step);
        } else {
            waiter.request = entry.request();
            deadlines.schedule(waiter, step.nowMs() + waitMs);
        }
    }

    private Outcome expiredOrNever(@Nullable Session session, String key) {
        if (session == null || !session.expired.remove(key)) {
            return new Outcome.Refused(Refusal.NOT_ENQUEUED);
        }
        sessions.forgetIfEmpty(session);
        return new Outcome.Refused(Refusal.LEASE_EXPIRED);
    }

    /** Takes the hold from its resource and its session; what that makes room for is left to {@link #settle}. */
    private void end(Hold hold) {
        deadlines.cancel(hold);
        hold.resource.remove(hold);
        footprint.countHolds(-1);
        var session = sessions.find(hold.sessionId);
        if (session == null) {
            return;
        }
        session.holds.remove(hold);
        var reservation = session.reservation(hold.resource.key);
        if (reservation != null && reservation.hold == hold) {
            session.removeReservation(hold.resource.key);
        }
        sessions.forgetIfEmpty(session);
    }

    /** Takes the waiter from its queue and its session; what that makes room for is left to {@link #settle}. */
    private void leave(Waiter waiter) {
        dequeue(waiter);
        if (waiter.reserved) {
            waiter.session.removeReservation(waiter.resource.key);
        }
        sessions.forgetIfEmpty(waiter.session);
    }

    private void dequeue(Waiter waiter) {
        deadlines.cancel(waiter);
        waiter.resource.remove(waiter);
        waiter.session.waiters.remove(waiter);
        footprint.countWaiters(-1);
    }

    /** Grants from the head of the queue what fits, and notices when the resource has become idle. */
    private void settle(Resource resource, Step step) {
        for (var head = resource.firstWaiter(); head != null; head = resource.firstWaiter()) {
            if (!resource.admits(head.mode)) {
                return;
            }
            grant(head, step);
        }
        if (resource.isUnused() && !resource.idle) {
            resource.lastUsedMs = step.nowMs();
            idle.add(resource);
        }
    }

    /** Settles what a hold left behind. A leadership without a successor is announced as ended. */
    private void settleAfter(Hold ended, Step step) {
        settle(ended.resource, step);
        if (ended.mode == Mode.LEADERSHIP && !ended.resource.isLed()) {
            elections.resigned(ended.resource.key, step);
        }
    }

    private void announceGrant(Hold hold, Step step) {
        if (hold.mode == Mode.LEADERSHIP) {
            watches.announce(KeyEvent.ELECT, hold.resource.key, step);
            elections.elected(hold.resource.key, hold.sessionId, step);
        } else {
            watches.announce(KeyEvent.ACQUIRE, hold.resource.key, step);
        }
    }

    private void grant(Waiter waiter, Step step) {
        dequeue(waiter);
        if (waiter.mode == Mode.LEADERSHIP) {
            elections.failover(waiter.resource.key, step);
        }
        var hold = grant(waiter.resource, waiter.session.id, waiter.mode, waiter.leaseMs, waiter.salt, step);
        if (waiter.hasRequest()) {
            if (waiter.reserved) {
                waiter.session.removeReservation(waiter.resource.key);
            }
            step.answer(waiter, granted(hold));
            announceGrant(hold, step);
            return;
        }
        var reservation = waiter.session.reservation(waiter.resource.key);
        if (reservation == null) {
            throw new IllegalStateException("no reservation of session " + waiter.session.id + " for a waiter");
        }
        reservation.waiter = null;
        reservation.hold = hold;
    }

    private void touch(String key, Step step) {
        var resource = resources.get(key);
        if (resource != null) {
            touch(resource, step);
        }
    }

    private void touch(Resource resource, Step step) {
        resource.lastUsedMs = step.nowMs();
        if (resource.idle) {
            idle.remove(resource);
            idle.add(resource);
        }
    }
}
