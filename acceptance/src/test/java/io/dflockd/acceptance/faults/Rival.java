package io.dflockd.acceptance.faults;

import io.dflockd.testkit.WireClient;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The second: waits for what the holder has, over a raw connection straight to the server, and holds it when it is
 * granted. It knows nothing of the client. Where the server goes away it asks again. One thread.
 */
final class Rival implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final long PAUSE_NANOS = 20_000_000;

    private final FaultCase of;
    private final Supplier<InetSocketAddress> server;
    private final Journal journal;
    private final Thread thread;
    private volatile boolean closed;
    private volatile long grantedAt;
    private volatile long fence;
    private volatile @Nullable WireClient connection;

    /** @param journal for what it finds wrong */
    Rival(FaultCase of, Supplier<InetSocketAddress> server, Journal journal) {
        this.of = of;
        this.server = server;
        this.journal = journal;
        thread = new Thread(this::run, "faults-rival-" + of.number());
        thread.setDaemon(true);
        thread.start();
    }

    boolean isGranted() {
        return grantedAt != 0;
    }

    /** When its grant had been read. */
    long grantedAt() {
        return grantedAt;
    }

    long fence() {
        return fence;
    }

    /** Gives up its place, or what it holds, with its connection. */
    @Override
    public void close() {
        closed = true;
        var present = connection;
        if (present != null) {
            present.close();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closed && grantedAt == 0) {
            try {
                var present = WireClient.connect(server.get());
                connection = present;
                present.send(of.kind().rivalRequest(of.key()));
                await(present);
            } catch (UncheckedIOException e) {
                LockSupport.parkNanos(PAUSE_NANOS); // the server is away
            }
        }
        var present = connection;
        if (closed && present != null) {
            present.close();
        }
    }

    private void await(WireClient present) {
        while (!closed) {
            var line = present.line(LOOK);
            if (line == null) {
                continue;
            }
            long now = System.nanoTime();
            if (line.startsWith("ok ")) {
                var words = line.split(" ", -1);
                fence = Long.parseLong(words[3]);
                grantedAt = now;
            } else if (!line.equals(WireClient.END)) {
                journal.remark("the second was answered '" + line + "'");
                closed = true;
            } else {
                present.close();
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            return;
        }
    }
}
