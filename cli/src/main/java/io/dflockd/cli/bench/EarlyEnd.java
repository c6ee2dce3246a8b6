package io.dflockd.cli.bench;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets work come to its end when the process is asked to go, as by Ctrl-C: tells the work to stop, and holds the process
 * up until this is closed, for some seconds at most. The exit status is then that of the signal.
 */
final class EarlyEnd implements AutoCloseable {
    private static final long LONGEST_SECONDS = 8;

    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread hook;

    EarlyEnd(Runnable stop) {
        hook = new Thread(() -> {
            stop.run();
            awaitFinished();
        }, "early-end");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void awaitFinished() {
        try {
            var unusedAsItEndsAnyway = finished.await(LONGEST_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The work is done and has said what it has to say. */
    @Override
    public void close() {
        finished.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending already, which is what the hook is for.
        }
    }
}
