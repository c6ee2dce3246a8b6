package io.dflockd.service.driver;

import io.dflockd.engine.Action;
import io.dflockd.engine.Command;
import io.dflockd.engine.Engine;
import io.dflockd.engine.EventRing;
import io.dflockd.engine.Notice;
import io.dflockd.engine.Refusal;
import io.dflockd.engine.order.Applier;
import io.dflockd.engine.order.Journal;
import io.dflockd.engine.order.Operations;
import io.dflockd.engine.order.Standing;
import io.dflockd.protocol.Tag;
import io.dflockd.service.session.Caller;
import io.dflockd.service.session.Receiver;
import io.dflockd.service.session.Replies;
import io.dflockd.service.session.SessionDesk;
import io.dflockd.service.stats.Traffic;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Stands between those who ask and the engine: hands what they want to a {@link Journal}, with the random numbers that the
 * engine may not fetch. What comes back from that is applied by {@link StateApplier}.
 */
public final class EngineDriver implements AutoCloseable {
    private static final long NO_SALT = 0;
    /** The number of requests that nobody made, so that nobody is answered. */
    private static final long WITHDRAWAL = -(1L << 62);
    /** The reason for which connections end when this node leads no more. */
    public static final String ANOTHER_LEADS = StateApplier.ANOTHER_LEADS;
    private static final Command DRAINING = new Command.Refuse(Refusal.DRAINING);
    private static final Command NO_ROOM = new Command.Refuse(Refusal.MAX_KEYS);

    private final ReentrantLock lock = new ReentrantLock();
    private final SessionDesk desk;
    private final EngineLoad load = new EngineLoad();
    private final Alarm alarm;
    private final LongSupplier salts;
    private final Journal journal;
    private final boolean durable;
    private final Departures departures;
    private final RoomQueue roomQueue;
    private final EngineView view;
    private final StateApplier applier;
    private volatile boolean draining;
    /** Whether an operator wants this node emptied. Written with the lock held. */
    private volatile boolean drained;

    /** Makes the journal for an applier, whose state is guarded by the lock. */
    public interface JournalFactory {
        Journal open(Applier applier, ReentrantLock lock);
    }

    /**
     * Takes the engine over.
     *
     * @param salts unguessable numbers, drawn with the lock held
     * @param broken is told once when the engine failed, with the lock held; the process must end
     * @param wake wakes those who were told something by the calling thread
     */
    public EngineDriver(
            Engine engine,
            Replies replies,
            LongSupplier salts,
            Alarm alarm,
            Consumer<Throwable> broken,
            Runnable wake,
            JournalFactory journals) {
        this.desk = new SessionDesk(engine, replies);
        this.salts = salts;
        this.alarm = alarm;
        this.applier = new StateApplier(engine, lock, desk, load, broken, wake);
        this.journal = journals.open(applier, lock);
        this.durable = journal.isDurable();
        this.view = new EngineView(lock, applier::engine, desk, journal, load);
        this.departures = new Departures(desk, durable, this::hand);
        this.roomQueue = new RoomQueue(journal, lock, alarm);
        applier.begin(journal, departures, roomQueue);
    }

    /**
     * Applies what was decided before this process was there. Nobody must be let in before it returns.
     *
     * @throws IOException where that cannot be read; the message says what it is and what to do
     */
    public void begin() throws IOException {
        journal.begin();
    }

    /**
     * Somebody who speaks for a new session without a name. Where this node does not lead, the receiver is told to end at
     * once: whoever comes while the leadership goes is either here before that, and ends by it, or comes too late.
     */
    public Caller open(Receiver receiver) {
        lock.lock();
        try {
            var caller = desk.open(receiver);
            if (isClosedToNew()) {
                caller.comesLate();
            }
            if (!applier.leads()) {
                desk.dismiss(caller, ANOTHER_LEADS);
            }
            return caller;
        } finally {
            lock.unlock();
        }
    }

