package io.dflockd.transport;

import io.dflockd.engine.Engine;
import io.dflockd.engine.EngineLimits;
import io.dflockd.engine.order.Node;
import io.dflockd.protocol.Dialect;
import io.dflockd.service.LimitNames;
import io.dflockd.service.RequestHandler;
import io.dflockd.service.ServiceSettings;
import io.dflockd.service.access.AuditTrail;
import io.dflockd.service.access.Authenticator;
import io.dflockd.service.access.Gate;
import io.dflockd.service.access.Identities;
import io.dflockd.service.driver.EngineDriver;
import io.dflockd.service.session.Replies;
import io.dflockd.service.stats.ServerCounters;
import io.dflockd.testkit.WireClient;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/** A member of a cluster whose leader is whoever the test says. Every member has a state of its own. */
final class TestMember implements AutoCloseable {
    private static final String HOST = "127.0.0.1";

    final ServerCounters counters = new ServerCounters();
    final EventLoops loops;
    final FrontDoor door;
    final Connections connections;
    private final EngineDriver driver;
    private final RequestHandler handler;
    private final Acceptor clients;
    private final Acceptor legacy;
    private final Acceptor members;
    private final String name;
    private ToldJournal journal;

    /** How a member is other than usual. */
    record Options(
            int maxConnections,
            Duration longestWait,
            Optional<TlsFiles> clientTls,
            Optional<TlsFiles> peerTls,
            Optional<String> token,
            Optional<AdminEntrance> operators) {
        static Options usual() {
            return new Options(0, Duration.ofSeconds(20), Optional.empty(), Optional.empty(), Optional.empty(),
                    Optional.empty());
        }

        Options maxConnections(int most) {
            return new Options(most, longestWait, clientTls, peerTls, token, operators);
        }

        Options longestWait(Duration most) {
            return new Options(maxConnections, most, clientTls, peerTls, token, operators);
        }

        Options clientTls(TlsFiles files) {
            return new Options(maxConnections, longestWait, Optional.of(files), peerTls, token, operators);
        }

        Options peerTls(TlsFiles files) {
            return new Options(maxConnections, longestWait, clientTls, Optional.of(files), token, operators);
        }

        Options token(String secret) {
            return new Options(maxConnections, longestWait, clientTls, peerTls, Optional.of(secret), operators);
        }

        Options operators(AdminEntrance entrance) {
            return new Options(maxConnections, longestWait, clientTls, peerTls, token, Optional.of(entrance));
        }
    }

    TestMember(String name) {
        this(name, Options.usual());
    }

    @SuppressWarnings("NullAway.Init") // the journal is made inside the driver
    TestMember(String name, Options options) {
        this.name = name;
        this.loops = EventLoops.start(System.getProperty("dflockd.test.transport", "auto"), 2, cause -> {});
        this.driver = new EngineDriver(
                new Engine(
                        new EngineLimits(1000, 0, 0, 0, 0, 256 << 20, 64 << 20, 10, 60_000, true, 5000, 60_000), 1),
                new Replies(64 << 20),
                () -> 1,
                loops.alarm(),
                cause -> {},
                EventLoops::wakeTouched,
                (applier, lock) -> journal = new ToldJournal(applier));
        this.handler = new RequestHandler(
                new ServiceSettings(30_000, 10, 64 << 20, 65_536, 20_000, LimitNames.none()),
                driver,
                Identities.of(
                        Authenticator.ofClients(options.token, Optional.empty(), 1000), Optional.empty(),
                        Optional.empty()),
                counters,
                new Gate(counters, options.maxConnections, 2, 0, System::nanoTime, loops.alarm()),
                AuditTrail.none());
        var settings = new TransportSettings(
                Duration.ofSeconds(20), Duration.ofSeconds(20), 65_536, 100, 64 << 20, System::nanoTime);
        this.connections = new Connections(settings, counters);
        this.door = FrontDoor.ofMember(
                handler,
                connections,
                settings,
                loops,
                options.clientTls,
                new RelaySettings(name, options.longestWait, options.peerTls),
                options.operators);
        this.members = Acceptor.openForMembers(HOST, 0, loops, door);
        this.clients = Acceptor.open(HOST, 0, loops, new Entrance(Dialect.CURRENT, options.clientTls), door);
        this.legacy = Acceptor.open(HOST, 0, loops, new Entrance(Dialect.LEGACY, options.clientTls), door);
    }

    /** As the others know it. */
    Node node() {
        return new Node(name, Addresses.text(address()), HOST + ":" + (relayAddress().getPort() - 1));
    }

    InetSocketAddress address() {
        return clients.address();
    }

    InetSocketAddress legacyAddress() {
        return legacy.address();
    }

    InetSocketAddress relayAddress() {
        return members.address();
    }

    WireClient connect() {
        return WireClient.connect(address());
    }

    void lead(long term) {
        journal.lead(node(), term);
    }

    void follow(TestMember leader, long term) {
        follow(leader.node(), term);
    }

    void follow(Node leader, long term) {
        journal.follow(Optional.of(leader), term);
    }

    void followNobody(long term) {
        journal.follow(Optional.empty(), term);
    }

    @Override
    public void close() {
        clients.close();
        legacy.close();
        members.close();
        door.close();
        connections.close();
        connections.awaitNone(Duration.ofSeconds(5));
        handler.close();
        loops.close();
        driver.close();
    }
}
