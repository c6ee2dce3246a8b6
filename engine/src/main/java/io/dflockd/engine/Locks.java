package io.dflockd.engine;

import io.dflockd.engine.Tally.HoldEnd;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Locks, semaphores, read-write locks and elections: one table, one queue for each key.
 *
 * <p>What always holds: a resource never has more holders than it admits; a waiter is granted only from the head of its
 * queue, and a newcomer only past an empty queue; whenever something may have made room, the head is looked at, at once
 * or by a {@link Settlement}; a resource is in the idle list exactly while it has neither holders nor waiters.
 */
final class Locks {
    private final LimitsInForce limits;
    private final Sessions sessions;
    private final Owners owners;
    private final Deadlines deadlines;
    private final Footprint footprint;
    private final Waits waits;
    private final Chores chores;
    private final Announcements announcements;
    private final Population population;
    private final Tally tally;
    private final Tap tap;
    final Resources resources;
    final Reservations reservations;
    long lastFence;

    Locks(
            LimitsInForce limits,
            Sessions sessions,
            Owners owners,
            Deadlines deadlines,
            Footprint footprint,
            Waits waits,
            Chores chores,
            Announcements announcements,
            Population population,
            Tally tally,
            Tap tap) {
        this.limits = limits;
        this.sessions = sessions;
        this.owners = owners;
        this.deadlines = deadlines;
        this.footprint = footprint;
        this.waits = waits;
        this.chores = chores;
        this.announcements = announcements;
        this.population = population;
        this.tally = tally;
        this.tap = tap;
        resources = new Resources(limits, footprint, population, tally);
        reservations = new Reservations(footprint);
    }

    void acquire(Command.Acquire command, Step step) {
        long limit = Resource.limitFor(command.mode(), command.limit());
        endIfOverdue(command.key(), step);
        var known = resources.find(command.key());
        var refusal = resources.refusal(known, command.key(), limit);
        if (refusal != null) {
            step.answer(refusal);
            return;
        }
        if (!owners.mayHold(step.owner())) {
            step.answer(Refusal.MAX_LOCKS);
            return;
        }
        var resource = resources.open(known, command.key(), limit, step.nowMs());
        if (isFree(resource, command.mode())) {
            var asker = asker(step);
            var hold = grant(resource, asker, asker.owner, command.mode(), command.leaseMs(), step.salt(), step);
            tally.grantedAtOnce(hold);
            step.answer(granted(hold, command.inMs()));
            announcements.granted(hold, step);
        } else if (isQueueFull(resource)) {
            resource.warm(step.nowMs());
            tally.refused(Tally.Limit.WAITERS);
            step.answer(Refusal.MAX_WAITERS);
        } else if (command.waitMs() == 0) {
            resource.warm(step.nowMs());
            step.answer(Outcome.TIMED_OUT);
        } else if (!owners.mayWait(step.owner())) {
            step.answer(Refusal.MAX_WAITERS);
        } else {
            var waiter = queue(resource, command.mode(), command.leaseMs(), false, step);
            waiter.inMs = command.inMs();
            waits.enter(waiter, step.request(), step.after(command.waitMs()));
        }
    }

