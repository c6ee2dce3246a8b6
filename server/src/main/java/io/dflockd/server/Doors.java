package io.dflockd.server;

import io.dflockd.protocol.Dialect;
import io.dflockd.server.config.Cluster;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.transport.Acceptor;
import io.dflockd.transport.Addresses;
import io.dflockd.transport.Entrance;
import io.dflockd.transport.EventLoops;
import io.dflockd.transport.FrontDoor;
import io.dflockd.transport.TlsFiles;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a server listens. */
final class Doors implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Doors.class);

    private final FrontDoor frontDoor;
    private final Acceptor clients;
    /** For clients that know no fences; null where none is wanted. */
    private final @Nullable Acceptor legacy;
    /** For the clients that other members pass on; null where there are none. */
    private final @Nullable Acceptor members;

    private Doors(FrontDoor frontDoor, Acceptor clients, @Nullable Acceptor legacy, @Nullable Acceptor members) {
        this.frontDoor = frontDoor;
        this.clients = clients;
        this.legacy = legacy;
        this.members = members;
    }

    /** Returns once connections are accepted. Others that were opened are closed where one cannot be. */
    static Doors open(ServerConfig config, EventLoops loops, Optional<TlsFiles> tls, FrontDoor frontDoor) {
        @Nullable Acceptor members = null;
        @Nullable Acceptor clients = null;
        try {
            members = config.cluster().map(cluster -> openForMembers(cluster, loops, frontDoor)).orElse(null);
            clients = Acceptor.open(
                    config.host(), config.port(), loops, new Entrance(Dialect.CURRENT, tls), frontDoor);
            return new Doors(frontDoor, clients, openForLegacy(config, loops, tls, frontDoor), members);
        } catch (RuntimeException e) {
            close(members);
            close(clients);
            frontDoor.close();
            throw e;
        }
    }

    private static Acceptor openForMembers(Cluster cluster, EventLoops loops, FrontDoor frontDoor) {
        var own = cluster.own();
        var acceptor = Acceptor.openForMembers(
                own.host(), FrontDoor.relayPort(own.peerPort()), loops, frontDoor);
        LOG.atInfo()
                .setMessage("listening for members that pass clients on")
                .addKeyValue("node", own.name())
                .addKeyValue("address", Addresses.text(acceptor.address()))
                .log();
        return acceptor;
    }

    private static @Nullable Acceptor openForLegacy(
            ServerConfig config, EventLoops loops, Optional<TlsFiles> tls, FrontDoor frontDoor) {
        if (config.legacyPort().isEmpty()) {
            return null;
        }
        var acceptor = Acceptor.open(
                config.legacyHost(),
                config.legacyPort().getAsInt(),
                loops,
                new Entrance(Dialect.LEGACY, tls),
                frontDoor);
        LOG.atInfo()
                .setMessage("listening for clients that know no fences")
                .addKeyValue("address", Addresses.text(acceptor.address()))
                .log();
        return acceptor;
    }

    InetSocketAddress address() {
        return clients.address();
    }

    Optional<InetSocketAddress> legacyAddress() {
        return Optional.ofNullable(legacy).map(Acceptor::address);
    }

    /** Lets nobody in any more, and ends whatever waits for another member or is passed on to it. */
    @Override
    public void close() {
        close(clients);
        close(legacy);
        close(members);
        frontDoor.close();
    }

    private static void close(@Nullable Acceptor acceptor) {
        if (acceptor != null) {
            acceptor.close();
        }
    }
}
