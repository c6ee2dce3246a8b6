package io.dflockd.server;

import io.dflockd.engine.EngineLimits;
import io.dflockd.replication.ClusterSettings;
import io.dflockd.replication.PeerTls;
import io.dflockd.replication.StorageSettings;
import io.dflockd.server.config.LimitSettings;
import io.dflockd.server.config.Member;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.service.ServiceSettings;
import io.dflockd.service.Version;
import io.dflockd.transport.Connections;
import io.dflockd.transport.RelaySettings;
import io.dflockd.transport.TlsFiles;
import io.dflockd.transport.TransportSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** What of the configuration each room is told, in its own words. */
final class RoomSettings {
    private static final Duration LONGEST_RECOVERY = Duration.ofMinutes(10);

    private RoomSettings() {}

    static EngineLimits ofEngine(ServerConfig config) {
        return new EngineLimits(
                config.maxLocks(),
                config.maxWaiters(),
                config.maxKeys(),
                config.maxListLength(),
                config.maxSubscriptions(),
                LimitSettings.stateBytes(config.maxMemoryBytes()),
                config.maxAnswerBytes(),
                config.maxSessions(),
                config.maxSessionGrace().toMillis(),
                config.autoReleaseOnDisconnect(),
                config.gcInterval().toMillis(),
                config.gcMaxIdle().toMillis());
    }

    static ServiceSettings ofService(ServerConfig config) {
        return new ServiceSettings(
                config.defaultLeaseTtl().toMillis(),
                config.statsLimit(),
                config.maxAnswerBytes(),
                config.maxArgBytes(),
                config.readTimeout().toMillis(),
                new LimitSettings());
    }

    static TransportSettings ofTransport(ServerConfig config, ServerClock clock) {
        return new TransportSettings(
                config.readTimeout(),
                config.writeTimeout(),
                config.maxArgBytes(),
                config.pushQueue(),
                LimitSettings.connectionBytes(config.maxMemoryBytes()),
                clock::nanoTime);
    }

    /** How many connections there may be, of which each may need some memory at once. */
    static int maxConnections(ServerConfig config, boolean encrypted) {
        int most = Connections.most(LimitSettings.connectionBytes(config.maxMemoryBytes()), encrypted);
        return config.maxConnections() == 0 ? most : Math.min(config.maxConnections(), most);
    }

    static StorageSettings ofStorage(ServerConfig config, Path folder) {
        return new StorageSettings(
                folder, config.syncs(), config.acceptsLogLoss(), LONGEST_RECOVERY, ofEngine(config), ofCluster(config),
                config.restore(), config.minFreeDisk());
    }

    private static Optional<ClusterSettings> ofCluster(ServerConfig config) {
        return config.cluster()
                .map(cluster -> new ClusterSettings(
                        cluster.members().stream().map(Member::node).toList(),
                        cluster.own().name(),
                        config.electionTimeout(),
                        peerTls(config),
                        config.joins(),
                        Version.current(),
                        new OwnRoom(ofEngine(config), Runtime.getRuntime().maxMemory())));
    }

    /** Of a member. */
    static RelaySettings ofRelays(ServerConfig config) {
        return new RelaySettings(
                config.cluster().orElseThrow().own().name(),
                config.relayWait(),
                peerTls(config).map(files -> TlsFiles.ofPeers(files.cert(), files.key(), files.ca())));
    }

    private static Optional<PeerTls> peerTls(ServerConfig config) {
        return config.peerTlsCert()
                .map(certificate -> new PeerTls(
                        certificate, config.peerTlsKey().orElseThrow(), config.peerTlsCa().orElseThrow()));
    }
}
