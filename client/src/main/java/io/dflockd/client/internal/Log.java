package io.dflockd.client.internal;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the client says to the program's log, in order, on a thread of its own. A log can be slow, or block where it goes to a
 * pipe that nobody reads or a disk that hangs; the threads that renew leases and tell of losses must not wait for it. So much
 * may wait to be said; what is beyond is counted, and the count is said.
 *
 * <p>Arguments must not change any more.
 */
public final class Log {
    private static final int MOST_WAITING = 1024;
    private static final int IDLE_SECONDS = 10;
    private static final long LONGEST_SETTLING_MS = 200;
    private static final AtomicLong LEFT_OUT = new AtomicLong();
    private static final Executor SAYING = saying();

    private final Logger logger;

    /** For a logger of a test. */
    Log(Logger logger) {
        this.logger = logger;
    }

    public static Log of(Class<?> where) {
        return new Log(LoggerFactory.getLogger(where));
    }

    /** The last argument may be a failure, as with SLF4J. */
    public void debug(String format, @Nullable Object... arguments) {
        if (logger.isDebugEnabled()) {
            say(() -> logger.debug(format, arguments));
        }
    }

    /** As {@link #debug}. */
    public void info(String format, @Nullable Object... arguments) {
        if (logger.isInfoEnabled()) {
            say(() -> logger.info(format, arguments));
        }
    }

    /** As {@link #debug}. */
    public void warn(String format, @Nullable Object... arguments) {
        if (logger.isWarnEnabled()) {
            say(() -> logger.warn(format, arguments));
        }
    }

    /** As {@link #debug}. */
    public void error(String format, @Nullable Object... arguments) {
        if (logger.isErrorEnabled()) {
            say(() -> logger.error(format, arguments));
        }
    }

    /** Returns when what was said until now is said, or after a moment, where the log does not take it. */
    public static void settle() {
        var settled = new CountDownLatch(1);
        try {
            SAYING.execute(settled::countDown);
            var unusedAsItIsSaidOrNobodyListens = settled.await(LONGEST_SETTLING_MS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // Nobody listens.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void say(Runnable words) {
        try {
            SAYING.execute(() -> {
                words.run();
                long count = LEFT_OUT.getAndSet(0);
                if (count > 0) {
                    logger.warn("{} messages of the client were left out, as the log is slower than they came", count);
                }
            });
        } catch (RejectedExecutionException e) {
            LEFT_OUT.incrementAndGet();
        }
    }

    /** Not by {@link Threads}, which has a log itself. */
    private static Thread thread(Runnable task) {
        var thread = new Thread(task, "dflockd-log");
        thread.setDaemon(true);
        return thread;
    }

    private static Executor saying() {
        var pool = new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MOST_WAITING),
                Log::thread);
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
