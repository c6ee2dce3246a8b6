package io.dflockd.server.config;

import static io.dflockd.server.config.Setting.ACCEPT_LOG_LOSS;
import static io.dflockd.server.config.Setting.ADMIN_HOST;
import static io.dflockd.server.config.Setting.ADMIN_HOSTS;
import static io.dflockd.server.config.Setting.ADMIN_PORT;
import static io.dflockd.server.config.Setting.ADMIN_TLS;
import static io.dflockd.server.config.Setting.ADMIN_TLS_CERT;
import static io.dflockd.server.config.Setting.ADMIN_TLS_CLIENT_CA;
import static io.dflockd.server.config.Setting.ADMIN_TLS_KEY;
import static io.dflockd.server.config.Setting.ADMIN_TOKEN_FILE;
import static io.dflockd.server.config.Setting.AUDIT_LOG;
import static io.dflockd.server.config.Setting.AUDIT_STRICT;
import static io.dflockd.server.config.Setting.AUTH_FAILURE_LIMIT;
import static io.dflockd.server.config.Setting.AUTH_TOKEN;
import static io.dflockd.server.config.Setting.AUTH_TOKEN_FILE;
import static io.dflockd.server.config.Setting.AUTO_RELEASE_ON_DISCONNECT;
import static io.dflockd.server.config.Setting.CLUSTER;
import static io.dflockd.server.config.Setting.CONSOLE;
import static io.dflockd.server.config.Setting.DATA_DIR;
import static io.dflockd.server.config.Setting.DEBUG;
import static io.dflockd.server.config.Setting.DEFAULT_LEASE_TTL;
import static io.dflockd.server.config.Setting.ELECTION_TIMEOUT;
import static io.dflockd.server.config.Setting.FSYNC;
import static io.dflockd.server.config.Setting.GC_INTERVAL;
import static io.dflockd.server.config.Setting.GC_MAX_IDLE;
import static io.dflockd.server.config.Setting.HOST;
import static io.dflockd.server.config.Setting.IDENTITIES;
import static io.dflockd.server.config.Setting.IO_THREADS;
import static io.dflockd.server.config.Setting.JOIN;
import static io.dflockd.server.config.Setting.LEGACY_HOST;
import static io.dflockd.server.config.Setting.LEGACY_PORT;
import static io.dflockd.server.config.Setting.LOG_FORMAT;
import static io.dflockd.server.config.Setting.MAX_ANSWER_BYTES;
import static io.dflockd.server.config.Setting.MAX_ARG_BYTES;
import static io.dflockd.server.config.Setting.MAX_CONNECTIONS;
import static io.dflockd.server.config.Setting.MAX_KEYS;
import static io.dflockd.server.config.Setting.MAX_LIST_LENGTH;
import static io.dflockd.server.config.Setting.MAX_LOCKS;
import static io.dflockd.server.config.Setting.MAX_MEMORY;
import static io.dflockd.server.config.Setting.MAX_SESSIONS;
import static io.dflockd.server.config.Setting.MAX_SESSION_GRACE;
import static io.dflockd.server.config.Setting.MAX_SUBSCRIPTIONS;
import static io.dflockd.server.config.Setting.MAX_UNAUTHENTICATED;
import static io.dflockd.server.config.Setting.MAX_WAITERS;
import static io.dflockd.server.config.Setting.METRICS_AUTH;
import static io.dflockd.server.config.Setting.METRICS_GROUPS;
import static io.dflockd.server.config.Setting.MIN_FREE_DISK;
import static io.dflockd.server.config.Setting.NODE;
import static io.dflockd.server.config.Setting.PEER_INSECURE;
import static io.dflockd.server.config.Setting.PEER_TLS_CA;
import static io.dflockd.server.config.Setting.PEER_TLS_CERT;
import static io.dflockd.server.config.Setting.PEER_TLS_KEY;
import static io.dflockd.server.config.Setting.PORT;
import static io.dflockd.server.config.Setting.PUSH_QUEUE;
import static io.dflockd.server.config.Setting.READ_TIMEOUT;
import static io.dflockd.server.config.Setting.RELAY_WAIT;
import static io.dflockd.server.config.Setting.RESTORE;
import static io.dflockd.server.config.Setting.SHUTDOWN_DELAY;
import static io.dflockd.server.config.Setting.SHUTDOWN_TIMEOUT;
import static io.dflockd.server.config.Setting.STATS_LIMIT;
import static io.dflockd.server.config.Setting.TLS_CERT;
import static io.dflockd.server.config.Setting.TLS_CLIENT_AUTH;
import static io.dflockd.server.config.Setting.TLS_CLIENT_CA;
import static io.dflockd.server.config.Setting.TLS_KEY;
import static io.dflockd.server.config.Setting.TRANSPORT;
import static io.dflockd.server.config.Setting.WRITE_TIMEOUT;

