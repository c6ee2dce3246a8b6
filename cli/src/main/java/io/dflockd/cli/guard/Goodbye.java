package io.dflockd.cli.guard;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Takes leave of the server when a signal ends this process while it waits. Without that the server would keep its place in
 * the queue for the grace of the session, as it cannot tell this end from a broken connection.
 *
 * <p>Whoever has got what it waited for is {@link #stay staying}: either leave is taken, and then nothing is begun any more
 * under what is being given back, or it is begun, and then leave is not taken behind its back.
 */
public final class Goodbye implements AutoCloseable {
    private static final long LONGEST_SECONDS = 2;

    private enum Stage {
        WAITING,
        STAYING,
        LEAVING
    }

    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.WAITING);
    private final Runnable leave;
    private final Thread hook;

    /** @param leave may block; what waits fails by it */
    public Goodbye(Runnable leave) {
        this.leave = leave;
        hook = new Thread(this::signalled, "goodbye");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** From now on a signal takes no leave. Does not return where it is being taken: the process ends. */
    public void stay() throws InterruptedException {
        if (!stage.compareAndSet(Stage.WAITING, Stage.STAYING)) {
            elseEnd();
        }
    }

    /** It waits again. */
    public void waitAgain() {
        stage.compareAndSet(Stage.STAYING, Stage.WAITING);
    }

    /** Returns unless the process is ending: what failed then has failed by that, and nobody wants to read of it. */
    public void elseEnd() throws InterruptedException {
        if (stage.get() == Stage.LEAVING) {
            new CountDownLatch(1).await();
        }
    }

    /** A signal ends the process. */
    void signalled() {
        if (!stage.compareAndSet(Stage.WAITING, Stage.LEAVING)) {
            return;
        }
        try {
            CompletableFuture.runAsync(leave).get(LONGEST_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // The server will find out by itself.
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
