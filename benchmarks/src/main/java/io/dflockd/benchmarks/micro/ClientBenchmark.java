package io.dflockd.benchmarks.micro;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.Lock;
import io.dflockd.client.connection.Connection;
import io.dflockd.client.connection.Grant;
import java.io.IOException;
import java.time.Duration;
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
 * and with {@code -t 16} how threads share one client.
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
