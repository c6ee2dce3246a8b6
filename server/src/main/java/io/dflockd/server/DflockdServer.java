package io.dflockd.server;

import io.dflockd.engine.Engine;
import io.dflockd.replication.RaftJournal;
import io.dflockd.server.config.ConfigException;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.service.RequestHandler;
import io.dflockd.service.SettingException;
import io.dflockd.service.Version;
import io.dflockd.service.access.AccessChanges;
import io.dflockd.service.access.AuditTrail;
import io.dflockd.service.access.Authenticator;
import io.dflockd.service.access.Gate;
import io.dflockd.service.access.Identities;
import io.dflockd.service.admin.AdminDesk;
import io.dflockd.service.admin.DrainDesk;
import io.dflockd.service.admin.Health;
import io.dflockd.service.admin.Upkeep;
import io.dflockd.service.driver.DirectJournal;
import io.dflockd.service.driver.EngineDriver;
import io.dflockd.service.metrics.Metrics;
import io.dflockd.service.session.Replies;
import io.dflockd.service.stats.ServerCounters;
import io.dflockd.service.visit.VisitorDesk;
import io.dflockd.transport.Addresses;
import io.dflockd.transport.Connections;
import io.dflockd.transport.EventLoops;
import io.dflockd.transport.FrontDoor;
import io.dflockd.transport.TlsFiles;
import io.dflockd.transport.TransportSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running server. Keeps its state in memory, so that what it has ends with it, or in a folder, so that a server that is
 * started there goes on where this one ended. Its fences rise after a restart either way, because they go on from the time
 * of day. Thread-safe.
 */
