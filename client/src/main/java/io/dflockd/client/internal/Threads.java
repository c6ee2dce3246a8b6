package io.dflockd.client.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The threads of the client. All are daemons, so that a forgotten client keeps no program alive. */
public final class Threads {
    private static final Log log = Log.of(Threads.class);
    private static final int IDLE_SECONDS = 10;
    private static final Executor IO = pool("dflockd-io");
    private static final int MAX_CALLBACKS = 64;
    private static final Executor CALLBACKS = bounded("dflockd-callback", MAX_CALLBACKS);

    private static final @Nullable MethodHandle IS_VIRTUAL = isVirtualHandle();

    private Threads() {}

    /** Whether this is a virtual thread, an interrupt of which closes the socket that it is at. */
    public static boolean isVirtual() {
        if (IS_VIRTUAL == null) {
            return false;
        }
        try {
            return (boolean) IS_VIRTUAL.invokeExact(Thread.currentThread());
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** For what blocks at sockets. At most one task a connection at a time, and one for each address of a host. */
    public static Executor io() {
        return IO;
    }

    /**
     * Where user code runs unless the user names another place: on so many threads at once that one which blocks holds back
     * nobody, but not on any number.
     */
    public static Executor callbacks() {
        return CALLBACKS;
    }

    public static Thread start(String name, Runnable task) {
        var thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    public static ThreadFactory daemons(String name) {
        var count = new AtomicLong();
        return task -> {
            var thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /**
     * Runs the task on the executor; on a thread for callbacks if that one refuses, because a loss must still be told. An
     * executor may run the task where it is called, or block: so it is not called on the threads that keep leases alive.
     */
    public static void runOn(Executor executor, Runnable task) {
        if (executor.equals(CALLBACKS)) {
            CALLBACKS.execute(() -> runSafely(task));
        } else {
            CALLBACKS.execute(() -> handOver(executor, task));
        }
    }

    private static void handOver(Executor executor, Runnable task) {
        try {
            executor.execute(() -> runSafely(task));
        } catch (RuntimeException | Error e) {
            log.warn("the callback executor refused a task, so it runs on a thread of the client", e);
            runSafely(task);
        }
    }

    /** Runs the task; what it throws is logged, because there is nobody to throw it to. */
    public static void runSafely(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            log.error("a callback failed", e);
        }
    }

    /** Null before Java 21, which has no such threads. */
    private static @Nullable MethodHandle isVirtualHandle() {
        try {
            return MethodHandles.publicLookup()
                    .findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    private static Executor pool(String name) {
        return new ThreadPoolExecutor(0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(),
                daemons(name));
    }

    /** Uses a thread that idles, else a new one, and lets tasks wait only where there are {@code most} already. */
    private static Executor bounded(String name, int most) {
        var waiting = new HandingQueue();
        return new ThreadPoolExecutor(0, most, IDLE_SECONDS, TimeUnit.SECONDS, waiting, daemons(name),
                (task, pool) -> waiting.keep(task));
    }

    /** Takes from the pool only what a thread waits for, so that the pool makes another thread rather than let it wait. */
    private static final class HandingQueue extends LinkedTransferQueue<Runnable> {
        @Override
        public boolean offer(Runnable task) {
            return tryTransfer(task);
        }

        void keep(Runnable task) {
            var unused = super.offer(task); // there is always room
        }
    }
}