    void enqueue(Command.Enqueue command, Step step) {
        var key = command.key();
        endIfOverdue(key, step);
        if (reservations.has(step.asker(), key)) {
            step.answer(Refusal.ALREADY_ENQUEUED);
            return;
        }
        long limit = Resource.limitFor(command.mode(), command.limit());
        var known = resources.find(key);
        var refusal = resources.refusal(known, key, limit);
        if (refusal != null) {
            step.answer(refusal);
            return;
        }
        if (!owners.mayHold(step.owner())) {
            step.answer(Refusal.MAX_LOCKS);
            return;
        }
        var resource = resources.open(known, key, limit, step.nowMs());
        if (isFree(resource, command.mode())) {
            var asker = asker(step);
            var hold = grant(resource, asker, asker.owner, command.mode(), command.leaseMs(), step.salt(), step);
            tally.grantedAtOnce(hold);
            reservations.add(asker, key, new Reservation.Held(hold, true));
            step.answer(
                    new Outcome.GrantedAtOnce(key, hold.token(), hold.leaseMs, hold.fence, command.inMs()));
            announcements.granted(hold, step);
        } else if (isQueueFull(resource)) {
            tally.refused(Tally.Limit.WAITERS);
            step.answer(Refusal.MAX_WAITERS);
        } else if (!owners.mayWait(step.owner())) {
            step.answer(Refusal.MAX_WAITERS);
        } else {
            var waiter = queue(resource, command.mode(), command.leaseMs(), true, step);
            reservations.add(asker(step), key, new Reservation.Queued(waiter));
            step.answer(Outcome.QUEUED);
        }
    }

    void await(Command.Await command, Step step) {
        endIfOverdue(command.key(), step);
        resources.touch(command.key(), step.nowMs());
        var session = step.asker();
        var reservation = session == null ? null : session.reservation(command.key());
        if (session == null || reservation == null) {
            step.answer(expiredOrNever(session, command.key()));
            return;
        }
        switch (reservation) {
            case Reservation.Queued queued -> awaitInQueue(queued.waiter(), command, step);
            case Reservation.Held held -> {
                reservations.remove(session, command.key());
                restartLease(held.hold(), held.hold().leaseMs, step);
                step.answer(granted(held.hold(), command.inMs()));
                announcements.granted(held.hold(), step);
            }
        }
    }

    void release(Command.Release command, Step step, boolean justExpired) {
        var resource = resources.touch(command.key(), step.nowMs());
        var hold = holdOf(resource, command.token(), justExpired, step);
        if (hold == null) {
            return;
        }
        end(hold, HoldEnd.RELEASED, step);
        step.answer(Outcome.DONE);
        if (command.resign()) {
            announcements.resigned(command.key(), step);
            settle(hold.resource, step);
        } else {
            announcements.released(command.key(), step);
            settleAfter(hold, step);
        }
    }

    void renew(Command.Renew command, Step step, boolean justExpired) {
        var resource = resources.touch(command.key(), step.nowMs());
        var hold = holdOf(resource, command.token(), justExpired, step);
        if (hold != null) {
            restartLease(hold, command.leaseMs(), step);
            tally.renewed(Tally.Renewal.OK);
            step.answer(new Outcome.Renewed(command.leaseMs(), hold.fence, command.inMs()));
        }
    }

    void keep(Command.Keep command, Step step, boolean justExpired) {
        var resource = resources.touch(command.key(), step.nowMs());
        var hold = holdOf(resource, command.token(), justExpired, step);
        if (hold != null) {
            leaveSession(hold);
            hold.leaseMs = command.leaseMs();
            restartLease(hold, command.leaseMs(), step);
            step.answer(new Outcome.Renewed(command.leaseMs(), hold.fence, command.inMs()));
        }
    }

    void downgrade(Command.Downgrade command, Step step, boolean justExpired) {
        var resource = resources.touch(command.key(), step.nowMs());
        var hold = holdOf(resource, command.token(), justExpired, step);
        if (hold == null) {
            return;
        }
        if (hold.mode != Mode.WRITE) {
            step.answer(Refusal.INVALID);
            return;
        }
        population.ended(hold);
        hold.mode = Mode.READ;
        population.granted(hold);
        hold.leaseMs = command.leaseMs();
        restartLease(hold, command.leaseMs(), step);
        step.answer(new Outcome.Downgraded(hold.token(), hold.leaseMs, hold.fence, command.inMs()));
        settle(hold.resource, step);
    }

    void revoke(Command.Revoke command, Step step) {
        var resource = resources.find(command.key());
        var hold = resource == null ? null : resource.holder(command.fence());
        if (hold == null) {
            step.answer(Refusal.INVALID);
            return;
        }
        step.answer(Outcome.DONE);
        announcements.lost(hold, true, step);
        end(hold, HoldEnd.REVOKED, step);
        announcements.released(command.key(), step);
        settleAfter(hold, step);
    }