public final class DflockdServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DflockdServer.class);
    /** For connections to take their last answers before another member is made leader. */
    private static final Duration LONGEST_BEFORE_TRANSFER = Duration.ofMillis(200);
    /** Longer than a disk that works takes for what is under way. */
    private static final Duration LONGEST_FOR_VISITS = Duration.ofSeconds(5);

    private final EngineDriver driver;
    private final RequestHandler handler;
    private final EventLoops loops;
    private final Connections connections;
    private final Doors doors;
    private final VisitorDesk visitors;
    private final AdminDoor admin;
    private final Health health;
    private final Reloader reloader;
    private final TimedLogLevels logLevels;
    private final Audit audit;
    /** Whether others go on when this one stops. */
    private final boolean clustered;
    private final Duration shutdownTimeout;
    private final CompletableFuture<Throwable> failure;
    private boolean closed;

    private DflockdServer(
            EngineDriver driver,
            RequestHandler handler,
            EventLoops loops,
            Connections connections,
            Doors doors,
            VisitorDesk visitors,
            AdminDoor admin,
            Health health,
            Reloader reloader,
            TimedLogLevels logLevels,
            Audit audit,
            boolean clustered,
            Duration shutdownTimeout,
            CompletableFuture<Throwable> failure) {
        this.driver = driver;
        this.handler = handler;
        this.loops = loops;
        this.connections = connections;
        this.doors = doors;
        this.visitors = visitors;
        this.admin = admin;
        this.health = health;
        this.reloader = reloader;
        this.logLevels = logLevels;
        this.audit = audit;
        this.clustered = clustered;
        this.shutdownTimeout = shutdownTimeout;
        this.failure = failure.thenApplyAsync(reason -> {
            abort(reason);
            return reason;
        });
    }

    /**
     * Starts a server and returns once it accepts connections.
     *
     * @throws ConfigException where the address cannot be listened on, or a token or certificate cannot be used
     */
    public static DflockdServer start(ServerConfig config) {
        return start(config, ServerClock.system());
    }

    /** Starts a server that fetches times and salts from {@code clock}, as {@link #start(ServerConfig)} does. */
    public static DflockdServer start(ServerConfig config, ServerClock clock) {
        try {
            return wire(config, clock);
        } catch (SettingException e) {
            throw new ConfigException(String.valueOf(e.getMessage()), e);
        }
    }

    private static DflockdServer wire(ServerConfig config, ServerClock clock) {
        var clients = Authenticator.ofClients(config.authToken(), config.authTokenFile(), config.maxArgBytes());
        var admins = Authenticator.ofAdmins(config.adminTokenFile(), config.maxArgBytes(), clients);
        var identities = Identities.of(clients, admins, config.identities());
        var tls = TlsFiles.of(
                config.tlsCert(), config.tlsKey(), config.tlsClientCa(), config.clientCertificatesAreOptional());
        var adminTls = AdminDoor.certificates(config);
        var audit = Audit.open(config.auditLog(), config.auditsStrictly(), clock::now);
        var failure = new CompletableFuture<Throwable>();
        var loops = EventLoops.start(config.transport(), config.ioThreads(), failure::complete);
        @Nullable AdminDoor admin = null;
        @Nullable TimedLogLevels logLevels = null;
        @Nullable EngineDriver started = null;
        try {
            if (clients.isEmpty() && !identities.areNamed() && config.tlsClientCa().isEmpty()) {
                // First of all lines, so that nobody who puts a server up can have missed it.
                LOG.atInfo()
                        .setMessage(
                                "no token is asked for: whoever reaches this server may do everything but end what others hold")
                        .addKeyValue("host", config.host())
                        .addKeyValue("port", config.port())
                        .addKeyValue("settings", "--auth-token-file, --identities")
                        .log();
            }
            // In a log each term says the time of day; whoever reads it must begin as its writer began.
            var engine = new Engine(RoomSettings.ofEngine(config), config.dataDir().isPresent() ? 0 : microsOf(clock));
            var driver = new EngineDriver(
                    engine,
                    new Replies(config.maxAnswerBytes()),
                    clock::nextSalt,
                    loops.alarm(),
                    failure::complete,
                    EventLoops::wakeTouched,
                    journals(config, clock, loops, failure::complete));
            started = driver;
            var counters = new ServerCounters();
            Stream.of(tls, adminTls)
                    .flatMap(Optional::stream)
                    .forEach(files -> files.onReload(
                            done -> counters.reloaded(ServerCounters.Reloaded.CERTIFICATE, done)));
            int maxConnections = RoomSettings.maxConnections(config, tls.isPresent());
            var gate = new Gate(
                    counters,
                    maxConnections,
                    config.authFailureLimit(),
                    config.maxUnauthenticated(),
                    clock::nanoTime,
                    loops.alarm());
            var health = new Health(driver);
            var reloader = new Reloader(
                    identities, Stream.of(tls, adminTls).flatMap(Optional::stream).toList(), audit, counters);
            logLevels = new TimedLogLevels(audit.log());
            var visitors = new VisitorDesk(loops.alarm(), config.maxArgBytes());
            // Members read theirs at the start, and go on with it whatever becomes of the file.
            var peerTls = config.cluster().flatMap(unused -> RoomSettings.ofRelays(config).tls());
            var peersEnd = peerTls.map(TlsFiles::certificateEnds);
            var settings = new SettingsInForce(
                    config,
                    Map.of(Setting.MAX_CONNECTIONS, Integer.toString(maxConnections),
                            Setting.TRANSPORT, loops.transport().toString(),
                            Setting.IO_THREADS, Integer.toString(loops.threads())),
                    () -> driver.view().limits(), shown(tls, adminTls), peerTls.stream());
            // Before what may take minutes, so that whoever started the server is told that it lives.
            admin = AdminDoor.open(config, health,
                    new AdminDesk(driver, counters, health, maxConnections, self(config), loops.alarm(), audit.log(),
                            new Upkeep(new DrainDesk(driver, counters, loops.alarm(), () -> clock.now().toEpochMilli()),
                                    reloader, logLevels,
                                    new StateCopies(driver), settings)),
                    visitors,
                    identities, gate,
                    new Metrics(driver, counters, health::isReady, maxConnections, config.metricsGroups(),
                            () -> certificateEnds(tls, adminTls, peersEnd), audit.log()),
                    adminTls);
            begin(driver, loops, config);
            var handler = new RequestHandler(
                    RoomSettings.ofService(config), driver, identities, counters, gate,
                    new AuditTrail(audit.log(), loops.alarm(), AuditTrail.DATA));
            visitors.serve(handler);
            var transportSettings = RoomSettings.ofTransport(config, clock);
            var connections = new Connections(transportSettings, counters);
            var frontDoor = frontDoor(config, handler, connections, transportSettings, loops, tls, admin);
            frontDoor.adminPassage().ifPresent(admin::passBy);
            var doors = Doors.open(config, loops, tls, frontDoor);
            health.serving(loops.alarm());
            LOG.atInfo()
                    .setMessage("listening")
                    .addKeyValue("address", Addresses.text(doors.address()))
                    .addKeyValue("tls", tls.isPresent())
                    .addKeyValue("transport", loops.transport())
                    .addKeyValue("data", config.dataDir().map(Path::toString).orElse("memory"))
                    .addKeyValue("auth", clients.isPresent())
                    .addKeyValue("admin", admins.isPresent())
                    .addKeyValue("identities", identities.areNamed())
                    .addKeyValue("version", Version.current())
                    .log();
            audit.log().record("server.started", Map.of("version", Version.current(), "outcome", "done"));
            reloader.start();
            return new DflockdServer(
                    driver,
                    handler,
                    loops,
                    connections,
                    doors,
                    visitors,
                    admin,
                    health,
                    reloader,
                    logLevels,
                    audit,
                    config.cluster().isPresent(),
                    config.shutdownTimeout(),
                    failure);
        } catch (RuntimeException | Error e) {
            if (admin != null) {
                admin.close();
            }
            if (logLevels != null) {
                logLevels.close();
            }
            loops.abort();
            if (started != null) {
                started.close(); // whoever tries again finds the folder free, and no member that takes part unseen
            }
            audit.close();
            throw e;
        }
    }

    /** By the port, in seconds since 1970. */
    private static Map<String, Long> certificateEnds(
            Optional<TlsFiles> data, Optional<TlsFiles> admin, Optional<Instant> peers) {
        var ends = new LinkedHashMap<String, Long>();
        data.ifPresent(files -> ends.put("data", files.certificateEnds().getEpochSecond()));
        admin.ifPresent(files -> ends.put("admin", files.certificateEnds().getEpochSecond()));
        peers.ifPresent(end -> ends.put("peers", end.getEpochSecond()));
        return ends;
    }

    private static Map<String, TlsFiles> shown(Optional<TlsFiles> data, Optional<TlsFiles> admin) {
        var shown = new LinkedHashMap<String, TlsFiles>();
        data.ifPresent(files -> shown.put("data", files));
        admin.ifPresent(files -> shown.put("admin", files));
        return shown;
    }

    private static Optional<String> self(ServerConfig config) {
        return config.cluster().map(cluster -> cluster.own().name());
    }

    private static void begin(EngineDriver driver, EventLoops loops, ServerConfig config) {
        if (!driver.isDurable()) {
            return;
        }
        try {
            driver.begin();
        } catch (IOException e) {
            throw refused(config, e);
        }
        loops.atEndOfTurn(driver::endTurn);
    }

    /** Which file it is about is in front of what it says. */
    private static SettingException refused(ServerConfig config, IOException e) {
        var said = String.valueOf(e.getMessage());
        boolean isOfCopy = config.restore().filter(file -> said.startsWith(file + ": ")).isPresent();
        return new SettingException((isOfCopy ? "--restore: " : "--data-dir: ") + said, e);
    }

    private static EngineDriver.JournalFactory journals(
            ServerConfig config, ServerClock clock, EventLoops loops, Consumer<Throwable> broken) {
        @Nullable Path folder = config.dataDir().orElse(null);
        if (folder == null) {
            return (applier, lock) -> new DirectJournal(applier, lock, clock::nanoTime, clock.alarm(loops.alarm()));
        }
        var settings = RoomSettings.ofStorage(config, folder);
        return (applier, lock) -> {
            try {
                return RaftJournal.open(settings, applier, clock::nanoTime, () -> microsOf(clock), broken);
            } catch (IOException e) {
                throw refused(config, e);
            }
        };
    }

    private static long microsOf(ServerClock clock) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, clock.now());
    }

    private static FrontDoor frontDoor(
            ServerConfig config,
            RequestHandler handler,
            Connections connections,
            TransportSettings settings,
            EventLoops loops,
            Optional<TlsFiles> tls,
            AdminDoor admin) {
        if (config.cluster().isEmpty()) {
            return FrontDoor.alone(handler, connections, settings, loops);
        }
        return FrontDoor.ofMember(handler, connections, settings, loops, tls, RoomSettings.ofRelays(config),
                admin.entrance());
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
        return doors.address();
    }

    /**
     * Reads identities and certificates again, as it also does by itself some seconds after a change, and opens the file of the
     * audit log anew. What changed is in force when this returns, but for connections that end by it, which do so soon.
     *
     * @throws ConfigException where a file cannot be used; all stays as it was then
     */
    public AccessChanges reload() {
        try {
            return reloader.reloadAll().identities();
        } catch (SettingException e) {
            throw new ConfigException(String.valueOf(e.getMessage()), e);
        }
    }

    /** False where only a new start would help; what the probe of that name says. Never waits. */
    boolean lives() {
        return health.liveness().stream().allMatch(Health.Check::passes);
    }

    /** Where it listens for clients that know no fences; empty where it does not. */
    public Optional<InetSocketAddress> legacyAddress() {
        return doors.legacyAddress();
    }

    /** Where operators ask, over HTTP; empty where they cannot. */
    public Optional<InetSocketAddress> adminAddress() {
        return admin.address();
    }

    /**
     * Serves on, and tells probes that it will not for long. Blocks for this time, or until the server fails.
     *
     * @throws InterruptedException when interrupted; it still serves then, and is not ready
     */
    public void retire(Duration delay) throws InterruptedException {
        health.stopping();
        LOG.atInfo().setMessage("stops soon").addKeyValue("delay_s", delay.toSeconds()).log();
        try {
            var unused = failure.get(delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // The time has passed: nothing failed.
        }
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
        health.stopping();
        LOG.atInfo().setMessage("stopping").addKeyValue("connections", connections.size()).log();
        if (clustered) {
            // First, as long as all is well here: nobody is refused, and all find another leader when they turn to it.
            driver.handOver();
        }
        audit.log().record("server.stopping", Map.of("connections", connections.size(), "outcome", "done"));
        reloader.close();
        logLevels.close();
        doors.close();
        handler.drain();
        connections.drain();
        // Before the loops end that would give back what they were given.
        visitors.close(shorter(LONGEST_FOR_VISITS, shutdownTimeout).toMillis());
        if (clustered) {
            // Whoever comes to another member waits for a new leader there, and not for those who take nothing here.
            connections.awaitNone(shorter(LONGEST_BEFORE_TRANSFER, shutdownTimeout));
            driver.close();
        }
        boolean clean = connections.awaitNone(shutdownTimeout);
        connections.close();
        handler.close();
        loops.close();
        if (!clustered) {
            driver.close();
        }
        // Last, so that all the while it says that this server is not to be used.
        admin.close();
        audit.close();
        LOG.atInfo().setMessage("stopped").addKeyValue("clean", clean).log();
    }

    /** Zero is for ever. */
    private static Duration shorter(Duration one, Duration other) {
        return other.isZero() || one.compareTo(other) < 0 ? one : other;
    }

    private void abort(Throwable reason) {
        if (reason instanceof IOException) {
            LOG.atError()
                    .setMessage("what is answered can be kept no more, so the server stops")
                    .addKeyValue("reason", reason.getMessage())
                    .log();
        } else {
            LOG.atError().setMessage("the server failed, this is a bug; it stops").setCause(reason).log();
        }
        connections.close();
        admin.close();
        loops.abort();
    }
}
