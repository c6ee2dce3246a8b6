package io.dflockd.engine;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state machine: applies entries, one after another, and reports their effects. Equal histories give equal engines.
 * Not thread-safe.
 */
public final class Engine {
    private static final long NEVER = Long.MAX_VALUE;

    private final EngineLimits limits;
    final Deadlines deadlines = new Deadlines();
    final Sessions sessions = new Sessions();
    final Tickets tickets = new Tickets();
    final Footprint footprint;
    final Subscriptions subscriptions;
    final Topics topics;
    final Watches watches;
    final Elections elections;
    final Locks locks;
    final Counters counters;
    final Values values;
    final Lists lists;
    final Barriers barriers;
    long nowMs;
    long nextGcMs = NEVER;

    /** An empty engine whose first grant gets the fence after {@code lastFence}. */
    public Engine(EngineLimits limits, long lastFence) {
        this.limits = limits;
        footprint = new Footprint(limits.maxBytes());
        subscriptions = new Subscriptions(limits, sessions, footprint);
        topics = new Topics(sessions, subscriptions, tickets);
        watches = new Watches(sessions, subscriptions, tickets);
        elections = new Elections(sessions, subscriptions, tickets);
        locks = new Locks(limits, sessions, deadlines, footprint, tickets, watches, elections);
        locks.lastFence = lastFence;
        var budget = new KeyBudget(limits.maxKeys(), footprint);
        counters = new Counters(limits, budget, watches);
        values = new Values(budget, footprint, deadlines, tickets, watches);
        lists = new Lists(limits, budget, footprint, sessions, deadlines, tickets, watches);
        barriers = new Barriers(budget, footprint, sessions, deadlines, tickets);
    }

    /**
     * Lets everything happen that is due at the entry's time, in the order in which it became due, and then what the
     * entry says. The effects come before this returns: in the order of the decisions, and each request's answer once, now
     * or in a later entry, unless {@link Command.EndSession} comes first. {@link Command.Tick}, {@link Command.EndSession},
     * {@link Command.Drain} and {@link Command.PutBack} are not answered.
     */
    public void apply(Entry entry, Effects effects) {
        nowMs = Math.max(nowMs, entry.timeMs());
        var step = new Step(nowMs, effects);
        boolean justExpired = presentsExpiringToken(entry.command());
        expire(step);
        switch (entry.command()) {
            case Command.Tick _ -> {} // only moves the time on, which is done above
            case Command.EndSession command -> endSession(entry.session(), command.keepHolds(), step);
            case Command.Drain _ -> drain(step);
            case Command.Cancel command -> cancel(command, entry, step);
            case Command.GiveUp command -> giveUp(command, entry, step);
            case Command.Acquire command -> locks.acquire(command, entry, step);
            case Command.Enqueue command -> locks.enqueue(command, entry, step);
            case Command.Await command -> locks.await(command, entry, step);
            case Command.Release command -> locks.release(command, entry, step, justExpired);
            case Command.Renew command -> locks.renew(command, entry, step, justExpired);
            case Command.Increment command -> counters.increment(command, entry, step);
            case Command.Decrement command -> counters.decrement(command, entry, step);
            case Command.GetCounter command -> counters.get(command, entry, step);
            case Command.SetCounter command -> counters.set(command, entry, step);
            case Command.SetValue command -> values.set(command, entry, step);
            case Command.GetValue command -> values.get(command, entry, step);
            case Command.DeleteValue command -> values.delete(command, entry, step);
            case Command.SwapValue command -> values.swap(command, entry, step);
            case Command.Push command -> lists.push(command, entry, step);
            case Command.PutBack command -> lists.putBack(command, step);
            case Command.Pop command -> lists.pop(command, entry, step);
            case Command.BlockingPop command -> lists.pop(command, entry, step);
            case Command.ListLength command -> lists.length(command, entry, step);
            case Command.ListRange command -> lists.range(command, entry, step);
            case Command.Listen command -> topics.listen(command, entry, step);
            case Command.Unlisten command -> topics.unlisten(command, entry, step);
            case Command.Signal command -> topics.signal(command, entry, step);
            case Command.Watch command -> watches.watch(command, entry, step);
            case Command.Unwatch command -> watches.unwatch(command, entry, step);
            case Command.AwaitBarrier command -> barriers.await(command, entry, step);
            case Command.Observe command -> elections.observe(command, entry, locks.isHeld(command.key()), step);
            case Command.Unobserve command -> elections.unobserve(command, entry, step);
        }
        scheduleGc();
    }

