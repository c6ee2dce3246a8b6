package io.dflockd.server;

import io.dflockd.server.config.ConfigException;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that serve connections, and how they ask the kernel. That a transport works in general does not mean that so
 * many threads get what they need of the kernel: memory that may be locked, descriptors.
 */
record EventLoops(Transport transport, EventLoopGroup group) {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoops.class);
    private static final long LONGEST_START_S = 10;

    /**
     * Starts the threads with the transport of this name, or where the name is {@code auto} with the first that works.
     *
     * @throws ConfigException where the one that is named does not work here
     */
    static EventLoops start(String name, int threads) {
        return start(Transport.candidates(name), threads, Transport::ioHandlers);
    }

    static EventLoops start(List<Transport> candidates, int threads, Function<Transport, IoHandlerFactory> handlers) {
        for (int i = 0; i < candidates.size() - 1; i++) {
            var transport = candidates.get(i);
            try {
                return new EventLoops(transport, group(transport, threads, handlers));
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
            return new EventLoops(last, group(last, threads, handlers));
        } catch (CannotStartException e) {
            throw new ConfigException("--transport %s does not work here: %s".formatted(last, e.getMessage()), e);
        }
    }

    private static EventLoopGroup group(Transport transport, int threads,
            Function<Transport, IoHandlerFactory> handlers)
            throws CannotStartException {
        EventLoopGroup group;
        try {
            group = new MultiThreadIoEventLoopGroup(
                    threads, new DefaultThreadFactory("dflockd-io", true), handlers.apply(transport));
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
        private static final long serialVersionUID = 1;

        CannotStartException(Throwable cause) {
            super(Transport.reason(cause), cause);
        }
    }
}
