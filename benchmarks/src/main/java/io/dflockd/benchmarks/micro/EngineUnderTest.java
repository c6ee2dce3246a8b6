package io.dflockd.benchmarks.micro;

import io.dflockd.engine.Action;
import io.dflockd.engine.Command;
import io.dflockd.engine.Effects;
import io.dflockd.engine.Engine;
import io.dflockd.engine.EngineLimits;
import io.dflockd.engine.Mode;
import io.dflockd.engine.Notice;
import io.dflockd.engine.Outcome;

/** An engine with a clock that goes on by itself, which remembers the latest grant. */
final class EngineUnderTest implements Effects.Receiver {
    private static final EngineLimits LIMITS = new EngineLimits(
            10_000_000, 0, 0, 0, 0, Long.MAX_VALUE / 4, 1 << 24, 1_000, 60_000, true, 5_000, 60_000);
    private static final long LEASE_MS = 30_000;
    private static final long WAIT_MS = 60_000;
    private static final int ACTIONS_PER_MS = 512;

    private final Engine engine = new Engine(LIMITS, 0);
    private long actions;
    private final Effects effects = new Effects();
    private String token = "";
    private long grantedTo;

    void apply(long session, Command command) {
        actions++;
        engine.apply(
                actions / ACTIONS_PER_MS, new Action(actions, session, session, actions, 0, command), effects);
        effects.forEach(this);
        effects.clear();
    }

    /** Returns the token where it was granted at once. */
    String acquire(long session, String key) {
        apply(session, new Command.Acquire(key, Mode.PERMIT, 1, WAIT_MS, LEASE_MS, false));
        return token;
    }

    void release(long session, String key, String held) {
        apply(session, new Command.Release(key, held, false));
    }

    String token() {
        return token;
    }

    long grantedTo() {
        return grantedTo;
    }

    @Override
    public void answer(long session, long request, Outcome outcome) {
        if (outcome instanceof Outcome.Granted granted) {
            token = granted.token();
            grantedTo = session;
        }
    }

    @Override
    public void push(long session, Notice notice) {}

    @Override
    public void attached(long connection, long session) {}

    @Override
    public void close(long connection, String reason) {}
}