import io.dflockd.service.metrics.KeyGroup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The settings of one server, each valid by itself and all valid together. Immutable. */
public final class ServerConfig {
    private static final Said NOTHING = new Said("", Origin.DEFAULT);

    private final Map<Setting, Object> values;
    private final @Nullable Cluster cluster;
    private final Map<Setting, Said> said;

    private ServerConfig(Map<Setting, Object> values, Map<Setting, Said> said, @Nullable Cluster cluster) {
        this.values = new EnumMap<>(values);
        this.said = new EnumMap<>(said);
        this.cluster = cluster;
    }

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects settings. Not thread-safe. */
    public static final class Builder {
        /** Beside the state there must be room for a second one, of which snapshots are written. */
        private static final String DURABLE_MAX_MEMORY = "35%";

        private final Map<Setting, Object> values = new EnumMap<>(Setting.class);
        private final Map<Setting, Said> said = new EnumMap<>(Setting.class);

        private Builder() {
            for (Setting setting : Setting.values()) {
                unset(setting);
            }
        }

        /** Sets a value as it would be written on the command line. Throws {@link ConfigException} where it is not valid. */
        public Builder set(Setting setting, String text) {
            return set(setting, new Said(text, Origin.FLAG), "");
        }

        /** {@code source}: where it stands, for whoever is told that it is not valid. */
        Builder set(Setting setting, Said wish, String source) {
            var value = setting.parse(wish.text());
            if (value == null) {
                throw ConfigException.of(setting, wish.text(), source);
            }
            values.put(setting, value);
            said.put(setting, wish);
            return this;
        }

        void unset(Setting setting) {
            set(setting, new Said(setting.defaultText(), Origin.DEFAULT), "");
        }

        /** Throws {@link ConfigException} where the settings do not go together. */
        public ServerConfig build() {
            if (!"".equals(values.get(DATA_DIR))) {
                byDefault(MAX_MEMORY, DURABLE_MAX_MEMORY);
            }
            @Nullable Cluster cluster = Cluster.of(new ServerConfig(values, said, null));
            if (cluster != null) {
                byDefault(HOST, cluster.own().host());
                byDefault(PORT, Integer.toString(cluster.own().clientPort()));
            }
            var config = new ServerConfig(values, said, cluster);
            Consistency.require(config);
            return config;
        }

        /** For what nobody wished for, other settings make another value the better one. */
        private void byDefault(Setting setting, String text) {
            if (!said.getOrDefault(setting, NOTHING).origin().isWish()) {
                set(setting, new Said(text, Origin.OTHER_SETTINGS), "");
            }
        }
    }

    /** How it was written, and where. */
    public Said said(Setting setting) {
        return said.getOrDefault(setting, NOTHING);
    }

    public String host() {
        return text(HOST);
    }

    public int port() {
        return number(PORT);
    }

    /** Where released clients are spoken to that take a grant without a fence. Empty where nowhere. */
    public OptionalInt legacyPort() {
        int port = number(LEGACY_PORT);
        return port == Kind.OptionalWhole.NONE ? OptionalInt.empty() : OptionalInt.of(port);
    }

    boolean isLegacyHostGiven() {
        return !text(LEGACY_HOST).isEmpty();
    }

    public String legacyHost() {
        return text(LEGACY_HOST).isEmpty() ? host() : text(LEGACY_HOST);
    }

    public int maxConnections() {
        return number(MAX_CONNECTIONS);
    }

