package io.dflockd.service.driver;

import io.dflockd.engine.Action;
import io.dflockd.engine.Command;
import io.dflockd.engine.Effects;
import io.dflockd.engine.Engine;
import io.dflockd.engine.Inventory;
import io.dflockd.engine.InventoryWalk;
import io.dflockd.engine.Outcome;
import io.dflockd.engine.Refusal;
import io.dflockd.protocol.Tag;
import io.dflockd.service.session.Caller;
import io.dflockd.service.session.Receiver;
import io.dflockd.service.session.Replies;
import io.dflockd.service.session.SessionDesk;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives the engine what it may not fetch, time and random numbers, and has done what it wants done. The thread that read
 * a request applies it itself, under one lock: handing it to another thread would cost more than the work.
 *
 * <p>Effects are carried out when the engine is done, but before the lock is given up, so that the lines of a connection
 * stand in the order in which they were decided; whoever called wakes the connections afterwards. What goes wrong there
 * ends one connection. What goes wrong in the engine is the end: its state may be half changed, so nothing is applied any
 * more.
 */
public final class EngineDriver {
    private static final long NO_SALT = 0;
    private static final long NANOS_PER_MS = 1_000_000;
    private static final long NEVER = Long.MAX_VALUE;
    private static final Command DRAINING = new Command.Refuse(Refusal.DRAINING);
    /** Between two slices of a walk others have the engine. */
    private static final long PAUSE_NANOS = 20_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Engine engine;
    private final SessionDesk desk;
    private final Effects effects = new Effects();
    private final Alarm alarm;
    private final LongSupplier nanoTime;
    private final LongSupplier salts;
    private final Consumer<Throwable> broken;
    private final long startedAt;
    private long nextTickMs = NEVER;
    private Alarm.@Nullable Planned nextTick;
    private volatile boolean draining;
    private boolean failed;

    /**
     * Takes the engine over.
     *
     * @param salts unguessable numbers, drawn with the lock held
     * @param broken is told once when the engine failed, with the lock held; the process must end
     */
    public EngineDriver(
            Engine engine,
            Replies replies,
            LongSupplier nanoTime,
            LongSupplier salts,
            Alarm alarm,
            Consumer<Throwable> broken) {
        this.engine = engine;
        this.desk = new SessionDesk(engine, replies);
        this.nanoTime = nanoTime;
        this.salts = salts;
        this.alarm = alarm;
        this.broken = broken;
        this.startedAt = nanoTime.getAsLong();
    }

    /** Somebody who speaks for a new session without a name. */
    public Caller open(Receiver receiver) {
        lock.lock();
        try {
            return desk.open(receiver);
        } finally {
            lock.unlock();
        }
    }

    /** Lets the engine apply the command of a request that is not numbered. It is answered now or later. */
    public void submit(Caller caller, String tag, Command command) {
        lock.lock();
        try {
            if (caller.isEnded()) {
                return;
            }
            if (!tag.isEmpty() && !caller.canTag(tag)) {
                caller.receiver().reply(tag, Replies.ERROR);
                return;
            }
            long request = caller.begin(tag);
            apply(action(caller, request, 0, admitted(command)));
            caller.leaveOpen();
        } finally {
            lock.unlock();
        }
    }

