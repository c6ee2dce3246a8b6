package io.dflockd.server.config;

import io.dflockd.protocol.Limits;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be set. Each setting has one name in three spellings: a flag ({@code --max-locks}), an environment
 * variable ({@code DFLOCKD_MAX_LOCKS}) and an entry of the configuration file ({@code max-locks}).
 */
public enum Setting {
    // spotless:off
    HOST(Group.NETWORK, "host", "DFLOCKD_HOST",
            new Kind.Text("ADDRESS", "a host name or address"), "127.0.0.1",
            "address to listen on; empty for all"),
    PORT(Group.NETWORK, "port", "DFLOCKD_PORT",
            new Kind.Whole(0, 65_535, "N"), "" + Limits.DEFAULT_PORT,
            "port to listen on; 0 for any that is free"),
    LEGACY_HOST(Group.NETWORK, "legacy-host", "DFLOCKD_LEGACY_HOST",
            new Kind.Text("ADDRESS", "a host name or address"), "",
            "address for --legacy-port to listen on; empty for that of --host"),
    LEGACY_PORT(Group.NETWORK, "legacy-port", "DFLOCKD_LEGACY_PORT",
            new Kind.OptionalWhole(0, 65_535, "N"), "",
            "port for released clients that take a grant without a fence; 0 for any that is free, empty for none"),
    MAX_CONNECTIONS(Group.NETWORK, "max-connections", "DFLOCKD_MAX_CONNECTIONS",
            count(0), "0",
            "connections at once, more are closed at once; 0 for as many as --max-memory has room for"),
    READ_TIMEOUT(Group.NETWORK, "read-timeout", "DFLOCKD_READ_TIMEOUT_S",
            seconds(1), "23",
            "for a request to arrive whole, and for a connection that owns nothing to be silent"),
    WRITE_TIMEOUT(Group.NETWORK, "write-timeout", "DFLOCKD_WRITE_TIMEOUT_S",
            seconds(0), "5",
            "for the peer to take some of what it is sent; 0 for ever"),
    SHUTDOWN_DELAY(Group.NETWORK, "shutdown-delay", "DFLOCKD_SHUTDOWN_DELAY_S",
            seconds(0), "0",
            "after SIGTERM, to serve on while /readyz says no, for load balancers to turn away"),
    SHUTDOWN_TIMEOUT(Group.NETWORK, "shutdown-timeout", "DFLOCKD_SHUTDOWN_TIMEOUT_S",
            seconds(0), "30",
            "for connections to take their last answers on shutdown; 0 for ever"),
    MAX_ARG_BYTES(Group.NETWORK, "max-arg-bytes", "DFLOCKD_MAX_ARG_BYTES",
            new Kind.Whole(Limits.MAX_LINE_BYTES, Limits.MAX_MAX_ARG_BYTES, "N"), "" + Limits.DEFAULT_MAX_ARG_BYTES,
            "longest argument line of kset, kcas, lpush, rpush, signal and auth"),
    MAX_ANSWER_BYTES(Group.NETWORK, "max-answer-bytes", "DFLOCKD_MAX_ANSWER_BYTES",
            new Kind.Whole(64 * 1024, 256 * 1024 * 1024, "N"), "16777216",
            "longest line of an answer, more is refused"),
    PUSH_QUEUE(Group.NETWORK, "push-queue", "DFLOCKD_PUSH_QUEUE",
            new Kind.Whole(1, 1_000_000, "N"), "1024",
            "signals and events that may wait for a slow peer before it is cut off"),
    IO_THREADS(Group.NETWORK, "io-threads", "DFLOCKD_IO_THREADS",
            new Kind.Whole(0, 256, "N"), "0",
            "threads that serve connections; 0 for a number that suits the machine"),
    TRANSPORT(Group.NETWORK, "transport", "DFLOCKD_TRANSPORT",
            new Kind.Choice("auto", "io_uring", "epoll", "nio"), "auto",
            "how the kernel is asked for what happens at the sockets; auto is the first of the others that works here"),

    DEFAULT_LEASE_TTL(Group.LEASES, "default-lease-ttl", "DFLOCKD_DEFAULT_LEASE_TTL_S",
            seconds(1), "33",
            "lease of a request that does not name one"),
    AUTO_RELEASE_ON_DISCONNECT(Group.LEASES, "auto-release-on-disconnect", "DFLOCKD_AUTO_RELEASE_ON_DISCONNECT",
            new Kind.Flag(), "true",
            "release what a connection holds when it ends; if false, leases guard it"),
    MAX_SESSION_GRACE(Group.LEASES, "max-session-grace", "DFLOCKD_MAX_SESSION_GRACE_S",
            new Kind.Whole(0, Limits.MAX_GRACE_SECONDS, "SECONDS"), "" + Limits.MAX_GRACE_SECONDS,
            "longest time that a session may outlive its connection by; 0 to refuse sessions"),
    MAX_SESSIONS(Group.LEASES, "max-sessions", "DFLOCKD_MAX_SESSIONS",
            count(1), "100000",
            "sessions that can outlive their connection"),
    LEASE_SWEEP_INTERVAL(Group.LEASES, "lease-sweep-interval", "DFLOCKD_LEASE_SWEEP_INTERVAL_S",
            seconds(1), "1",
            "accepted for compatibility: leases end on time, no sweep is needed"),