    public Duration readTimeout() {
        return seconds(READ_TIMEOUT);
    }

    /** Zero for no limit. */
    public Duration writeTimeout() {
        return seconds(WRITE_TIMEOUT);
    }

    public Duration shutdownDelay() {
        return seconds(SHUTDOWN_DELAY);
    }

    /** Zero for no limit. */
    public Duration shutdownTimeout() {
        return seconds(SHUTDOWN_TIMEOUT);
    }

    public int maxArgBytes() {
        return number(MAX_ARG_BYTES);
    }

    public int maxAnswerBytes() {
        return number(MAX_ANSWER_BYTES);
    }

    public int pushQueue() {
        return number(PUSH_QUEUE);
    }

    /** 0 to let the server choose. */
    public int ioThreads() {
        return number(IO_THREADS);
    }

    /** One of auto, io_uring, epoll and nio. */
    public String transport() {
        return (String) value(TRANSPORT);
    }

    public Duration defaultLeaseTtl() {
        return seconds(DEFAULT_LEASE_TTL);
    }

    public boolean autoReleaseOnDisconnect() {
        return (boolean) value(AUTO_RELEASE_ON_DISCONNECT);
    }

    /** Zero where sessions that outlive their connection are refused. */
    public Duration maxSessionGrace() {
        return seconds(MAX_SESSION_GRACE);
    }

    public int maxSessions() {
        return number(MAX_SESSIONS);
    }

    public int maxLocks() {
        return number(MAX_LOCKS);
    }

    public int maxWaiters() {
        return number(MAX_WAITERS);
    }

    public int maxKeys() {
        return number(MAX_KEYS);
    }

    public int maxListLength() {
        return number(MAX_LIST_LENGTH);
    }

    public int maxSubscriptions() {
        return number(MAX_SUBSCRIPTIONS);
    }

    public long maxMemoryBytes() {
        return (long) value(MAX_MEMORY);
    }

    public int statsLimit() {
        return number(STATS_LIMIT);
    }

    public Duration gcInterval() {
        return seconds(GC_INTERVAL);
    }

    public Duration gcMaxIdle() {
        return seconds(GC_MAX_IDLE);
    }

    /** Where the state is kept. Empty where it ends with the process. */
    public Optional<Path> dataDir() {
        return path(DATA_DIR);
    }

    /** Whether something is answered only when it is on the disk. */
    public boolean syncs() {
        return text(FSYNC).equals("always");
    }

    /** Whether the server starts although a part of its log is lost. */
    public boolean acceptsLogLoss() {
        return (boolean) value(ACCEPT_LOG_LOSS);
    }

    /** A copy of a snapshot with which an empty folder begins. Empty to begin with nothing. */
    public Optional<Path> restore() {
        return path(RESTORE);
    }

    /** How much room the disk must have for more to be added. Empty for what is usual. */
    public OptionalLong minFreeDisk() {
        long bytes = (long) value(MIN_FREE_DISK);
        return bytes == Kind.Room.AUTO ? OptionalLong.empty() : OptionalLong.of(bytes);
    }

    /** Where operators ask, over HTTP. */
    public String adminHost() {
        return text(ADMIN_HOST);
    }

    /** Empty where operators cannot ask. */
    public OptionalInt adminPort() {
        int port = number(ADMIN_PORT);
        return port == Kind.PortOrOff.OFF ? OptionalInt.empty() : OptionalInt.of(port);
    }

    /** Whether somebody wished for that port, so that no other will do, nor none. */
    public boolean isAdminPortGiven() {
        return said(ADMIN_PORT).origin().isWish();
    }

    /** Names by which the admin listener may be asked. */
    @SuppressWarnings("unchecked") // the kind of the setting makes nothing else
    public List<String> adminHosts() {
        return (List<String>) value(ADMIN_HOSTS);
    }

    /** Whether the admin listener speaks TLS where there is a certificate for it. */
    public boolean adminTls() {
        return (boolean) value(ADMIN_TLS);
    }

    public Optional<Path> adminTlsCert() {
        return path(ADMIN_TLS_CERT);
    }

    public Optional<Path> adminTlsKey() {
        return path(ADMIN_TLS_KEY);
    }

