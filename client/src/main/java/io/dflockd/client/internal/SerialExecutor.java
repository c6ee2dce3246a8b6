package io.dflockd.client.internal;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Runs tasks on another executor, one at a time and in order. What bounds the tasks bounds the queue. */
public final class SerialExecutor implements Executor {
    private final Executor executor;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private boolean running;

    public SerialExecutor(Executor executor) {
        this.executor = executor;
    }

    @Override
    public void execute(Runnable task) {
        lock.lock();
        try {
            tasks.add(task);
            if (running) {
                return;
            }
            running = true;
        } finally {
            lock.unlock();
        }
        Threads.runOn(executor, this::runAll);
    }

    private void runAll() {
        for (var task = next(); task != null; task = next()) {
            Threads.runSafely(task);
        }
    }

    private @Nullable Runnable next() {
        lock.lock();
        try {
            @Nullable Runnable task = tasks.poll();
            running = task != null;
            return task;
        } finally {
            lock.unlock();
        }
    }
}
