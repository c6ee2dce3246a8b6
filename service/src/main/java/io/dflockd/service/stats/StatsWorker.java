package io.dflockd.service.stats;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Looks through the state and writes it down for people, on a thread of its own: that takes long and is never urgent. */
public final class StatsWorker implements AutoCloseable {
    private static final int MAX_WAITING = 256;

    private final ThreadPoolExecutor thread;

    /** {@code name}: of the thread. */
    public StatsWorker(String name) {
        this.thread = new ThreadPoolExecutor(
                0, 1, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), task -> {
                    var worker = new Thread(task, name);
                    worker.setDaemon(true);
                    return worker;
                });
    }

    /** Runs the task when those before it are done. Returns false where too many wait already. */
    public boolean submit(Runnable task) {
        try {
            thread.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
