package io.dflockd.client;

import io.dflockd.client.connection.BarrierCommands;
import io.dflockd.client.connection.CounterCommands;
import io.dflockd.client.connection.ListCommands;
import io.dflockd.client.connection.SignalCommands;
import io.dflockd.client.connection.ValueCommands;
import io.dflockd.client.error.ClientClosedException;
import io.dflockd.client.error.LossReason;
import io.dflockd.client.event.EventOptions;
import io.dflockd.client.event.SignalConn;
import io.dflockd.client.event.WatchConn;
import io.dflockd.client.internal.Checks;
import io.dflockd.client.internal.DurationRule;
import io.dflockd.client.internal.Log;
import io.dflockd.client.internal.Members;
import io.dflockd.client.internal.Meter;
import io.dflockd.client.internal.call.Calls;
import io.dflockd.client.internal.call.KeyRoute;
import io.dflockd.client.internal.call.ServerCalls;
import io.dflockd.client.internal.event.EventConnection;
import io.dflockd.client.internal.event.EventServers;
import io.dflockd.client.internal.hold.HandleOptions;
import io.dflockd.client.internal.hold.HoldTerms;
import io.dflockd.client.internal.session.Sessions;
import io.dflockd.client.internal.session.SharedLinks;
import io.dflockd.protocol.Octets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The way into dflockd for a program: opened once, shared by all, closed at the end. It holds the settings, and all that
 * came from it ends with it. Handles are cheap; nothing is sent before something is acquired or called.
 *
 * <pre>{@code
 * try (var client = DflockdClient.builder().server("10.0.0.2:7400").authToken(secrets::current).build()) {
 *     try (var lease = client.lock("jobs/nightly").acquire(Duration.ofSeconds(5))) {
 *         store.write(report, lease.fence());
 *     }
 *     client.counters().increment("runs", 1);
 * }
 * }</pre>
 *
 * <p>With several servers, each key belongs to one of them ({@link Sharding}); there is no failover from one to another. A
 * server that is a cluster has several nodes, whose addresses are given with commas between them: there is. Thread-safe.
 */
public final class DflockdClient implements AutoCloseable {
    private final HandleOptions options;
    /** How long closing may take for giving back what is held, and after that for disconnecting. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration BYE_TIMEOUT = Duration.ofSeconds(1);

    private final Members members = new Members();
    /** What the others are carried by, and so ends after them. */
    private final Members carriers = new Members();
    private final SharedLinks links = new SharedLinks();
    private final Calls calls;
    /** For what only servers know that take milliseconds. */
    private final Calls exactCalls;
    private final ServerCalls servers;
    private final Leaderships led = new Leaderships();

    private DflockdClient(HandleOptions options) {
        this.options = options;
        var route = new KeyRoute(options, links);
        this.calls = new Calls(route, DurationRule.WHOLE_SECONDS, options.callbacks());
        this.exactCalls = new Calls(route, Checks::wholeMs, options.callbacks());
        this.servers = new ServerCalls(options, links);
        var unused = members.add(route) && carriers.add(links);
        @Nullable Sessions sessions = options.sessions();
        if (sessions != null) {
            var unusedToo = carriers.add(sessions);
        }
    }