    MAX_LOCKS(Group.LIMITS, "max-locks", "DFLOCKD_MAX_LOCKS",
            count(1), "1000000",
            "lock, semaphore, read-write lock and election keys"),
    MAX_WAITERS(Group.LIMITS, "max-waiters", "DFLOCKD_MAX_WAITERS",
            count(0), "0",
            "waiters for one key; 0 for any number"),
    MAX_KEYS(Group.LIMITS, "max-keys", "DFLOCKD_MAX_KEYS",
            count(0), "0",
            "counters, values, lists and barriers together; 0 for any number"),
    MAX_LIST_LENGTH(Group.LIMITS, "max-list-length", "DFLOCKD_MAX_LIST_LENGTH",
            count(0), "0",
            "values in one list; 0 for any number"),
    MAX_SUBSCRIPTIONS(Group.LIMITS, "max-subscriptions", "DFLOCKD_MAX_SUBSCRIPTIONS",
            count(0), "0",
            "listen, watch and observe together, for one connection; 0 for any number"),
    MAX_MEMORY(Group.LIMITS, "max-memory", "DFLOCKD_MAX_MEMORY",
            new Kind.Size(), "70%",
            "size of all that clients can make grow; what would grow it further is refused (with --data-dir 35% unless set)"),
    STATS_LIMIT(Group.LIMITS, "stats-limit", "DFLOCKD_STATS_LIMIT",
            new Kind.Whole(0, 1_000_000, "N"), "1000",
            "rows of each kind in the answer to stats"),
    GC_INTERVAL(Group.LIMITS, "gc-interval", "DFLOCKD_GC_LOOP_SLEEP",
            seconds(1), "5",
            "how often idle keys are looked for"),
    GC_MAX_IDLE(Group.LIMITS, "gc-max-idle", "DFLOCKD_GC_MAX_UNUSED_TIME",
            seconds(1), "60",
            "how long an unused lock key or a counter at 0 is remembered"),

    DATA_DIR(Group.STORAGE, "data-dir", "DFLOCKD_DATA_DIR",
            new Kind.Text("FOLDER", "the path of a folder that only its owner can read, or that can be made"), "",
            "folder that keeps all that was answered; empty to keep nothing beyond the process"),
    FSYNC(Group.STORAGE, "fsync", "DFLOCKD_FSYNC",
            new Kind.Choice("always", "os"), "always",
            "when something is answered: when it is on the disk, or when the kernel has it, which a crash of the machine loses"),
    ACCEPT_LOG_LOSS(Group.STORAGE, "accept-log-loss", "DFLOCKD_ACCEPT_LOG_LOSS",
            new Kind.Flag(), "false",
            "start although part of the log in --data-dir is damaged, and go on without what stood behind the damage"),
    RESTORE(Group.STORAGE, "restore", "DFLOCKD_RESTORE",
            file(), "",
            "copy of a snapshot with which an empty folder of --data-dir begins; the same on all members of a cluster"),
    MIN_FREE_DISK(Group.STORAGE, "min-free-disk", "DFLOCKD_MIN_FREE_DISK",
            new Kind.Room(), "auto",
            "room that the disk of --data-dir must have, else what would need more is refused; auto is 256m or three snapshots"),