    /** When the next {@link Command.Tick} is wanted, in the entries' time; {@link Long#MAX_VALUE} for never. */
    public long nextDeadlineMs() {
        return Math.min(deadlines.nextMs(), nextGcMs);
    }

    /**
     * Whether the session holds something, waits for something or listens to something. A session that does not may still
     * be remembered, for a reservation that ran out, so it needs its {@link Command.EndSession} like any other.
     */
    public boolean isOwner(long session) {
        var owner = sessions.find(session);
        return owner != null && owner.ownsAnything();
    }

    /** The number that the latest grant got. */
    public long lastFence() {
        return locks.lastFence;
    }

    /** The engine's own estimate of the size of its state. */
    public long bytes() {
        return footprint.bytes();
    }

    /**
     * What there is, for people to look at, as of the latest entry: give a {@link Command.Tick} first if that may be long
     * ago. Walks the whole state.
     *
     * @param maxRows the most rows of each kind, 0 or more
     */
    public Inventory inventory(int maxRows) {
        return Inventory.of(this, maxRows);
    }

    /** How much there is of everything. Costs nothing, whatever the size of the state. */
    public Census census() {
        return new Census(
                locks.resources.all().size(),
                locks.resources.idleCount(),
                footprint.holds(),
                footprint.waiters(),
                counters.all().size(),
                values.all().size(),
                lists.all().size(),
                footprint.poppers(),
                barriers.all().size(),
                footprint.participants(),
                footprint.subscriptions(),
                sessions.count(),
                footprint.bytes(),
                locks.lastFence);
    }

    /** Writes the whole state. Equal engines write equal bytes. */
    public void writeSnapshot(DataOutput out) throws IOException {
        Snapshot.write(this, out);
    }

    /** Reads what {@link #writeSnapshot} wrote; the limits must be those of the engine that wrote it. */
    public static Engine readSnapshot(EngineLimits limits, DataInput in) throws IOException {
        return Snapshot.read(limits, in);
    }

    private boolean presentsExpiringToken(Command command) {
        if (deadlines.nextMs() > nowMs) {
            return false;
        }
        var hold = switch (command) {
            case Command.Release release -> locks.find(release.key(), release.token());
            case Command.Renew renew -> locks.find(renew.key(), renew.token());
            default -> null;
        };
        return hold != null && hold.deadlineMs <= nowMs;
    }

    private void expire(Step step) {
        @Nullable Timed due;
        while ((due = deadlines.pollDue(nowMs)) != null) {
            expire(due, step);
        }
        if (nowMs >= nextGcMs) {
            locks.resources.collectIdle(nowMs);
            counters.collectIdle(nowMs);
            nextGcMs = NEVER;
        }
    }

    private void expire(Timed due, Step step) {
        switch (due) {
            case Hold hold -> locks.expire(hold, step);
            case Waiter waiter -> locks.expire(waiter, step);
            case StoredValue value -> values.expire(value, step);
            case Popper popper -> lists.expire(popper, step);
            case Participant participant -> barriers.expire(participant, step);
        }
    }

    private void scheduleGc() {
        if (nextGcMs == NEVER && (locks.resources.hasIdle() || counters.hasIdle())) {
            nextGcMs = nowMs + limits.gcIntervalMs();
        }
    }

    /** Subscriptions go first, so that a session is told nothing of its own end; waiters go before holds. */
    private void endSession(long id, boolean keepHolds, Step step) {
        var session = sessions.find(id);
        if (session == null) {
            return;
        }
        for (var subscription : List.copyOf(session.subscriptions.all())) {
            switch (subscription.kind()) {
                case LISTENER -> topics.remove(session, subscription);
                case WATCH -> watches.remove(session, subscription);
                case OBSERVER -> elections.remove(session, subscription);
            }
        }
        lists.end(session);
        barriers.end(session, step);
        locks.end(session, keepHolds, step);
        sessions.forget(session);
    }

    private void cancel(Command.Cancel command, Entry entry, Step step) {
        switch (deadlines.waiting(entry.session(), command.request())) {
            case Waiter waiter -> locks.cancel(waiter, step);
            case Popper popper -> lists.leave(popper);
            case Participant participant -> barriers.cancel(participant, step);
            case null -> {} // it was decided before, and its answer is on its way
        }
    }

    private void giveUp(Command.GiveUp command, Entry entry, Step step) {
        var waiting = deadlines.waiting(entry.session(), command.request());
        if (waiting != null) {
            expire(waiting, step);
        }
    }

    private void drain(Step step) {
        locks.drain(step);
        lists.drain(step);
        barriers.drain(step);
    }
}
