package io.dflockd.spring.boot;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What a program says of its client. What it does not say is as the client has it.
 *
 * @param enabled whether there is a client at all; without one, methods with {@code @WithLock} run without a lock, those with
 *            {@code @LeaderOnly} run in every process, and no {@code LeaderRegistration} is a candidate
 * @param server the server, as host:port; of a cluster several of its nodes, with commas
 * @param shards several servers that share the keys, each as {@code server}, in the same order in all programs; instead of
 *            {@code server}
 * @param authToken the token that is shown to the server
 * @param authTokenFile a file with that token, which is read again for each connection
 * @param clientName what the client calls itself to the server
 * @param acquireTimeout for how long is waited where nothing else is said
 * @param leaseTtl the lease, which is renewed while something is held; whole seconds for a server that takes no milliseconds
 * @param renewRatio after which part of a lease it is renewed, from 0.01 to 0.9
 * @param safetyMargin how long before the end of a lease its holder counts it as lost
 * @param sessionGrace for how long the server keeps what a broken connection held; 0s gives each lease a connection of its own
 * @param connectTimeout for how long a connection may take to be made
 * @param responseTimeout for how long an answer may take
 * @param virtualThreads whether callbacks and events of the client run on virtual threads, which takes Java 21; as
 *            {@code spring.threads.virtual.enabled} unless set
 * @param keyPrefix what stands before the keys of {@code @WithLock} and of the elections of {@code LeaderRegistration}
 * @param ssl how the server is reached over TLS
 * @param withLock the annotation {@code @WithLock}
 * @param leadership the candidates of this program
 * @param health the health of the connection
 */
@ConfigurationProperties("dflockd")
public record DflockdProperties(@DefaultValue("true") boolean enabled, @DefaultValue("127.0.0.1:6388") String server,
        @DefaultValue List<String> shards, @Nullable String authToken, @Nullable Path authTokenFile,
        @Nullable String clientName, @Nullable Duration acquireTimeout, @Nullable Duration leaseTtl,
        @Nullable Double renewRatio, @Nullable Duration safetyMargin, @Nullable Duration sessionGrace,
        @Nullable Duration connectTimeout, @Nullable Duration responseTimeout, @Nullable Boolean virtualThreads,
        @DefaultValue("") String keyPrefix,
        @DefaultValue Ssl ssl, @DefaultValue WithLockSettings withLock, @DefaultValue Leadership leadership,
        @DefaultValue Health health) {
    /**
     * TLS.
     *
     * @param bundle the name of the SSL bundle with what the server is checked by; none for a plain connection. When it is
     *            updated, connections that are made from then on go by it
     */
    public record Ssl(@Nullable String bundle) {}

    /**
     * The annotation.
     *
     * @param enabled whether it takes effect; otherwise the methods run without a lock
     * @param order where the lock stands among what else surrounds a method: outside of all that has a greater order, such as
     *            transactions, which have the greatest unless they are given another one
     */
    public record WithLockSettings(@DefaultValue("true") boolean enabled, @DefaultValue("-2147483548") int order) {}

    /**
     * The elections in which the program has a {@code LeaderRegistration}.
     *
     * @param autoStartup whether the program is a candidate when it has started; otherwise it leads nothing before somebody
     *            starts a registration, and methods for leaders only are skipped
     */
    public record Leadership(@DefaultValue("true") boolean autoStartup) {}

    /**
     * The health.
     *
     * @param downAfter for how long all servers may be silent before it is down
     */
    public record Health(@DefaultValue("10s") Duration downAfter) {}
}
