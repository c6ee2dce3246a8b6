package io.dflockd.server;

import io.dflockd.http.AdminServer;
import io.dflockd.http.AdminSettings;
import io.dflockd.http.listener.Listener;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.service.SettingException;
import io.dflockd.service.access.Gate;
import io.dflockd.service.access.Identities;
import io.dflockd.service.admin.AdminDesk;
import io.dflockd.service.admin.Health;
import io.dflockd.service.metrics.Metrics;
import io.dflockd.service.visit.VisitorDesk;
import io.dflockd.transport.Addresses;
import io.dflockd.transport.AdminEntrance;
import io.dflockd.transport.AdminPassage;
import io.dflockd.transport.TlsFiles;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where operators ask, unless that is off. The port that nobody wished for may be in use, by another server of the same machine:
 * this one serves its clients all the same.
 */
final class AdminDoor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminDoor.class);

    private final @Nullable AdminServer server;

    private AdminDoor(@Nullable AdminServer server) {
        this.server = server;
    }

    /** Returns once it answers. Throws {@link SettingException} where it cannot listen where it was told to. */
    static AdminDoor open(
            ServerConfig config,
            Health health,
            AdminDesk desk,
            VisitorDesk visitors,
            Identities identities,
            Gate gate,
            Metrics metrics,
            Optional<TlsFiles> tls) {
        if (config.adminPort().isEmpty()) {
            return new AdminDoor(null);
        }
        int port = config.adminPort().getAsInt();
        var settings = new AdminSettings(config.adminHost(), port, config.adminHosts(), config.console(),
                config.metricsAuth(),
                config.tlsClientCa().isPresent() && !config.clientCertificatesAreOptional(),
                tls.map(files -> files::newEngine));
        try {
            var server = AdminServer.open(settings, desk, visitors, health, identities, gate, metrics);
            LOG.atInfo()
                    .setMessage("answering operators")
                    .addKeyValue("address", Addresses.text(server.address()))
                    .addKeyValue("tls", tls.isPresent())
                    .log();
            return new AdminDoor(server);
        } catch (Listener.AddressException e) {
            var where = config.adminHost() + ":" + port;
            if (config.isAdminPortGiven() || !e.isInUse()) {
                throw new SettingException(
                        "cannot listen on %s (--admin-host, --admin-port): %s".formatted(where, e.getMessage()), e);
            }
            LOG.atWarn()
                    .setMessage("no admin listener, as its port is in use; --admin-port names another one")
                    .addKeyValue("address", where)
                    .log();
            return new AdminDoor(null);
        }
    }

    /** What it shows, unless it speaks no TLS: files of its own, else those of the port for clients. */
    static Optional<TlsFiles> certificates(ServerConfig config) {
        if (!config.adminTls() || config.adminPort().isEmpty()) {
            return Optional.empty();
        }
        var authorities = config.adminTlsClientCa().or(config::tlsClientCa);
        boolean isOwn = config.adminTlsCert().isPresent();
        var certificate = isOwn ? config.adminTlsCert() : config.tlsCert();
        var key = isOwn ? config.adminTlsKey() : config.tlsKey();
        return certificate.isPresent() && key.isPresent()
                ? Optional.of(TlsFiles.ofOperators(certificate.get(), key.get(), authorities, isOwn))
                : Optional.empty();
    }

    Optional<InetSocketAddress> address() {
        return Optional.ofNullable(server).map(AdminServer::address);
    }

    /** Where requests go that other members of the cluster pass on; empty where operators ask nothing here. */
    Optional<AdminEntrance> entrance() {
        return Optional.ofNullable(server).map(AdminServer::entrance);
    }

    /** Passes on what only another member can answer. */
    void passBy(AdminPassage way) {
        if (server != null) {
            server.passBy(way);
        }
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
    }
}
