package io.dflockd.client.internal.link;

import io.dflockd.client.internal.Threads;
import io.dflockd.client.spi.TimeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Connects to the first of several addresses that lets it, as RFC 8305 has it: they are tried in turn, and each has a
 * head start before the next, so that one that swallows packets costs a moment and not the whole time.
 */
final class AddressRace {
    private static final long HEAD_START_NANOS = 250_000_000L;

    private final TimeSource time;
    private final Connect connect;
    private final List<InetAddress> addresses;
    private final long headStartNanos;
    private final CompletableFuture<Socket> winner = new CompletableFuture<>();
    private final ReentrantLock lock = new ReentrantLock();
    private int next;
    private int running;
    private @Nullable IOException lastFailure;
    private TimeSource.Alarm alarm = () -> {};

    /** Connects to one of them, blocking. */
    interface Connect {
        Socket to(InetAddress address) throws IOException;
    }

    /** A race that gives each address a chance within that time. */
    AddressRace(TimeSource time, List<InetAddress> addresses, long nanos, Connect connect) {
        this.time = time;
        this.connect = connect;
        this.addresses = addresses;
        this.headStartNanos = Math.min(HEAD_START_NANOS, nanos / Math.max(1, addresses.size()));
    }

    /** Blocks until one has connected or none can. The others are left to their fate; one that wins later is closed. */
    Socket run() throws IOException {
        if (addresses.size() == 1) {
            return connect.to(addresses.get(0));
        }
        tryNext();
        try {
            return winner.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void tryNext() {
        InetAddress address;
        lock.lock();
        try {
            alarm.cancel();
            if (winner.isDone() || next == addresses.size()) {
                return;
            }
            address = addresses.get(next++);
            running++;
            if (next < addresses.size()) {
                alarm = time.after(headStartNanos, this::tryNext);
            }
        } finally {
            lock.unlock();
        }
        Threads.io().execute(() -> attempt(address));
    }

    private void attempt(InetAddress address) {
        try {
            var socket = connect.to(address);
            if (!winner.complete(socket)) {
                socket.close();
            }
        } catch (IOException e) {
            failed(e);
        } catch (RuntimeException e) {
            failed(new IOException(e));
        }
    }

    private void failed(IOException failure) {
        boolean last;
        lock.lock();
        try {
            if (lastFailure != null) {
                failure.addSuppressed(lastFailure);
            }
            lastFailure = failure;
            running--;
            last = running == 0 && next == addresses.size();
        } finally {
            lock.unlock();
        }
        if (last) {
            winner.completeExceptionally(failure);
        } else {
            tryNext();
        }
    }
}