    /** Lets the engine apply the command of a request that is not numbered. It is answered now or later. */
    public void submit(Caller caller, String tag, Command command) {
        load.enter(lock);
        try {
            if (caller.isEnded()) {
                return;
            }
            if (!tag.isEmpty() && !caller.canTag(tag)) {
                caller.receiver().reply(tag, Replies.ERROR);
                return;
            }
            long request = caller.begin(tag);
            caller.handsIn(request, command);
            hand(caller, action(caller, request, 0, admitted(caller, command)));
            caller.leaveOpen(command);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Lets the engine apply the command of a numbered request. A server that stops takes none where the session goes on after
     * the stop: its client sends it again then.
     */
    public void submit(Caller caller, long number, long received, Command command) {
        load.enter(lock);
        try {
            boolean isForLater = number > 0 && draining && durable;
            if (!caller.isEnded() && !isForLater) {
                if (number > 0) {
                    caller.beginNumbered(number);
                }
                caller.handsIn(number, command);
                hand(caller, action(caller, number, received, number > 0 ? admitted(caller, command) : command));
                caller.leaveNumberedOpen();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets the engine apply something that is not answered. */
    public void tell(Caller caller, long received, Command command) {
        submit(caller, 0, received, command);
    }

    /** To whom the connection belongs, and the session that it speaks for. The engine is told where that is new. */
    public void belong(Caller caller, Command.Belong belonging) {
        lock.lock();
        try {
            if (!applier.hasFailed() && !caller.isEnded() && !caller.hasLeft() && caller.comesToBelong(belonging)) {
                hand(caller, action(caller, 0, 0, belonging));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Has the connection speak for the session of this name, of which it has received so many answers. */
    public void attach(Caller caller, String name, long graceMs, long received) {
        load.enter(lock);
        try {
            if (!caller.isEnded()) {
                long request = caller.begin(Tag.NONE);
                var attach = new Command.Attach(desk.nextNumber(), name, graceMs);
                hand(caller, action(caller, request, received, admitted(caller, attach)));
                caller.leaveOpen(attach);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends the wait of one tagged request. Each of the two gets its answer; that of one that was decided stands. */
    public void cancel(Caller caller, String tag, String cancelled) {
        load.enter(lock);
        try {
            if (!caller.isEnded()) {
                long request = caller.begin(tag);
                var cancel = new Command.Cancel(caller.waiting(cancelled));
                hand(caller, action(caller, request, 0, admitted(caller, cancel)));
                caller.leaveOpen(cancel);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * The connection is gone. What it alone could have received goes on to others or back, when all is decided that it has
     * asked for.
     */
    public void disconnected(Caller caller) {
        roomQueue.left(caller);
        load.enter(lock);
        try {
            // Where this node stopped leading, whoever leads next says what becomes of its session.
            if (desk.knows(caller)) {
                departures.left(caller);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Gives the caller some of the answers that it was too congested for. Returns whether there are more. */
    public boolean catchUp(Caller caller) {
        load.enter(lock);
        try {
            return !applier.hasFailed() && desk.catchUp(caller);
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

    /** Refuses all that comes from now on and, where it would not survive the end of this process, all that waits. */
    public void drain() {
        lock.lock();
        try {
            draining = true;
            departures.stop();
            if (!durable) {
                journal.submit(Action.ofDriver(new Command.Drain()));
            }
        } finally {
            lock.unlock();
        }
    }

    public boolean isDraining() {
        return draining;
    }

    /**
     * An operator wants this node emptied, or does so no more. One that is alone takes nothing that begins from now on, see
     * {@link Drained}; of a cluster the members have one state together, so nothing is refused there but new clients.
     */
    public void drained(boolean isToBe) {
        lock.lock();
        try {
            drained = isToBe;
        } finally {
            lock.unlock();
        }
    }

    /** Whether an operator wants this node emptied. */
    public boolean isDrained() {
        return drained;
    }

    /** Whether nothing that begins is taken: who is here may go on with what there is. */
    public boolean isClosedToNew() {
        return drained && journal.standing().members().isEmpty();
    }

    /** Who leads, in which term, whether this node does, and who else there is. */
    public Standing standing() {
        return journal.standing();
    }

    /** For the operator of a cluster; empty where there is none. */
    public Optional<Operations> operations() {
        return journal.operations();
    }

    /** Whether this node leads, so that who comes may be let in. */
    public boolean leads() {
        return applier.leads();
    }

    /** Has this run whenever who leads may have changed. It must not block. */
    public void onStandingChanged(Runnable action) {
        applier.onStandingChanged(action);
    }

    /** Whether what was applied outlives this process. */
    public boolean isDurable() {
        return durable;
    }

    /** Whether the connection's session owns something or waits for an answer. */
    public boolean isInUse(Caller caller) {
        if (caller.isBlocked() || caller.tagsInFlight() > 0 || caller.isUnderWay()) {
            return true;
        }
        lock.lock();
        try {
            return applier.engine().isOwner(caller.session());
        } finally {
            lock.unlock();
        }
    }

    /**
     * The path of a copy of the state beside the log; empty where nothing is kept. Blocks for as long as writing it takes, but nobody else.
     *
     * @throws IOException where it cannot be written
     */
    public Optional<String> copy() throws IOException {
        return journal.copy();
    }

    /** For those who only look. */
    public EngineView view() {
        return view;
    }

    /** Ends a connection. Returns whether it was there. */
    public boolean endConnection(long number, String reason) {
        lock.lock();
        try {
            var caller = desk.connection(number);
            if (caller == null || caller.connection() != number || caller.isEnded()) {
                return false;
            }
            desk.close(number, reason);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Has the keys measured apart that begin with one of these. Looks at all that there are, once. */
    public void groupKeys(List<String> prefixes) {
        lock.lock();
        try {
            applier.engine().group(prefixes);
        } finally {
            lock.unlock();
        }
    }

    /** Has what happens from now on written down there; null where nobody reads it. */
    public void writeEvents(@Nullable EventRing ring) {
        lock.lock();
        try {
            applier.writeEvents(ring);
        } finally {
            lock.unlock();
        }
    }

    /** What was answered without the engine is counted here. */
    public Traffic traffic() {
        return desk.traffic();
    }

    /** Returns when the engine could be used by the calling thread: whether it is of any use. */
    public boolean touch() {
        lock.lock();
        try {
            return !applier.hasFailed();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns when all that was decided by now was handed to the receivers: a request that waited waits no more a moment before
     * its receiver has the answer, and what is answered without the engine must not stand before that.
     */
    public void awaitTold() {
        var unusedAsOnlyTheTimeCounts = touch();
    }

    /** Whether the engine is of no use any more, so that the process is about to end. */
    public boolean hasFailed() {
        return applier.hasFailed();
    }

    /** Whoever asked whether all is refused may have asked just before it was. */
    private Command admitted(Caller caller, Command command) {
        if (draining || (isClosedToNew() && Drained.refuses(command, caller, applier.engine()))) {
            return DRAINING;
        }
        return durable && journal.isShortOfRoom() && Growth.mayGrow(command) ? NO_ROOM : command;
    }

    private Action action(Caller caller, long request, long received, Command command) {
        boolean grants = command instanceof Command.Acquire || command instanceof Command.Enqueue;
        long salt = grants ? salts.getAsLong() : NO_SALT;
        return new Action(salt, caller.connection(), caller.session(), request, received, command);
    }

    private void hand(Caller caller, Action action) {
        if (durable) {
            caller.submitted();
        }
        journal.submit(action);
    }

    /** The calling thread has handed in all that it had. */
    public void endTurn() {
        journal.endTurn();
    }

    /**
     * Ends those subscriptions of the caller's session whose ends are chosen, and tells it that it misses what they would have
     * brought. Returns how many.
     */
    public int withdraw(Caller caller, Predicate<Command> choice) {
        lock.lock();
        try {
            if (applier.hasFailed() || caller.isEnded() || caller.hasLeft()) {
                return 0;
            }
            var ends = applier.engine().endsOfSubscriptions(caller.session()).stream().filter(choice).toList();
            for (var end : ends) {
                hand(caller, action(caller, WITHDRAWAL, 0, end));
            }
            if (!ends.isEmpty()) {
                desk.push(caller.session(), new Notice.Missed(ends.size()));
            }
            return ends.size();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the connection at once. */
    public void expel(Caller caller, String reason) {
        lock.lock();
        try {
            desk.close(caller.connection(), reason);
        } finally {
            lock.unlock();
        }
    }

    /** Has this run soon, and whoever is told something by it woken. */
    public void later(Runnable action) {
        alarm.schedule(action, 0);
    }

    /** Is told what came of what {@link Caller#record} announced. It must not block. */
    public void recordBy(SessionDesk.Recorder recorder) {
        lock.lock();
        try {
            desk.recordBy(recorder);
        } finally {
            lock.unlock();
        }
    }

    /** Is told of who speaks for a named session from now on. It must not block, nor ask anything here at once. */
    public void onResumed(Consumer<Caller> action) {
        lock.lock();
        try {
            desk.onResumed(action);
        } finally {
            lock.unlock();
        }
    }

    /** Whether so much waits to be applied that no more should be handed in. */
    public boolean isFull() {
        return journal.isFull();
    }

    /**
     * Whether so much waits to be applied that also a caller of which nothing does must wait; it is woken when there is room. By
     * the thread that hands its requests in.
     */
    public boolean mustWaitForRoom(Caller caller) {
        return durable && roomQueue.mustWait(caller);
    }

    /** Has another node lead, to which all who are here then turn; false where none can. Blocks, some seconds at most. */
    public boolean handOver() {
        return journal.handOver();
    }

    /** What was handed in is decided, and nothing more is applied. Blocks until then, some seconds at most. */
    @Override
    public void close() {
        journal.close();
    }
}