    public Optional<Path> adminTlsClientCa() {
        return path(ADMIN_TLS_CLIENT_CA);
    }

    /** Whether the admin listener has pages for people too. */
    public boolean console() {
        return (boolean) value(CONSOLE);
    }

    /** Whether who asks for metrics must show that he may observe. */
    public boolean metricsAuth() {
        return (boolean) value(METRICS_AUTH);
    }

    /** The keys that are measured apart. */
    @SuppressWarnings("unchecked") // as above
    public List<KeyGroup> metricsGroups() {
        return (List<KeyGroup>) value(METRICS_GROUPS);
    }

    /** Of which this node is a member. Empty where it is alone. */
    public Optional<Cluster> cluster() {
        return Optional.ofNullable(cluster);
    }

    /** How long a follower hears nothing before it asks for votes. */
    public Duration electionTimeout() {
        return Duration.ofMillis((long) value(ELECTION_TIMEOUT));
    }

    /** How long a connection waits for a leader. */
    public Duration relayWait() {
        return seconds(RELAY_WAIT);
    }

    /** What this node shows the other members. Given with its key and the authority, or not at all. */
    public Optional<Path> peerTlsCert() {
        return path(PEER_TLS_CERT);
    }

    public Optional<Path> peerTlsKey() {
        return path(PEER_TLS_KEY);
    }

    public Optional<Path> peerTlsCa() {
        return path(PEER_TLS_CA);
    }

    boolean peersMayBeInsecure() {
        return (boolean) value(PEER_INSECURE);
    }

    /** Whether the other members have a log already, where this one has none. */
    public boolean joins() {
        return (boolean) value(JOIN);
    }

    String clusterText() {
        return text(CLUSTER);
    }

    String nodeText() {
        return text(NODE);
    }

    public Optional<String> authToken() {
        return Optional.of(text(AUTH_TOKEN)).filter(token -> !token.isEmpty());
    }

    public Optional<Path> authTokenFile() {
        return path(AUTH_TOKEN_FILE);
    }

    /** Of one source at once; 0 for any number. */
    public int authFailureLimit() {
        return number(AUTH_FAILURE_LIMIT);
    }

    /** 0 for any number. */
    public int maxUnauthenticated() {
        return number(MAX_UNAUTHENTICATED);
    }

    /** The path of a file, or stderr or off. */
    public String auditLog() {
        return text(AUDIT_LOG);
    }

    /** Whether what cannot be recorded is refused. */
    public boolean auditsStrictly() {
        return (boolean) value(AUDIT_STRICT);
    }

    public Optional<Path> adminTokenFile() {
        return path(ADMIN_TOKEN_FILE);
    }

    /** Who may do what. Empty where all may do what every client does. */
    public Optional<Path> identities() {
        return path(IDENTITIES);
    }

    /** Whether clients must show who they are, by a certificate or without. */
    boolean isSomethingShown() {
        return identities().isPresent() || authToken().isPresent() || authTokenFile().isPresent();
    }

    /** Whether clients may come without a certificate where their authorities are set. */
    public boolean clientCertificatesAreOptional() {
        return text(TLS_CLIENT_AUTH).equals("optional");
    }

    public Optional<Path> tlsCert() {
        return path(TLS_CERT);
    }

    public Optional<Path> tlsKey() {
        return path(TLS_KEY);
    }

    public Optional<Path> tlsClientCa() {
        return path(TLS_CLIENT_CA);
    }

    public boolean logsJson() {
        return text(LOG_FORMAT).equals("json");
    }

    public boolean debug() {
        return (boolean) value(DEBUG);
    }

    private Object value(Setting setting) {
        var value = values.get(setting);
        if (value == null) {
            throw new IllegalStateException("no value for " + setting);
        }
        return value;
    }

    private String text(Setting setting) {
        return (String) value(setting);
    }

    private int number(Setting setting) {
        return Math.toIntExact((long) value(setting));
    }

    private Duration seconds(Setting setting) {
        return Duration.ofSeconds((long) value(setting));
    }

    private Optional<Path> path(Setting setting) {
        return Optional.of(text(setting)).filter(path -> !path.isEmpty()).map(Path::of);
    }
}
