package io.dflockd.cli.guard;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Takes leave of the server when a signal ends this process while it waits. Without that the server would keep its place in
 * the queue for the grace of the session, as it cannot tell this end from a broken connection.
 */
public final class Goodbye implements AutoCloseable {
    private static final long LONGEST_SECONDS = 2;

    private final Thread hook;
    private volatile boolean said;

    /** @param leave may block; what waits fails by it */
    public Goodbye(Runnable leave) {
        hook = new Thread(() -> {
            said = true;
            try {
                CompletableFuture.runAsync(leave).get(LONGEST_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException e) {
                // The server will find out by itself.
            }
        }, "goodbye");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Returns unless the process is ending: what failed then has failed by that, and nobody wants to read of it. */
    public void elseEnd() throws InterruptedException {
        if (said) {
            new CountDownLatch(1).await();
        }
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending already, which is what the hook is for.
        }
    }
}
