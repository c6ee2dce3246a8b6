package io.dflockd.replication;

import io.dflockd.engine.Action;
import io.dflockd.engine.Effects;
import io.dflockd.engine.Engine;
import io.dflockd.engine.EngineLimits;
import io.dflockd.engine.order.Applier;
import io.dflockd.engine.order.Node;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Applies to an engine, at which tests look meanwhile, and writes down what else it is told. */
final class EngineApplier implements Applier {
    final List<String> events = new CopyOnWriteArrayList<>();
    private final Effects effects = new Effects();
    private Engine engine;
    volatile int applied;
    volatile int batches;
    volatile long term = -1;
    volatile int appliedWhenReady;
    volatile boolean isSound = true;

    /** Is called by the thread that applies, before and after each action and at the end of a batch. */
    volatile Consumer<Action> before = action -> {};
    volatile Consumer<Action> after = action -> {};
    volatile Runnable atEnd = () -> {};

    EngineApplier(EngineLimits limits) {
        this(limits, 0);
    }

    EngineApplier(EngineLimits limits, long lastFence) {
        engine = new Engine(limits, lastFence);
    }

    @Override
    public boolean apply(long timeMs, Action action) {
        before.accept(action);
        carryOut(timeMs, action);
        after.accept(action);
        return isSound;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread at a time
    private synchronized void carryOut(long timeMs, Action action) {
        engine.apply(timeMs, action, effects);
        effects.clear();
        applied++;
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread at a time
    public void batchApplied() {
        batches++;
        atEnd.run();
    }

    @Override
    public void lead(long newTerm) {
        appliedWhenReady = applied;
        events.add("lead");
        term = newTerm;
    }

    @Override
    public void follow(Optional<Node> leader) {
        events.add("follow " + leader.map(Node::name).orElse("nobody"));
    }

    @Override
    public synchronized Engine engine() {
        return engine;
    }

    @Override
    public synchronized void replace(Engine other) {
        events.add("replace");
        engine = other;
    }

    synchronized long nowMs() {
        return engine.nowMs();
    }

    synchronized byte[] octets() throws IOException {
        var octets = new ByteArrayOutputStream();
        engine.writeSnapshot(new DataOutputStream(octets));
        return octets.toByteArray();
    }
}
