package io.dflockd.benchmarks.micro;

import io.dflockd.engine.Command;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the rules cost, and that it does not depend on how much there is that an operation does not touch: the columns of
 * a parameter should differ by cache misses only.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class EngineBenchmark {
    /** Own keys, taken in turn beside others that are held. */
    @State(Scope.Thread)
    public static class Holders {
        @Param({"0", "100000", "1000000"}) int others;

        final EngineUnderTest engine = new EngineUnderTest();
        private final String[] keys = new String[16];
        private int turn;

        @Setup
        public void fill() {
            for (int i = 0; i < others; i++) {
                engine.acquire(2L + i, "other" + i);
            }
            for (int i = 0; i < keys.length; i++) {
                keys[i] = "own." + i;
            }
        }

        /** A new string, as a decoder would make it, whose hash nobody knows yet. */
        String nextKey() {
            turn = (turn + 1) % keys.length;
            return new String(keys[turn].toCharArray());
        }
    }

    @Benchmark
    public void pairBesideHolders(Holders state) {
        var key = state.nextKey();
        state.engine.release(1, key, state.engine.acquire(1, key));
    }

    /** One key that many want. */
    @State(Scope.Thread)
    public static class Waiters {
        @Param({"1", "1000", "100000"}) int waiters;

        final EngineUnderTest engine = new EngineUnderTest();

        @Setup
        public void fill() {
            for (int i = 0; i <= waiters; i++) {
                engine.acquire(1L + i, "one");
            }
        }
    }

    /** The holder releases, the first waiter is granted, and the former holder queues again. */
    @Benchmark
    public void handOver(Waiters state) {
        long holder = state.engine.grantedTo();
        state.engine.release(holder, "one", state.engine.token());
        state.engine.acquire(holder, "one");
    }

    /** Watches and listeners that no operation here concerns. */
    @State(Scope.Thread)
    public static class Subscriptions {
        @Param({"0", "1000", "100000"}) int others;

        final EngineUnderTest engine = new EngineUnderTest();

        @Setup
        public void fill() {
            for (int i = 0; i < others; i++) {
                engine.apply(2L + i, new Command.Watch("other" + i + ".*"));
                engine.apply(2L + i, new Command.Listen("other" + i + ".>", ""));
            }
            engine.apply(1, new Command.Listen("news.*", ""));
        }
    }

    @Benchmark
    public void pairBesideSubscriptions(Subscriptions state) {
        state.engine.release(1, "own.1", state.engine.acquire(1, "own.1"));
    }

    @Benchmark
    public void signalBesideSubscriptions(Subscriptions state) {
        state.engine.apply(1, new Command.Signal("news.today", "payload"));
    }

    /** One channel with so many listeners. */
    @State(Scope.Thread)
    public static class Listeners {
        @Param({"1", "100"}) int listeners;

        final EngineUnderTest engine = new EngineUnderTest();

        @Setup
        public void fill() {
            for (int i = 0; i < listeners; i++) {
                engine.apply(2L + i, new Command.Listen("news", ""));
            }
        }
    }

    @Benchmark
    public void signal(Listeners state) {
        state.engine.apply(1, new Command.Signal("news", "payload"));
    }
}