    /** Whether anybody holds the key, in whatever way. */
    boolean isHeld(String key) {
        var resource = resources.find(key);
        return resource != null && resource.holderCount() > 0;
    }

    /** The hold that this token proves; null where there is none, because it never was or has ended. */
    @Nullable
    Hold find(String key, String text) {
        return find(resources.find(key), text);
    }

    private static @Nullable Hold find(@Nullable Resource resource, String text) {
        var token = resource == null ? null : Token.parse(text);
        if (token == null || resource == null) {
            return null;
        }
        var hold = resource.holder(token.fence());
        return hold != null && token.proves(hold) ? hold : null;
    }

    /** The lease ran out. */
    void expire(Hold hold, Step step) {
        var session = hold.session;
        if (session != null && session.isOpen() && Reservations.isReserved(session, hold)) {
            reservations.addExpired(session, hold.resource.key);
        }
        announcements.lost(hold, false, step);
        tally.expired(step.nowMs() - hold.deadlineMs);
        end(hold, HoldEnd.EXPIRED, step);
        announcements.released(hold.resource.key, step);
        settleAfter(hold, step);
    }

    /** The time to wait ran out. */
    void expire(Waiter waiter, Step step) {
        waiter.resource.warm(step.nowMs());
        step.answer(waiter, Outcome.TIMED_OUT);
        leave(waiter);
        settle(waiter.resource, step);
    }

    /** A grant that never reached whom it was for, or may not have reached the session that it is still the hold of. */
    @SuppressWarnings("ReferenceEquality") // which session it is
    void takeBack(String key, String token, @Nullable Session of, Step step) {
        var hold = find(key, token);
        if (hold != null && (of == null || hold.session == of)) {
            end(hold, HoldEnd.SESSION, step);
            announcements.released(key, step);
            settleAfter(hold, step);
        }
    }

    /** The session of these holds of one resource is ending. Without release they stay, but for those nobody knows of. */
    void endAll(Session session, List<Hold> holds, Step step) {
        var ended = new ArrayList<Hold>(holds.size());
        for (var hold : holds) {
            boolean released = limits.now().releasesOnEnd() && session.phase != Session.Phase.LEAVING_HOLDS;
            if (released || Reservations.isUnknown(session, hold)) {
                end(hold, HoldEnd.SESSION, step);
                ended.add(hold);
            } else {
                leaveSession(hold);
            }
        }
        if (!ended.isEmpty()) {
            var last = ended.getFirst();
            announcements.released(last.resource.key, step);
            settleAfter(last, step);
        }
    }

    /** Refuses the session's waiting requests. Its holds, and places that nobody waits at, stay. False if there is more. */
    boolean drain(Session session, Step step) {
        var waiting = new ArrayList<Waiter>();
        for (var waiter : session.waiters.all()) {
            if (waiting.size() >= step.left()) {
                break;
            }
            if (waiter.hasRequest()) {
                waiting.add(waiter);
            }
        }
        for (var waiter : waiting) {
            // One that left before may have made room for this one.
            if (waiter.hasRequest()) {
                step.answer(waiter, new Outcome.Refused(Refusal.DRAINING));
                leave(waiter);
                settle(waiter.resource, step);
            }
            step.spend();
        }
        return !step.isSpent() || session.waiters.isEmpty();
    }

    /** The request waits no more and is not answered. Its place goes with it, unless an enqueue took that before. */
    void forget(Waiter waiter, Step step) {
        if (waiter.reserved) {
            waits.leave(waiter);
        } else {
            leave(waiter);
            settle(waiter.resource, step);
        }
    }

    /** Takes the waiter from its queue and its session; what that makes room for is left to {@link #settle}. */
    void leave(Waiter waiter) {
        tap.left(waiter);
        dequeue(waiter);
        if (waiter.reserved) {
            reservations.remove(waiter.session, waiter.resource.key);
        }
        sessions.forgetIfEmpty(waiter.session);
    }

