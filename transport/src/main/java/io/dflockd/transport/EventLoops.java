package io.dflockd.transport;

import io.dflockd.service.SettingException;
import io.dflockd.service.driver.Alarm;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads that serve connections. Thread-safe. */
public final class EventLoops implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoops.class);
    private static final long FORCED_CLOSE_MS = 2000;
    private static final long LONGEST_START_S = 10;

    private final Transport transport;
    private final EventLoopGroup group;
    private volatile boolean closed;

    private EventLoops(Transport transport, EventLoopGroup group, Consumer<Throwable> died) {
        this.transport = transport;
        this.group = group;
        for (EventExecutor loop : group) {
            loop.terminationFuture().addListener(future -> {
                if (!closed) {
                    died.accept(new IllegalStateException("an event loop ended, its connections are served by nobody"));
                }
            });
        }
    }

    /**
     * Starts so many threads; half of the processors where {@code threads} is 0, because the kernel's share of a request is
     * the larger one, and threads that wait for each other's turn at the engine, or for a processor, cost more than they
     * bring.
     *
     * @param transport its name; {@code auto} for the best that works here
     * @param died is told when a thread ended that was not asked to
     * @throws SettingException where the transport that is named does not work here
     */
    public static EventLoops start(String transport, int threads, Consumer<Throwable> died) {
        int count = threads > 0 ? threads : Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        return start(Transport.candidates(transport), count, Transport::ioHandlers, died);
    }

    static EventLoops start(
            List<Transport> candidates,
            int threads,
            Function<Transport, IoHandlerFactory> handlers,
            Consumer<Throwable> died) {
        for (int i = 0; i < candidates.size() - 1; i++) {
            var transport = candidates.get(i);
            try {
                return new EventLoops(transport, group(transport, threads, handlers), died);
            } catch (CannotStartException e) {
                LOG.atWarn()
                        .setMessage("transport does not work here, the next one is taken")
                        .addKeyValue("transport", transport)
                        .addKeyValue("next", candidates.get(i + 1))
                        .addKeyValue("reason", e.getMessage())
                        .log();
            }
        }
        var last = candidates.getLast();
        try {
            return new EventLoops(last, group(last, threads, handlers), died);
        } catch (CannotStartException e) {
            throw new SettingException("--transport %s does not work here: %s".formatted(last, e.getMessage()), e);
        }
    }

    /** That a transport works in general does not mean that so many threads get what they need of the kernel. */
    private static EventLoopGroup group(
            Transport transport, int threads, Function<Transport, IoHandlerFactory> handlers)
            throws CannotStartException {
        EventLoopGroup group;
        try {
            group = new MultiThreadIoEventLoopGroup(
                    threads, new DefaultThreadFactory("dflockd-io", true),
                    new CountedRounds(handlers.apply(transport)));
        } catch (RuntimeException | LinkageError e) {
            throw new CannotStartException(e);
        }
        try {
            // A thread asks the kernel for its share once it runs.
            for (var eventLoop : group) {
                eventLoop.submit(() -> {}).get(LONGEST_START_S, TimeUnit.SECONDS);
            }
            return group;
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            group.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
            throw new CannotStartException(e);
        } catch (InterruptedException e) {
            group.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
            Thread.currentThread().interrupt();
            throw new CannotStartException(e);
        }
    }

    /** The kernel, or what speaks to it, refused. */
    private static final class CannotStartException extends Exception {
        private static final long serialVersionUID = 1L;

        CannotStartException(Throwable cause) {
            super(Transport.reason(cause), cause);
        }
    }

    public Transport transport() {
        return transport;
    }

    /** How many threads there are. */
    public int threads() {
        return (int) StreamSupport.stream(group.spliterator(), false).count();
    }

    EventLoopGroup group() {
        return group;
    }

    /** Has this run on each of the threads whenever it is done for the moment with all that its connections want. */
    public void atEndOfTurn(Runnable action) {
        for (EventExecutor loop : group) {
            loop.execute(() -> Batch.current().atEnd(action));
        }
    }

    /** Wakes those who got something to write by the calling thread, which need not be one of these. */
    public static void wakeTouched() {
        Batch.current().finish();
    }

    /** An alarm on one of these threads. Those who get something to write by it are woken. */
    public Alarm alarm() {
        var loop = group.next();
        return (task, delayNanos) -> {
            if (closed) {
                return () -> {};
            }
            var planned = loop.schedule(() -> ring(task), delayNanos, TimeUnit.NANOSECONDS);
            return () -> planned.cancel(false);
        };
    }

    private static void ring(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.atError().setMessage("what was due failed").setCause(e).log();
        }
        Batch.current().finish();
    }

    /** Ends the threads, without waiting for it. What they serve must have ended. */
    public void abort() {
        closed = true;
        group.shutdownGracefully(0, FORCED_CLOSE_MS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        closed = true;
        group.shutdownGracefully(0, FORCED_CLOSE_MS, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }
}
