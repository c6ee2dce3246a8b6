package io.dflockd.server;

import io.dflockd.engine.Engine;
import io.dflockd.engine.EngineLimits;
import io.dflockd.server.config.ConfigException;
import io.dflockd.server.config.ServerConfig;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running server. Keeps its state in memory: what it has ends with it, but its fences go on rising after a restart,
 * because they start from the time of day. Thread-safe.
 */
public final class DflockdServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DflockdServer.class);
    private static final int BACKLOG = 4096;
    private static final long FORCED_CLOSE_MS = 2000;

    private final Service service;
    private final EventLoopGroup eventLoops;
    private final Channel listener;
    private final CompletableFuture<Throwable> failure;
    private boolean closed;

    private DflockdServer(
            Service service, EventLoopGroup eventLoops, Channel listener, CompletableFuture<Throwable> failure) {
        this.failure = failure.thenApplyAsync(reason -> {
            abort(reason);
            return reason;
        });
        this.service = service;
        this.eventLoops = eventLoops;
        this.listener = listener;
    }

    /**
     * Starts a server and returns once it accepts connections.
     *
     * @throws ConfigException where the address cannot be listened on, or a token or certificate cannot be used
     */
    public static DflockdServer start(ServerConfig config) {
        var authenticator = Authenticator.of(config);
        var admin = AdminAuthenticator.of(config, authenticator);
        var tls = TlsFiles.of(config);
        var started = EventLoops.start(config.transport(), threads(config));
        var transport = started.transport();
        var eventLoops = started.group();
        var failure = new CompletableFuture<Throwable>();
        var engine = new Engine(limits(config), ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
        var driver = new EngineDriver(engine, config, eventLoops.next(), failure::complete);
        var service = new Service(config, driver, authenticator, (ms, task) -> later(eventLoops, ms, task));
        try {
            var listener = listen(service, tls, transport, eventLoops);
            var server = new DflockdServer(service, eventLoops, listener, failure);
            LOG.atInfo()
                    .setMessage("listening")
                    .addKeyValue("address", Addresses.text(server.address()))
                    .addKeyValue("tls", tls.isPresent())
                    .addKeyValue("transport", transport)
                    .addKeyValue("auth", authenticator.isPresent())
                    .addKeyValue("admin", admin.isPresent())
                    .addKeyValue("version", Version.current())
                    .log();
            return server;
        } catch (ConfigException e) {
            eventLoops.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
            throw e;
        }
    }

    /**
     * Completes when the server found itself in a state that should not exist, with the reason. It has stopped listening
     * then and ended all connections, because going on could give one lock to two holders.
     */
    public CompletionStage<Throwable> failure() {
        return failure;
    }

    /** Where it listens; the port is the real one also where any free one was asked for. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    /**
     * Stops: accepts no more connections, answers what waits and what comes with {@code error_draining}, lets the
     * connections take their answers for up to the shutdown time-out, and ends them. Blocks until then; a second call
     * does nothing.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        LOG.atInfo().setMessage("stopping").addKeyValue("connections", service.connections().size()).log();
        listener.close().awaitUninterruptibly();
        service.driver().drain();
        Batch.current().finish();
        for (var connection : service.connections()) {
            connection.channel().eventLoop().execute(connection::drain);
        }
        boolean clean = service.awaitNoConnections(service.config().shutdownTimeout());
        for (var connection : service.connections()) {
            connection.channel().close();
        }
        eventLoops.shutdownGracefully(0, FORCED_CLOSE_MS, TimeUnit.MILLISECONDS).awaitUninterruptibly();
        LOG.atInfo().setMessage("stopped").addKeyValue("clean", clean).log();
    }

    private void abort(Throwable reason) {
        LOG.atError().setMessage("the engine failed, this is a bug; the server stops").setCause(reason).log();
        listener.close();
        service.connections().forEach(connection -> connection.channel().close());
        eventLoops.shutdownGracefully(0, FORCED_CLOSE_MS, TimeUnit.MILLISECONDS);
    }

    private static Channel listen(
            Service service, Optional<TlsFiles> tls, Transport transport, EventLoopGroup eventLoops) {
        var config = service.config();
        var bootstrap = new ServerBootstrap()
                .group(eventLoops)
                .channel(transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .handler(new AcceptFailures())
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(service, tls, channel);
                    }
                });
        transport.configure(bootstrap);
        var address = config.host().isEmpty()
                ? new InetSocketAddress(config.port())
                : new InetSocketAddress(config.host(), config.port());
        if (address.isUnresolved()) {
            throw new ConfigException("cannot listen on %s: unknown host".formatted(Addresses.text(address)));
        }
        var bound = bootstrap.bind(address).awaitUninterruptibly();
        var cause = bound.cause();
        if (cause != null) {
            throw new ConfigException(
                    "cannot listen on %s: %s".formatted(Addresses.text(address), Addresses.reason(cause)), cause);
        }
        return bound.channel();
    }

    private static void later(EventLoopGroup eventLoops, long ms, Runnable task) {
        if (!eventLoops.isShuttingDown()) {
            eventLoops.schedule(task, ms, TimeUnit.MILLISECONDS);
        }
    }

    private static void accept(Service service, Optional<TlsFiles> tls, Channel channel) {
        if (!service.gate().letsIn(channel.remoteAddress())) {
            channel.close();
            return;
        }
        tls.ifPresent(files -> {
            var handler = files.context().newHandler(channel.alloc());
            handler.setHandshakeTimeoutMillis(service.config().readTimeout().toMillis());
            channel.pipeline().addLast(new NoRenegotiation(), handler);
        });
        var connection = new Connection(service, channel);
        service.opened(connection);
        channel.pipeline().addLast(connection);
    }

    /**
     * Half of the processors: the kernel's share of a request is the larger one, and threads that wait for each other's
     * turn at the engine, or for a processor, cost more than they bring.
     */
    private static int threads(ServerConfig config) {
        return config.ioThreads() > 0
                ? config.ioThreads()
                : Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    }

    private static EngineLimits limits(ServerConfig config) {
        return new EngineLimits(
                config.maxLocks(),
                config.maxWaiters(),
                config.maxKeys(),
                config.maxListLength(),
                config.maxSubscriptions(),
                config.maxMemoryBytes(),
                config.gcInterval().toMillis(),
                config.gcMaxIdle().toMillis());
    }
}