    /** Grants from the head of the queue what fits, and notices when the resource has become idle. */
    void settle(Resource resource, Step step) {
        for (var head = resource.firstWaiter(); head != null; head = resource.firstWaiter()) {
            boolean heard = head.isHeard();
            if (heard && !resource.admits(head.mode)) {
                return;
            }
            if (step.isSpent()) {
                if (resource.settlement == null) {
                    chores.add(new Settlement(resource, this));
                }
                return;
            }
            step.spend();
            if (heard && !owners.mayHold(head.owner)) {
                refuse(head, step);
            } else if (heard) {
                grant(head, step);
            } else if (head.reserved && head.session.isOpen()) {
                waits.leave(head); // only who waited there is gone
            } else {
                leave(head);
            }
        }
        if (resource.settlement != null) {
            // There is nothing left to settle, and a resource that nobody uses may be forgotten.
            chores.remove(resource.settlement);
            resource.settlement = null;
        }
        resources.idleIfUnused(resource, step.nowMs());
    }

    /** Its turn has come, but whom it counts for holds as much as it may. A place that nobody waits at is lost. */
    private void refuse(Waiter waiter, Step step) {
        if (waiter.hasRequest()) {
            step.answer(waiter, new Outcome.Refused(Refusal.MAX_LOCKS));
        } else {
            reservations.addExpired(waiter.session, waiter.resource.key);
        }
        leave(waiter);
    }

    private Session asker(Step step) {
        var asker = step.asker();
        if (asker == null) {
            asker = sessions.open(step.sessionId());
            step.askedBy(asker);
        }
        return asker;
    }

    /**
     * The hold that the action proves with its token; where there is none, the action is answered. A lease that ran out
     * in this very step is told apart from one that was never there.
     */
    private @Nullable Hold holdOf(@Nullable Resource resource, String token, boolean justExpired, Step step) {
        var hold = find(resource, token);
        boolean overdue = hold != null && hold.deadlineMs <= step.nowMs();
        if (hold != null && overdue) {
            expire(hold, step);
        }
        if (hold == null || overdue) {
            boolean expired = justExpired || overdue;
            if (step.action().command() instanceof Command.Renew) {
                tally.renewed(expired ? Tally.Renewal.EXPIRED : Tally.Renewal.UNKNOWN);
            }
            step.answer(expired ? Refusal.LEASE_EXPIRED : Refusal.INVALID);
            return null;
        }
        return hold;
    }

    /** Where so much is due that it has not been worked off yet, nobody must find what has ended. */
    private void endIfOverdue(String key, Step step) {
        if (deadlines.nextMs() > step.nowMs()) {
            return;
        }
        var resource = resources.find(key);
        endIfOverdue(resource == null ? null : resource.soleHolder(), step);
        var asker = step.asker();
        if (asker != null && asker.reservation(key) instanceof Reservation.Held held) {
            endIfOverdue(held.hold(), step);
        }
    }

    private void endIfOverdue(@Nullable Hold hold, Step step) {
        if (hold != null && hold.deadlineMs <= step.nowMs()) {
            expire(hold, step);
            // That may have been all that the one who asks had.
            step.askedBy(sessions.find(step.sessionId()));
        }
    }

    private static boolean isFree(Resource resource, Mode mode) {
        return resource.waiterCount() == 0 && resource.admits(mode);
    }

    private boolean isQueueFull(Resource resource) {
        return limits.now().maxWaiters() > 0 && resource.waiterCount() >= limits.now().maxWaiters();
    }