    /** A client for these servers, each as {@link Builder#server} takes it, all else as by default. Connects when first needed. */
    public static DflockdClient connect(String... servers) {
        return builder().servers(List.of(servers)).build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The servers, each by the first address that was given, in the order that decides which key belongs to which. */
    public List<ServerAddress> servers() {
        return options.servers();
    }

    /** The server that the key belongs to. */
    public ServerAddress serverOf(String key) {
        return Sharding.choose(options.shardFunction(), key, options.servers());
    }

    public Lock lock(String key) {
        return new Lock(key, options, members);
    }

    public Semaphore semaphore(String key, int limit) {
        return new Semaphore(key, limit, options, members);
    }

    public RWLock rwLock(String key) {
        return new RWLock(key, options, members);
    }

    public Election election(String key) {
        return new Election(key, options, members, LeadershipListener.none(), led);
    }

    /** Whether a candidate of this client leads this election now. Costs no communication. */
    public boolean isLeader(String key) {
        return led.has(key);
    }

    /**
     * Several locks as one, all or nothing. All clients that name the same servers in the same order take them in one order,
     * so that none waits for another in a circle: see {@link MultiLock}.
     */
    public MultiLock locks(Collection<String> keys) {
        return new MultiLock(keys, options, members);
    }

    /**
     * A hold that goes on by itself since {@link Lease#keep}, by its key and its {@link Lease#token() token}: to end it, or
     * to have it end later. Costs no communication.
     */
    public KeptHold kept(String key, String token, LeaseMode mode) {
        return new KeptHold(exactCalls, HoldTerms.familyOf(mode), key, token);
    }

    /** Counters, each on the server of its key. */
    public CounterCommands counters() {
        return new CounterCommands(calls);
    }

    /** Values, each on the server of its key. */
    public ValueCommands values() {
        return new ValueCommands(calls);
    }

    /** Lists, each on the server of its key. */
    public ListCommands lists() {
        return new ListCommands(calls);
    }

    /**
     * Barriers, each on the server of its key. A second wait at a barrier that this client waits at already has a
     * connection of its own, because each participant is one to the server.
     */
    public BarrierCommands barriers() {
        return new BarrierCommands(calls);
    }

    /**
     * Listens to signals and emits them, those of a channel at the server that it belongs to, as if it were a key; a pattern
     * is listened to at all servers. The caller closes what is returned. All of them share the connections of the client, but
     * for groups: see {@link SignalConn}. One server alone is connected to at once, several when first needed.
     */
    public SignalConn signals() throws InterruptedException {
        return new SignalConn(EventServers.all(options, EventOptions.defaults(), members));
    }

    /** As {@link #signals()}, of this server alone, whatever the channel. */
    public SignalConn signals(ServerAddress server) throws InterruptedException {
        return new SignalConn(
                EventServers.of(EventConnection.open(options, server, EventOptions.defaults(), members)));
    }

    /**
     * Sends a signal, text without line ends and not empty, to all who listen to its channel now, without a stream.
     *
     * @return how many copies were sent on their way; nobody acknowledges them
     */
    public long emit(String channel, String payload) throws InterruptedException {
        return new SignalCommands(calls).emit(channel, payload);
    }

    /** As {@link #emit}. */
    public CompletableFuture<Long> emitAsync(String channel, String payload) {
        return new SignalCommands(calls).emitAsync(channel, payload);
    }

    /**
     * Watches keys, each at the server that it belongs to; a pattern is watched at all servers. The caller closes what is
     * returned. All of them share the connections of the client. One server alone is connected to at once, several when
     * first needed.
     */
    public WatchConn watches() throws InterruptedException {
        return new WatchConn(EventServers.all(options, EventOptions.defaults(), members));
    }

    /** As {@link #watches()}, at this server alone, whatever the key. */
    public WatchConn watches(ServerAddress server) throws InterruptedException {
        return new WatchConn(
                EventServers.of(EventConnection.open(options, server, EventOptions.defaults(), members)));
    }

    /**
     * Asks every server for a sign of life, over the connection that all share, which is made if need be. What is returned
     * is how long each took to answer; a server that did not answer within the wait is not in it.
     */
    public Map<ServerAddress, Duration> ping(Duration wait) throws InterruptedException {
        return servers.ping(wait);
    }

    /**
     * Asks every server what it is, over a connection that is made for that. A server that did not answer within the wait is
     * not in what is returned.
     */
    public Map<ServerAddress, ServerInfo> info(Duration wait) throws InterruptedException {
        return servers.info(wait);
    }

    /** What this client has done so far, and what it has now. Costs no communication; may be called often. */
    public ClientMetrics metrics() {
        return options.meter().snapshot();
    }

    /**
     * First gives back what is held, in the order in which it was taken, and fails what waits; the leases are told
     * {@link LossReason#CLIENT_CLOSED}. Then ends streams, fails the calls under way, and disconnects. Whatever is asked of the
     * client from then on fails with {@link ClientClosedException}.
     *
     * <p>Takes as long as the servers need to take note, and no more than three seconds where they do not answer or a
     * candidate's task does not return: then they find out by themselves, and a server that keeps holds without their
     * connections (auto-release off) keeps these until their leases end. An interrupt ends the wait, and closing goes on in
     * the background. May be called twice.
     */
    @Override
    public void close() {
        var ending = members.close();
        boolean goOn = await(ending, CLOSE_TIMEOUT);
        var disconnecting = carriers.close();
        if (goOn) {
            var unused = await(disconnecting, BYE_TIMEOUT);
        }
        Log.settle();
    }

    /**
     * False where this thread was interrupted. Time that is moved by hand may end the wait sooner; where it stands still,
     * closing ends all the same.
     */
    private boolean await(CompletableFuture<?> ending, Duration longest) {
        var done = ending.<Object>thenApply(ended -> true);
        var alarm = options.time().after(longest.toNanos(), () -> done.complete(false));
        try {
            var unused = done.get(longest.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (TimeoutException | ExecutionException e) {
            return true; // what is not done goes on in the background, where it has its own deadlines
        } finally {
            alarm.cancel();
        }
    }

    /** Builds a client. Not thread-safe. */
    public static final class Builder extends HandleBuilder<Builder> {
        private Duration sessionGrace = Duration.ofSeconds(10);
        private String name = "java";
        private ConnectionListener listener = ConnectionListener.none();

        private Builder() {}

        /**
         * For how long the server is asked to keep what this client has when its connection breaks, so that a connection
         * that is made meanwhile takes it up again. The server cannot tell a broken connection from a process that was
         * killed, so what such a process held goes to the next only after the grace (or when the lease ends, if that is
         * sooner). Default 10 s, which lives through a failover; whole seconds, at most 600; zero for none, and with it a connection for each lease, whose
         * end the server takes for the end of the holder. Also a server that knows no sessions is used so.
         */
        public Builder sessionGrace(Duration grace) {
            sessionGrace = Checks.sessionGrace(grace);
            return this;
        }

        /** What the client calls itself to the server, 1 to 64 bytes without blanks. Default {@code java}. */
        public Builder name(String clientName) {
            name = Checks.clientName(clientName);
            return this;
        }

        /** Is told of connections that come and go, and of sessions that go on or are lost. */
        public Builder connectionListener(ConnectionListener connectionListener) {
            listener = connectionListener;
            return this;
        }

        /** The client; nothing is sent yet. */
        public DflockdClient build() {
            var sessions = new Sessions(Octets.ofText(name), sessionGrace.toSeconds());
            var options = options();
            return new DflockdClient(options.with(new Meter(listener, options.callbacks(), observers()), sessions));
        }

        @Override
        Builder self() {
            return this;
        }
    }
}
