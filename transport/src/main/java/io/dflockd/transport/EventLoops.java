package io.dflockd.transport;

import io.dflockd.service.SettingException;
import io.dflockd.service.driver.Alarm;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads that serve connections. Thread-safe. */
public final class EventLoops implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoops.class);
    private static final long FORCED_CLOSE_MS = 2000;

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
        var failures = new StringJoiner("; ");
        for (var candidate : Transport.of(transport)) {
            try {
                var factory = new DefaultThreadFactory("dflockd-io", true);
                return new EventLoops(candidate,
                        new MultiThreadIoEventLoopGroup(count, factory, candidate.ioHandlers()), died);
            } catch (RuntimeException e) {
                failures.add(candidate + ": " + e.getMessage());
                LOG.atWarn()
                        .setMessage("transport cannot be used")
                        .addKeyValue("transport", candidate)
                        .addKeyValue("reason", e.getMessage())
                        .log();
            }
        }
        throw new SettingException("--transport %s does not work here: %s".formatted(transport, failures));
    }

    public Transport transport() {
        return transport;
    }

    EventLoopGroup group() {
        return group;
    }

    /** An alarm on one of these threads. Those who get something to write by it are woken. */
    public Alarm alarm() {
        var loop = group.next();
        return (task, delayNanos) -> {
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