    CLUSTER(Group.CLUSTER, "cluster", "DFLOCKD_CLUSTER",
            new Kind.Text("MEMBERS", "NAME=HOST:CLIENTPORT:PEERPORT of 3 or 5 members with commas between them, IPv6 addresses in brackets"), "",
            "members of the cluster that this node is one of, the same on each; the port after the peer port is used too; empty for a node alone"),
    NODE(Group.CLUSTER, "node", "DFLOCKD_NODE",
            new Kind.Text("NAME", "the name of one of the members of --cluster"), "",
            "which of the members this node is"),
    JOIN(Group.CLUSTER, "join", "DFLOCKD_JOIN",
            new Kind.Flag(), "false",
            "with an empty folder: wait to be made a member of a cluster that is there (dflock cluster add); --cluster names its present members and this node"),
    PEER_TLS_CERT(Group.CLUSTER, "peer-tls-cert", "DFLOCKD_PEER_TLS_CERT",
            file(), "",
            "certificate chain (PEM) that this node shows the other members, for the host of its peer address"),
    PEER_TLS_KEY(Group.CLUSTER, "peer-tls-key", "DFLOCKD_PEER_TLS_KEY",
            file(), "",
            "its private key (PEM, PKCS #8)"),
    PEER_TLS_CA(Group.CLUSTER, "peer-tls-ca", "DFLOCKD_PEER_TLS_CA",
            file(), "",
            "authority (PEM) that signs the certificates of members, and of nobody else"),
    PEER_INSECURE(Group.CLUSTER, "peer-insecure", "DFLOCKD_PEER_INSECURE",
            new Kind.Flag(), "false",
            "let members speak without TLS over a network: whoever reaches the peer ports can do what a member can"),
    ELECTION_TIMEOUT(Group.CLUSTER, "election-timeout", "DFLOCKD_ELECTION_TIMEOUT_MS",
            new Kind.Whole(50, 60_000, "MILLISECONDS"), "250",
            "how long a follower hears nothing of the leader before it asks for votes; at most twice as long"),
    RELAY_WAIT(Group.CLUSTER, "relay-wait", "DFLOCKD_RELAY_WAIT_S",
            new Kind.Whole(1, 3600, "SECONDS"), "10",
            "how long a connection to a follower waits for a leader before it is closed"),

    ADMIN_HOST(Group.ADMIN, "admin-host", "DFLOCKD_ADMIN_HOST",
            new Kind.Text("ADDRESS", "a host name or address"), "127.0.0.1",
            "address of the admin listener (probes, state and what operators do, over HTTP); empty for all"),
    ADMIN_PORT(Group.ADMIN, "admin-port", "DFLOCKD_ADMIN_PORT",
            new Kind.PortOrOff(), "6389",
            "its port; 0 for any that is free, off for no admin listener"),
    ADMIN_HOSTS(Group.ADMIN, "admin-hosts", "DFLOCKD_ADMIN_HOSTS",
            new Kind.Names(), "",
            "names by which it may be asked, besides addresses and localhost"),
    ADMIN_TLS(Group.ADMIN, "admin-tls", "DFLOCKD_ADMIN_TLS",
            new Kind.Flag(), "true",
            "whether it speaks TLS, where there is a certificate: --admin-tls-cert, else --tls-cert"),
    ADMIN_TLS_CERT(Group.ADMIN, "admin-tls-cert", "DFLOCKD_ADMIN_TLS_CERT",
            file(), "",
            "its own certificate chain (PEM), in place of that of --tls-cert; a changed file is read again"),
    ADMIN_TLS_KEY(Group.ADMIN, "admin-tls-key", "DFLOCKD_ADMIN_TLS_KEY",
            file(), "",
            "the private key (PEM, PKCS #8) of that"),
    ADMIN_TLS_CLIENT_CA(Group.ADMIN, "admin-tls-client-ca", "DFLOCKD_ADMIN_TLS_CLIENT_CA",
            file(), "",
            "authorities (PEM) whose certificates say who asks there, in place of --tls-client-ca; nobody must show one"),
    CONSOLE(Group.ADMIN, "console", "DFLOCKD_CONSOLE",
            new Kind.Flag(), "true",
            "whether it has pages for people too, at /console/"),
    METRICS_AUTH(Group.ADMIN, "metrics-auth", "DFLOCKD_METRICS_AUTH",
            new Kind.Flag(), "false",
            "whether /metrics wants the right to observe, as all else does that is not a probe"),
    METRICS_GROUPS(Group.ADMIN, "metrics-groups", "DFLOCKD_METRICS_GROUPS",
            new Kind.KeyGroups(), "",
            "groups of keys that /metrics shows apart: orders=orders/,jobs=jobs/ for keys that begin so; at most 50"),

