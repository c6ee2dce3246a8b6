package io.dflockd.benchmarks.micro;

import io.dflockd.client.ConnectionListener;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.Lease;
import io.dflockd.client.LeaseMode;
import io.dflockd.client.Lock;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.connection.Connection;
import io.dflockd.client.connection.Grant;
import io.dflockd.client.internal.Meter;
import io.dflockd.client.internal.Observers;
import io.dflockd.client.spi.ClientObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Acquire and release through the client, over the loopback interface, from a server that costs little. The times are
 * mostly those of the kernel and of waking threads; with {@code -prof gc} it says what the client allocates for a pair,
 * and with {@code -t 16} how threads share one client. {@code bin/jmh attemptThat -prof gc} says what the telling of an
 * attempt allocates with and without an observer: 0 B/op without.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ClientBenchmark {
    private static final Duration LEASE = Duration.ofSeconds(30);

    /** A client for all threads, whose one connection they share. */
    @State(Scope.Benchmark)
    @SuppressWarnings("NullAway.Init") // JMH sets up before all else
    public static class Shared {
        private final AtomicInteger keys = new AtomicInteger();
        private AnsweringServer server;
        private DflockdClient client;

        @Setup
        public void open() throws IOException {
            server = new AnsweringServer();
            client = DflockdClient.builder().server(server.address()).leaseTtl(LEASE).build();
        }

        Lock newLock() {
            return client.lock("own" + keys.incrementAndGet());
        }

        @TearDown
        public void close() throws IOException {
            client.close();
            server.close();
        }
    }

    /** A lock of the shared client for each thread. */
    @State(Scope.Thread)
    @SuppressWarnings("NullAway.Init") // JMH sets up before all else
    public static class SharedLock {
        Lock lock;

        @Setup
        public void make(Shared shared) {
            lock = shared.newLock();
        }
    }

    /** With its lease kept: a deadline, a renewal to come, and the watch for its loss. */
    @Benchmark
    public boolean leaseOfSharedClient(SharedLock state) throws InterruptedException {
        return state.lock.acquire(Duration.ZERO).release();
    }

    /** The same with an observer that does nothing, beside which the cost of the telling shows. */
    @State(Scope.Benchmark)
    @SuppressWarnings("NullAway.Init") // JMH sets up before all else
    public static class Observed {
        private AnsweringServer server;
        private DflockdClient client;
        Lock lock;

        @Setup
        public void open() throws IOException {
            server = new AnsweringServer();
            client = DflockdClient.builder()
                    .server(server.address())
                    .leaseTtl(LEASE)
                    .observer(new ClientObserver() {
                    })
                    .build();
            lock = client.lock("own");
        }

        @TearDown
        public void close() throws IOException {
            client.close();
            server.close();
        }
    }

    @Benchmark
    public boolean leaseOfObservedClient(Observed state) throws InterruptedException {
        return state.lock.acquire(Duration.ZERO).release();
    }

    /** Who is told of attempts, and an attempt that has yet to end. */
    @State(Scope.Thread)
    public static class Attempts {
        final Observers none = new Meter().observers();
        final Observers one = new Meter(ConnectionListener.none(), Runnable::run, List.of(new ClientObserver() {
        })).observers();
        final ServerAddress server = ServerAddress.ofDefault();
        final CompletableFuture<Optional<Lease>> end = new CompletableFuture<>();
    }

    @Benchmark
    public Observers attemptThatNobodyObserves(Attempts state) {
        state.none.attempt("orders/7", LeaseMode.LOCK, Duration.ZERO, state.server, state.end);
        return state.none;
    }

    /** With the future of the attempt, as one observer after another would pile up on the same. */
    @Benchmark
    public CompletableFuture<Optional<Lease>> attemptThatIsObserved(Attempts state) {
        var end = new CompletableFuture<Optional<Lease>>();
        state.one.attempt("orders/7", LeaseMode.LOCK, Duration.ZERO, state.server, end);
        return end;
    }

    /** A plain connection for each thread. */
    @State(Scope.Thread)
    @SuppressWarnings("NullAway.Init") // JMH sets up before all else
    public static class Plain {
        private AnsweringServer server;
        Connection connection;

        @Setup
        public void open() throws IOException, InterruptedException {
            server = new AnsweringServer();
            connection = Connection.dial(server.address());
        }

        @TearDown
        public void close() throws IOException {
            connection.close();
            server.close();
        }
    }

    /** The two requests and no more. */
    @Benchmark
    public Grant grantOfPlainConnection(Plain state) throws InterruptedException {
        var locks = state.connection.locks();
        var grant = locks.acquire("own", Duration.ZERO, LEASE);
        locks.release("own", grant.token());
        return grant;
    }
}
