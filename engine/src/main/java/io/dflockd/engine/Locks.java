package io.dflockd.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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
    final Resources resources;
    final Reservations reservations;
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
        resources = new Resources(limits, footprint);
        reservations = new Reservations(sessions, footprint);
    }

    void acquire(Command.Acquire command, Entry entry, Step step) {
        long limit = Resource.limitFor(command.mode(), command.limit());
        var refusal = resources.refusal(command.key(), limit);
        if (refusal != null) {
            step.answer(entry, refusal);
            return;
        }
        var resource = resources.open(command.key(), limit, step.nowMs());
        if (isFree(resource, command.mode())) {
            var hold = grant(resource, entry.session(), command.mode(), command.leaseMs(), entry.salt(), step);
            step.answer(entry, granted(hold));
            announceGrant(hold, step);
        } else if (isQueueFull(resource)) {
            step.answer(entry, Refusal.MAX_WAITERS);
        } else if (command.waitMs() == 0) {
            step.answer(entry, Outcome.TIMED_OUT);
        } else {
            var waiter = queue(resource, entry, command.mode(), command.leaseMs(), false, step);
            waiter.request = entry.request();
            deadlines.schedule(waiter, step.after(command.waitMs()));
        }
    }

    void enqueue(Command.Enqueue command, Entry entry, Step step) {
        var key = command.key();
        if (reservations.has(entry.session(), key)) {
            step.answer(entry, Refusal.ALREADY_ENQUEUED);
            return;
        }
        long limit = Resource.limitFor(command.mode(), command.limit());
        var refusal = resources.refusal(key, limit);
        if (refusal != null) {
            step.answer(entry, refusal);
            return;
        }
        var resource = resources.open(key, limit, step.nowMs());
        if (isFree(resource, command.mode())) {
            var hold = grant(resource, entry.session(), command.mode(), command.leaseMs(), entry.salt(), step);
            reservations.add(entry.session(), key, new Reservation.Held(hold, true));
            step.answer(entry, new Outcome.GrantedAtOnce(hold.token(), hold.leaseMs, hold.fence));
            announceGrant(hold, step);
        } else if (isQueueFull(resource)) {
            step.answer(entry, Refusal.MAX_WAITERS);
        } else {
            var waiter = queue(resource, entry, command.mode(), command.leaseMs(), true, step);
            reservations.add(entry.session(), key, new Reservation.Queued(waiter));
            step.answer(entry, Outcome.QUEUED);
        }
    }

    void await(Command.Await command, Entry entry, Step step) {
        resources.touch(command.key(), step.nowMs());
        var session = sessions.find(entry.session());
        var reservation = session == null ? null : session.reservation(command.key());
        if (session == null || reservation == null) {
            step.answer(entry, expiredOrNever(session, command.key()));
            return;
        }
        switch (reservation) {
            case Reservation.Queued(var waiter) -> awaitInQueue(waiter, command.waitMs(), entry, step);
            case Reservation.Held(var hold, _) -> {
                session.removeReservation(command.key());
                restartLease(hold, hold.leaseMs, step);
                step.answer(entry, granted(hold));
                announceGrant(hold, step);
            }
        }
    }

    void release(Command.Release command, Entry entry, Step step, boolean justExpired) {
        resources.touch(command.key(), step.nowMs());
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
        resources.touch(command.key(), step.nowMs());
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
        var resource = resources.find(key);
        return resource != null && resource.holderCount() > 0;
    }

    /** The hold that this token proves; null where there is none, because it never was or has ended. */
    @Nullable
    Hold find(String key, String text) {
        var token = Token.parse(text);
        var resource = resources.find(key);
        if (token == null || resource == null) {
            return null;
        }
        var hold = resource.holder(token.fence());
        return hold != null && token.proves(hold) ? hold : null;
    }

    /** The lease ran out. */
    void expire(Hold hold, Step step) {
        var session = sessions.find(hold.sessionId);
        if (session != null && Reservations.isReserved(session, hold)) {
            reservations.addExpired(session, hold.resource.key);
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

    /**
     * Ends all that the session has here. All its waiters leave first, so that none gets what another of them or a hold
     * makes room for.
     *
     * @param keepHolds leaves the holds to their leases, except those whose token nobody has been told
     */
    void end(Session session, boolean keepHolds, Step step) {
        var left = new LinkedHashSet<Resource>();
        for (var waiter : List.copyOf(session.waiters.all())) {
            leave(waiter);
            left.add(waiter.resource);
        }
        left.forEach(resource -> settle(resource, step));
        holdsToEnd(session, keepHolds).forEach((resource, holds) -> release(resource, holds, step));
        reservations.forgetExpired(session);
    }

    /** Refuses all waiting requests. Holds, and places that nobody waits at, stay. */
    void drain(Step step) {
        for (var resource : resources.all()) {
            for (var waiter : List.copyOf(resource.waiters())) {
                if (waiter.hasRequest()) {
                    step.answer(waiter, new Outcome.Refused(Refusal.DRAINING));
                    leave(waiter);
                }
            }
            settle(resource, step);
        }
    }

    /** The request waits no more. Its place goes with it, unless an enqueue took that before. */
    void cancel(Waiter waiter, Step step) {
        if (waiter.reserved) {
            deadlines.cancel(waiter);
            waiter.request = Waiting.NO_REQUEST;
        } else {
            leave(waiter);
            settle(waiter.resource, step);
        }
    }

    private static Map<Resource, List<Hold>> holdsToEnd(Session session, boolean keepHolds) {
        var toEnd = new LinkedHashMap<Resource, List<Hold>>();
        var holds = keepHolds ? unknownHolds(session) : session.holds.all();
        for (var hold : holds) {
            toEnd.computeIfAbsent(hold.resource, _ -> new ArrayList<>(1)).add(hold);
        }
        return toEnd;
    }

    /** The holds that were granted in the background and whose token was never asked for. */
    private static List<Hold> unknownHolds(Session session) {
        var unknown = new ArrayList<Hold>();
        for (var reservation : session.reservations().values()) {
            if (reservation instanceof Reservation.Held(var hold, boolean tokenKnown) && !tokenKnown) {
                unknown.add(hold);
            }
        }
        return unknown;
    }

    /** Ends several holds of one session; watchers are told once. */
    private void release(Resource resource, List<Hold> holds, Step step) {
        holds.forEach(this::end);
        watches.announce(KeyEvent.RELEASE, resource.key, step);
        settleAfter(holds.getFirst(), step);
    }

    private static boolean isFree(Resource resource, Mode mode) {
        return resource.waiterCount() == 0 && resource.admits(mode);
    }

    private boolean isQueueFull(Resource resource) {
        return limits.maxWaiters() > 0 && resource.waiterCount() >= limits.maxWaiters();
    }

    private Hold grant(Resource resource, long sessionId, Mode mode, long leaseMs, long salt, Step step) {
        var hold = new Hold(resource, sessionId, mode, ++lastFence, salt, leaseMs);
        resources.use(resource, step.nowMs());
        resource.add(hold);
        sessions.open(sessionId).holds.add(hold);
        footprint.countHolds(1);
        restartLease(hold, leaseMs, step);
        return hold;
    }

    private void restartLease(Hold hold, long leaseMs, Step step) {
        deadlines.schedule(hold, step.after(leaseMs));
    }

    private static Outcome granted(Hold hold) {
        return new Outcome.Granted(hold.token(), hold.leaseMs, hold.fence);
    }

    private Waiter queue(Resource resource, Entry entry, Mode mode, long leaseMs, boolean reserved, Step step) {
        var session = sessions.open(entry.session());
        var waiter = new Waiter(resource, session, mode, leaseMs, entry.salt(), tickets.next(), reserved);
        resources.use(resource, step.nowMs());
        resource.add(waiter);
        session.waiters.add(waiter);
        footprint.countWaiters(1);
        return waiter;
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
            deadlines.schedule(waiter, step.after(waitMs));
        }
    }

    private Outcome expiredOrNever(@Nullable Session session, String key) {
        if (session == null || !reservations.takeExpired(session, key)) {
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
        reservations.remove(session, hold);
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
        resources.idleIfUnused(resource, step.nowMs());
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
        if (!waiter.hasRequest()) {
            waiter.session.reserve(waiter.resource.key, new Reservation.Held(hold, false));
            return;
        }
        if (waiter.reserved) {
            waiter.session.removeReservation(waiter.resource.key);
        }
        step.answer(waiter, granted(hold));
        announceGrant(hold, step);
    }
}