    /** Lets the engine apply the command of a numbered request. */
    public void submit(Caller caller, long number, long received, Command command) {
        lock.lock();
        try {
            if (!caller.isEnded()) {
                apply(action(caller, number, received, number > 0 ? admitted(command) : command));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets the engine apply something that is not answered. */
    public void tell(Caller caller, long received, Command command) {
        submit(caller, 0, received, command);
    }

    /** Has the connection speak for the session of this name, of which it has received so many answers. */
    public void attach(Caller caller, String name, long graceMs, long received) {
        lock.lock();
        try {
            if (!caller.isEnded()) {
                long request = caller.begin(Tag.NONE);
                var attach = new Command.Attach(desk.nextNumber(), name, graceMs);
                apply(action(caller, request, received, admitted(attach)));
                caller.leaveOpen();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends the wait of one tagged request. Each of the two gets its answer; that of one that was decided stands. */
    public void cancel(Caller caller, String tag, String cancelled) {
        lock.lock();
        try {
            if (!caller.isEnded()) {
                long request = caller.begin(tag);
                apply(action(caller, request, 0, admitted(new Command.Cancel(caller.waiting(cancelled)))));
                caller.leaveOpen();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The connection is gone. What it alone could have received goes on to others or back. */
    public void disconnected(Caller caller) {
        lock.lock();
        try {
            var undelivered = new ArrayList<Outcome>();
            caller.receiver().unsent().forEach(precious -> undelivered.add(precious.outcome()));
            long missed = caller.isNamed() ? caller.receiver().unsentPushes() : 0;
            desk.close(caller);
            apply(action(caller, 0, 0, new Command.Detach(undelivered, missed)));
        } finally {
            lock.unlock();
        }
    }

    /** Gives the caller some of the answers that it was too congested for. Returns whether there are more. */
    public boolean catchUp(Caller caller) {
        lock.lock();
        try {
            return !failed && desk.catchUp(caller);
        } finally {
            lock.unlock();
        }
    }

    /** A request that the engine has no part in is under way; {@link #endOutside} answers it. */
    public long beginOutside(Caller caller) {
        lock.lock();
        try {
            return caller.beginOutside();
        } finally {
            lock.unlock();
        }
    }

    /** Has {@code answer} run, soon, which tells the caller what came of a request that the engine has no part in. */
    public void endOutside(Caller caller, long request, Runnable answer) {
        alarm.schedule(() -> {
            lock.lock();
            try {
                desk.answerOutside(caller, request, answer);
            } finally {
                lock.unlock();
            }
        }, 0);
    }

    /** Refuses all that waits and, from now on, all that comes. */
    public void drain() {
        lock.lock();
        try {
            draining = true;
            apply(Action.ofDriver(new Command.Drain()));
        } finally {
            lock.unlock();
        }
    }

    public boolean isDraining() {
        return draining;
    }

    /** Whether the connection's session owns something or waits for an answer. */
    public boolean isInUse(Caller caller) {
        if (caller.isBlocked() || caller.tagsInFlight() > 0) {
            return true;
        }
        lock.lock();
        try {
            return engine.isOwner(caller.session());
        } finally {
            lock.unlock();
        }
    }

    /** Looks through the whole engine, a slice at a time. Blocks for as long as that takes, but nobody else. */
    public Inventory inventory(int maxRows) {
        var walk = new InventoryWalk(maxRows);
        while (true) {
            lock.lock();
            try {
                if (walk.step(engine, nowMs())) {
                    return walk.inventory(engine);
                }
            } finally {
                lock.unlock();
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Who is at the other end of each of these sessions; empty where nobody is. */
    public List<String> peers(List<Long> sessions) {
        lock.lock();
        try {
            return sessions.stream().map(desk::peer).toList();
        } finally {
            lock.unlock();
        }
    }

    /** How many sessions there are that have a name. */
    public int namedSessions() {
        lock.lock();
        try {
            return engine.census().namedSessions();
        } finally {
            lock.unlock();
        }
    }

    /** How many sessions were set aside because they left too many answers unacknowledged. */
    public long sessionsSetAside() {
        lock.lock();
        try {
            return engine.sessionsSetAside();
        } finally {
            lock.unlock();
        }
    }

    /** Whoever asked whether all is refused may have asked just before it was. */
    private Command admitted(Command command) {
        return draining ? DRAINING : command;
    }

    private Action action(Caller caller, long request, long received, Command command) {
        boolean grants = command instanceof Command.Acquire || command instanceof Command.Enqueue;
        long salt = grants ? salts.getAsLong() : NO_SALT;
        return new Action(salt, caller.connection(), caller.session(), request, received, command);
    }

    private void apply(Action action) {
        if (failed) {
            return;
        }
        long now = nowMs();
        try {
            engine.apply(now, action, effects);
        } catch (RuntimeException | Error e) {
            failed = true;
            broken.accept(new EngineFailure(now, action, e));
            return;
        }
        try {
            desk.carryOut(effects);
        } finally {
            effects.clear();
        }
        planTick();
    }

    private void planTick() {
        long nextMs = engine.nextDeadlineMs();
        if (nextMs >= nextTickMs) {
            return;
        }
        if (nextTick != null) {
            nextTick.cancel();
        }
        nextTickMs = nextMs;
        long delayNanos = startedAt + nextMs * NANOS_PER_MS - nanoTime.getAsLong();
        nextTick = alarm.schedule(() -> tick(nextMs), Math.max(0, delayNanos));
    }

    /** Where another tick was planned meanwhile, that one does the work. */
    private void tick(long plannedMs) {
        lock.lock();
        try {
            if (nextTickMs == plannedMs) {
                nextTickMs = NEVER;
                nextTick = null;
                apply(Action.ofDriver(new Command.Tick()));
            }
        } finally {
            lock.unlock();
        }
    }

    private long nowMs() {
        return (nanoTime.getAsLong() - startedAt) / NANOS_PER_MS;
    }
}
