package io.dflockd.client.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads of the client. All are daemons, so that a forgotten client keeps no program alive. */
public final class Threads {
    private static final Logger log = LoggerFactory.getLogger(Threads.class);
    private static final int IDLE_SECONDS = 10;
    private static final Executor IO = pool("dflockd-io");
    private static final Executor CALLBACKS = pool("dflockd-callback");

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

    /** Where user code runs unless the user names another place. */
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

    /** Runs the task on the executor; on one of ours if that one refuses, because a loss must still be told. */
    public static void runOn(Executor executor, Runnable task) {
        try {
            executor.execute(() -> runSafely(task));
        } catch (RuntimeException e) {
            log.warn("the callback executor refused a task, so it runs on a thread of the client", e);
            CALLBACKS.execute(() -> runSafely(task));
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
}
