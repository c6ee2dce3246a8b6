package io.dflockd.service.driver;

import io.dflockd.engine.Action;
import io.dflockd.engine.Effects;
import io.dflockd.engine.Engine;
import io.dflockd.engine.EventRing;
import io.dflockd.engine.order.Applier;
import io.dflockd.engine.order.Journal;
import io.dflockd.engine.order.Node;
import io.dflockd.service.session.SessionDesk;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What comes back from the journal: applies it to the engine, has callers told what it brings about, and ends them where
 * another node leads. What is not about the journal is asked with the lock held, unless it says otherwise.
 *
 * <p>Effects are carried out when the engine is done, but before the lock is given up, so that the lines of a connection
 * stand in the order in which they were decided; whoever called wakes the connections afterwards. What goes wrong there
 * ends one connection. What goes wrong in the engine is the end: its state may be half changed, so nothing is applied any
 * more.
 */
final class StateApplier implements Applier {
    private static final Logger LOG = LoggerFactory.getLogger(StateApplier.class);
    /** The reason for which connections end when this node leads no more. */
    static final String ANOTHER_LEADS = "another node leads";
    /** How many numbers of connections and sessions one term has. */
    private static final int BITS_OF_A_TERM = 40;

    private final ReentrantLock lock;
    private final SessionDesk desk;
    private final EngineLoad load;
    private final Consumer<Throwable> broken;
    private final Runnable wake;
    private final Effects effects = new Effects();
    private @Nullable Journal journal;
    private boolean durable;
    private @Nullable Departures departures;
    private @Nullable RoomQueue roomQueue;
    private Engine engine;
    /** Where what happens is written while somebody reads it. */
    private @Nullable EventRing events;
    /** Whether what is handed in is taken. Written with the lock held. */
    private volatile boolean leads;
    /** Whether the engine's state is of no use any more. Written with the lock held. */
    private volatile boolean failed;
    private volatile Runnable standingChanged = () -> {};

    /** {@code broken}, {@code wake}: as of the driver. */
    StateApplier(
            Engine engine,
            ReentrantLock lock,
            SessionDesk desk,
            EngineLoad load,
            Consumer<Throwable> broken,
            Runnable wake) {
        this.engine = engine;
        this.lock = lock;
        this.desk = desk;
        this.load = load;
        this.broken = broken;
        this.wake = wake;
    }

    /** Comes before anything is applied; the journal is made for this. */
    void begin(Journal of, Departures whoLeaves, RoomQueue whoWaitsForRoom) {
        journal = of;
        durable = of.isDurable();
        departures = whoLeaves;
        roomQueue = whoWaitsForRoom;
        lead(of.standing().leads());
    }

    private Journal journal() {
        return Objects.requireNonNull(journal, "nothing is applied before the beginning");
    }

    /** Whether what is handed in is taken; without the lock too. */
    boolean leads() {
        return leads;
    }

    /** Whether the engine is of no use any more; without the lock too. */
    boolean hasFailed() {
        return failed;
    }

    /** Has this run whenever who leads may have changed; without the lock. It must not block. */
    void onStandingChanged(Runnable action) {
        standingChanged = action;
    }

    /** Has what happens from now on written down there; null where nobody reads it. */
    void writeEvents(@Nullable EventRing ring) {
        events = ring;
        engine.writeEvents(ring);
    }

    @Override
    public boolean apply(long timeMs, Action action) {
        if (!durable) {
            return carryOut(timeMs, action); // under the lock of whoever handed it in
        }
        load.enter(lock);
        try {
            boolean sound = carryOut(timeMs, action);
            if (sound) {
                applied(action);
            }
            return sound;
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether the state is sound. */
    private boolean carryOut(long timeMs, Action action) {
        if (failed) {
            return false;
        }
        long began = load.begin();
        if (events != null) {
            events.time(System.currentTimeMillis());
        }
        try {
            engine.apply(timeMs, action, effects);
        } catch (RuntimeException | Error e) {
            failed = true;
            broken.accept(new EngineFailure(timeMs, action, e));
            return false;
        }
        try {
            desk.carryOut(effects);
        } finally {
            effects.clear();
            load.end(began);
        }
        return true;
    }

    /** Whoever left is detached when the last is decided of what it had asked for. */
    private void applied(Action action) {
        if (action.connection() == Action.DRIVER) {
            return;
        }
        var caller = desk.connection(action.connection());
        if (caller == null) {
            return;
        }
        caller.applied();
        if (!caller.isUnderWay() && caller.hasLeft()) {
            Objects.requireNonNull(departures).goOn(caller);
        } else if (action.request() == 0 || caller.hasAllThatItWaitsFor()) {
            // No answer wakes it, or it has looked between that and now, so it might not notice that it may go on.
            caller.receiver().expectMore();
        }
    }

    @Override
    public void batchApplied() {
        wake.run();
        journal().endTurn();
        Objects.requireNonNull(roomQueue).roomMade();
    }

    @Override
    public void lead(long term) {
        lock.lock();
        try {
            desk.numberFrom(term << BITS_OF_A_TERM);
            lead(true);
        } finally {
            lock.unlock();
        }
        if (!journal().standing().members().isEmpty()) {
            LOG.atInfo().setMessage("this node leads").addKeyValue("term", term).log();
        }
        standingChanged.run();
    }

    @Override
    public void follow(Optional<Node> leader) {
        lock.lock();
        try {
            lead(false);
            desk.endAll(ANOTHER_LEADS);
        } finally {
            lock.unlock();
        }
        wake.run();
        LOG.atInfo()
                .setMessage(leader.isPresent() ? "another node leads" : "no node is known to lead")
                .addKeyValue("leader", leader.map(Node::name).orElse(""))
                .log();
        standingChanged.run();
    }

    /** What this node applies while another leads, or reads from its log, is measured by whoever led or leads. */
    private void lead(boolean isLeader) {
        leads = isLeader;
        engine.count(isLeader);
    }

    @Override
    public Engine engine() {
        return engine;
    }

    @Override
    public void replace(Engine other) {
        lock.lock();
        try {
            other.goOnFrom(engine);
            engine = other;
            desk.replace(other);
        } finally {
            lock.unlock();
        }
    }
}