    AUTH_TOKEN(Group.SECURITY, "auth-token", "DFLOCKD_AUTH_TOKEN",
            new Kind.Text("TOKEN", "not empty, without line breaks or blanks around it"), "",
            "token that clients must send; other users of this machine can see flags, so prefer the file"),
    AUTH_TOKEN_FILE(Group.SECURITY, "auth-token-file", "DFLOCKD_AUTH_TOKEN_FILE",
            file(), "",
            "file that holds the token"),
    ADMIN_TOKEN_FILE(Group.SECURITY, "admin-token-file", "DFLOCKD_ADMIN_TOKEN_FILE",
            file(), "",
            "file that holds the token of those who may also end what others hold"),
    IDENTITIES(Group.SECURITY, "identities", "DFLOCKD_IDENTITIES",
            file(), "",
            "file (YAML) of who may do what; with it all that it does not allow is denied; a changed file is read again"),
    AUTH_FAILURE_LIMIT(Group.SECURITY, "auth-failure-limit", "DFLOCKD_AUTH_FAILURE_LIMIT",
            new Kind.Whole(0, 1_000_000, "N"), "10",
            "failed logins of one source (IPv4 address, IPv6 /64), one back every 6 s, then connections from there are closed; 0 for any number"),
    MAX_UNAUTHENTICATED(Group.SECURITY, "max-unauthenticated", "DFLOCKD_MAX_UNAUTHENTICATED",
            count(0), "1000",
            "connections at once that have yet to show who they are, more are closed; 0 for any number"),
    AUDIT_LOG(Group.SECURITY, "audit-log", "DFLOCKD_AUDIT_LOG",
            new Kind.Text("FILE|stderr|off", "the path of a file that can be written, stderr or off"), "stderr",
            "where it is recorded who logs in, is denied something or takes what others hold; a file has 100 MiB, and 9 older ones"),
    AUDIT_STRICT(Group.SECURITY, "audit-strict", "DFLOCKD_AUDIT_STRICT",
            new Kind.Flag(), "false",
            "refuse to take from others what they hold, and to change a cluster, while that cannot be recorded"),
    TLS_CERT(Group.SECURITY, "tls-cert", "DFLOCKD_TLS_CERT",
            file(), "",
            "certificate chain (PEM); with --tls-key it switches TLS on; a changed file is read again"),
    TLS_KEY(Group.SECURITY, "tls-key", "DFLOCKD_TLS_KEY",
            file(), "",
            "private key (PEM, PKCS #8)"),
    TLS_CLIENT_CA(Group.SECURITY, "tls-client-ca", "DFLOCKD_TLS_CLIENT_CA",
            file(), "",
            "authorities (PEM) that must have signed the clients' certificates"),
    TLS_CLIENT_AUTH(Group.SECURITY, "tls-client-auth", "DFLOCKD_TLS_CLIENT_AUTH",
            new Kind.Choice("require", "optional"), "require",
            "with --tls-client-ca: whether clients must show a certificate, or may show a token instead"),

    LOG_FORMAT(Group.LOGGING, "log-format", "DFLOCKD_LOG_FORMAT",
            new Kind.Choice("text", "json"), "text",
            "how log lines are written to standard error"),
    DEBUG(Group.LOGGING, "debug", "DFLOCKD_DEBUG",
            new Kind.Flag(), "false",
            "log each connection and refused request");
    // spotless:on

    /** The headings of the help text. */
    public enum Group {
        NETWORK("Network"),
        LEASES("Leases and sessions"),
        LIMITS("Limits"),
        STORAGE("Storage"),
        CLUSTER("Cluster"),
        ADMIN("Admin listener"),
        SECURITY("Security"),
        LOGGING("Logging");

        private final String heading;

        Group(String heading) {
            this.heading = heading;
        }

        public String heading() {
            return heading;
        }
    }

    private static final Map<String, Setting> BY_NAME = byName();

    private final Group group;
    private final String entry;
    private final String variable;
    @SuppressWarnings("ImmutableEnumChecker") // records of immutable values
    private final Kind kind;
    private final String defaultText;
    private final String meaning;

    Setting(Group group, String entry, String variable, Kind kind, String defaultText, String meaning) {
        this.group = group;
        this.entry = entry;
        this.variable = variable;
        this.kind = kind;
        this.defaultText = defaultText;
        this.meaning = meaning;
    }

    /** The setting with this name in a configuration file; null where there is none. */
    public static @Nullable Setting ofEntry(String entry) {
        return BY_NAME.get(entry);
    }

    public Group group() {
        return group;
    }

    /** Its name in a configuration file. */
    public String entry() {
        return entry;
    }

    /** Its name on the command line. */
    public String flag() {
        return "--" + entry;
    }

    /** Its name in the environment. */
    public String variable() {
        return variable;
    }

    /** The value that it has when nobody sets it, as text. */
    public String defaultText() {
        return defaultText;
    }

    /** What it is for, in a few words. */
    public String meaning() {
        return meaning;
    }

    /** What may be set, as it ends the sentence "must be ...". */
    public String valid() {
        return kind.valid();
    }

    /** What stands for the value in the help text. */
    public String placeholder() {
        return kind.placeholder();
    }

    boolean isFlag() {
        return kind instanceof Kind.Flag;
    }

    /** The value of the text; null where it is not valid. */
    @Nullable
    Object parse(String text) {
        return kind.parse(text);
    }

    private static Kind seconds(long least) {
        return new Kind.Whole(least, 1_000_000_000, "SECONDS");
    }

    private static Kind count(long least) {
        return new Kind.Whole(least, Integer.MAX_VALUE, "N");
    }

    private static Kind file() {
        return new Kind.Text("FILE", "the path of a file that can be read");
    }

    private static Map<String, Setting> byName() {
        var byName = new HashMap<String, Setting>();
        for (Setting setting : values()) {
            byName.put(setting.entry, setting);
        }
        return byName;
    }
}
