package io.dflockd.transport;

import io.dflockd.service.Leader;
import io.dflockd.service.RequestHandler;
import io.dflockd.service.stats.ServerCounters;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Where those are who came to a member that does not lead: {@link Arrival}s that wait for a leader or are passed on to it.
 * Has each look again whenever another leads.
 *
 * <p>An arrival is entered before it looks who leads, and who leads is known before all that were entered are told to look:
 * so none misses a change. Thread-safe.
 */
final class Passage implements AutoCloseable {
    /** Between two looks at who leads: the journal tells at once where this node is concerned, of others it need not. */
    private static final long LOOK_MS = 100;
    private static final int CONNECT_TIMEOUT_MS = 1000;
    /** What may wait to be written of a relay, in each direction, before nothing more is read for it. */
    private static final WriteBufferWaterMark UNWRITTEN = new WriteBufferWaterMark(16 * 1024, 64 * 1024);
    /** What may be read at a time beyond that. */
    private static final RecvByteBufAllocator AT_A_TIME = new AdaptiveRecvByteBufAllocator(512, 2048, 16 * 1024)
            .maxMessagesPerRead(4);

    private final FrontDoor door;
    private final RequestHandler handler;
    private final Connections connections;
    private final EventLoops loops;
    private final RelaySettings settings;
    private final Set<Arrival> arrivals = ConcurrentHashMap.newKeySet();
    /** Looking names up blocks. Each arrival waits for one at most. */
    private final ExecutorService names = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("dflockd-names").factory());
    private @Nullable ScheduledFuture<?> looking;
    private Optional<Leader> told = Optional.empty();
    private volatile boolean closed;

    Passage(
            FrontDoor door,
            RequestHandler handler,
            Connections connections,
            EventLoops loops,
            RelaySettings settings) {
        this.door = door;
        this.handler = handler;
        this.connections = connections;
        this.loops = loops;
        this.settings = settings;
    }

    void begin() {
        handler.onStandingChanged(this::lookAgain);
        looking = loops.group()
                .next()
                .scheduleWithFixedDelay(
                        this::lookIfAnotherLeads, LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS);
    }

    void enter(Channel client, Peer peer, Entrance entrance) {
        var arrival = new Arrival(this, client, new RelayHeader(peer, entrance.code()), entrance);
        arrivals.add(arrival);
        arrival.begin(settings.longestWait());
    }

    /** The arrival is served here from now on, by a connection like any other. */
    void serve(Arrival arrival, Channel client, Peer peer, Entrance entrance) {
        arrivals.remove(arrival);
        door.serve(client, peer, entrance, false);
        arrival.read();
    }

    /** The arrival has ended. */
    void ended(Arrival arrival) {
        if (arrivals.remove(arrival)) {
            connections.counters().closed(ServerCounters.Closed.PEER);
        }
    }

    int size() {
        return arrivals.size();
    }

    boolean isClosed() {
        return closed;
    }

    boolean leads() {
        return handler.leads();
    }

    /** Who leads, if that is somebody else. */
    Optional<Leader> leader() {
        return handler.leader().filter(node -> !node.name().equals(settings.self()));
    }

    Connections connections() {
        return connections;
    }

    private void lookIfAnotherLeads() {
        var leader = leader();
        if (!leader.equals(told)) {
            told = leader;
            lookAgain();
        }
    }

    private void lookAgain() {
        for (var arrival : arrivals) {
            try {
                arrival.client().eventLoop().execute(arrival::look);
            } catch (RejectedExecutionException e) {
                return; // the server stops
            }
        }
    }

    /** Where a member takes relays, looked up. */
    CompletableFuture<InetSocketAddress> relayAddress(Leader member) {
        var host = Addresses.hostOf(member.peerAddress());
        int port = FrontDoor.relayPort(Addresses.portOf(member.peerAddress()));
        try {
            return CompletableFuture.supplyAsync(() -> {
                try {
                    return new InetSocketAddress(InetAddress.getByName(host), port);
                } catch (UnknownHostException e) {
                    throw new UncheckedIOException(e);
                }
            }, names);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Goes to a member's port for relays, on the client's own thread. */
    ChannelFuture dial(Channel client, InetSocketAddress to, ChannelHandler handlers) {
        var bootstrap = new Bootstrap()
                .group(client.eventLoop())
                .channel(loops.transport().socketChannel())
                .handler(handlers);
        configure(bootstrap);
        loops.transport().configure(bootstrap);
        return bootstrap.connect(to);
    }

    /** As for all that goes to another member. */
    static void configure(Bootstrap bootstrap) {
        bootstrap.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, UNWRITTEN)
                .option(ChannelOption.RECVBUF_ALLOCATOR, AT_A_TIME);
    }

    /** The client is passed on from now on, so as little of it is kept here as of the other side. */
    static void bound(Channel client) {
        client.config().setWriteBufferWaterMark(UNWRITTEN);
        client.config().setRecvByteBufAllocator(AT_A_TIME);
    }

    Optional<TlsFiles> tls() {
        return settings.tls();
    }

    @Override
    public void close() {
        closed = true;
        if (looking != null) {
            looking.cancel(false);
        }
        lookAgain();
        names.shutdown();
    }
}