    private Hold grant(
            Resource resource,
            Session session,
            @Nullable Owner owner,
            Mode mode,
            long leaseMs,
            long salt,
            Step step) {
        var hold = new Hold(resource, session, owner, mode, ++lastFence, salt, leaseMs, step.nowMs());
        resources.use(resource, step.nowMs());
        resource.warm(step.nowMs());
        resource.add(hold);
        session.holds.link(hold);
        footprint.count(Footprint.Thing.HOLD, 1);
        owners.countHold(owner, 1);
        population.granted(hold);
        tap.granted(hold);
        restartLease(hold, leaseMs, step);
        return hold;
    }

    private void restartLease(Hold hold, long leaseMs, Step step) {
        deadlines.schedule(hold, step.after(leaseMs));
    }

    private static Outcome granted(Hold hold, boolean inMs) {
        return new Outcome.Granted(hold.resource.key, hold.token(), hold.leaseMs, hold.fence, inMs);
    }

    private Waiter queue(Resource resource, Mode mode, long leaseMs, boolean reserved, Step step) {
        var session = asker(step);
        var waiter = new Waiter(
                resource, session, mode, leaseMs, step.salt(), waits.nextTicket(), step.nowMs(), reserved);
        resources.use(resource, step.nowMs());
        resource.add(waiter);
        session.waiters.add(waiter);
        footprint.count(Footprint.Thing.WAITER, 1);
        waiter.owner = session.owner;
        owners.countWaiter(waiter.owner, 1);
        population.queued(waiter);
        tap.queued(waiter);
        return waiter;
    }

    private void awaitInQueue(Waiter waiter, Command.Await command, Step step) {
        if (waiter.hasRequest()) {
            step.answer(Refusal.INVALID);
        } else if (command.waitMs() == 0) {
            waiter.resource.warm(step.nowMs());
            step.answer(Outcome.TIMED_OUT);
            leave(waiter);
            settle(waiter.resource, step);
        } else {
            waiter.inMs = command.inMs();
            waits.enter(waiter, step.request(), step.after(command.waitMs()));
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
    private void end(Hold hold, HoldEnd how, Step step) {
        tally.ended(hold, how, step.nowMs());
        tap.ended(hold, how);
        population.ended(hold);
        deadlines.cancel(hold);
        hold.resource.remove(hold);
        footprint.count(Footprint.Thing.HOLD, -1);
        owners.countHold(hold.owner, -1);
        leaveSession(hold);
    }

    private void leaveSession(Hold hold) {
        var session = hold.session;
        if (session != null) {
            hold.session = null;
            session.holds.unlink(hold);
            reservations.remove(session, hold);
            sessions.forgetIfEmpty(session);
        }
    }

    private void dequeue(Waiter waiter) {
        waits.leave(waiter);
        waiter.resource.remove(waiter);
        waiter.session.waiters.remove(waiter);
        footprint.count(Footprint.Thing.WAITER, -1);
        owners.countWaiter(waiter.owner, -1);
        population.left(waiter);
    }

    /** Settles what a hold left behind. A leadership without a successor is announced as ended. */
    private void settleAfter(Hold ended, Step step) {
        settle(ended.resource, step);
        if (ended.mode == Mode.LEADERSHIP && !ended.resource.isLed()) {
            announcements.leaderless(ended.resource.key, step);
        }
    }

    private void grant(Waiter waiter, Step step) {
        long request = waiter.request;
        boolean inMs = waiter.inMs;
        var session = waiter.session;
        var resource = waiter.resource;
        if (waiter.mode == Mode.LEADERSHIP) {
            announcements.failover(resource.key, step);
        }
        var owner = waiter.owner;
        owners.refer(owner);
        dequeue(waiter);
        var hold = grant(resource, session, owner, waiter.mode, waiter.leaseMs, waiter.salt, step);
        owners.forgo(owner);
        tally.grantedAfter(step.nowMs() - waiter.sinceMs, hold);
        if (request == Waiting.NO_REQUEST) {
            session.reserve(resource.key, new Reservation.Held(hold, false));
            return;
        }
        if (waiter.reserved) {
            reservations.remove(session, resource.key);
        }
        step.answer(session, request, granted(hold, inMs));
        announcements.granted(hold, step);
    }
}
