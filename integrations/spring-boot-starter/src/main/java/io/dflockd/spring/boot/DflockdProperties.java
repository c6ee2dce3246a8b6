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
 * @param enabled whether there is a client; else @WithLock takes no lock and @LeaderOnly methods run in every process
 * @param server the server, as host:port; of a cluster several of its nodes, with commas
 * @param shards servers that share the keys, each as server, in the same order in all programs; instead of server
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
 * @param virtualThreads whether callbacks run on virtual threads, from Java 21 on; as spring.threads.virtual.enabled unless set
 * @param keyPrefix what stands before the keys of @WithLock and of the elections of LeaderRegistration
 * @param ssl how the server is reached over TLS
 * @param withLock the annotation @WithLock
 * @param leadership the candidates of this program
 * @param health the health of the connection
 * @param metrics the meters and spans
 */
@ConfigurationProperties("dflockd")
public record DflockdProperties(@DefaultValue("true") boolean enabled, @DefaultValue("127.0.0.1:6388") String server,
        @DefaultValue List<String> shards, @Nullable String authToken, @Nullable Path authTokenFile,
        @Nullable String clientName, @Nullable Duration acquireTimeout, @Nullable Duration leaseTtl,
        @Nullable Double renewRatio, @Nullable Duration safetyMargin, @Nullable Duration sessionGrace,
        @Nullable Duration connectTimeout, @Nullable Duration responseTimeout, @Nullable Boolean virtualThreads,
        @DefaultValue("") String keyPrefix,
        @DefaultValue Ssl ssl, @DefaultValue WithLockSettings withLock, @DefaultValue Leadership leadership,
        @DefaultValue Health health, @DefaultValue Metrics metrics) {
    /**
     * TLS.
     *
     * @param bundle the SSL bundle by which the server is checked, also after an update of it; none for a plain connection
     */
    public record Ssl(@Nullable String bundle) {}

    /**
     * The annotation.
     *
     * @param enabled whether it takes effect; otherwise the methods run without a lock
     * @param order where the lock stands around a method: outside of all that has a greater order, such as transactions
     */
    public record WithLockSettings(@DefaultValue("true") boolean enabled, @DefaultValue("-2147483548") int order) {}

    /**
     * The elections in which the program has a {@code LeaderRegistration}.
     *
     * @param autoStartup whether the program is a candidate when it has started; else not before a registration is started
     */
    public record Leadership(@DefaultValue("true") boolean autoStartup) {}

    /**
     * The health.
     *
     * @param downAfter for how long all servers may be silent before it is down
     */
    public record Health(@DefaultValue("10s") Duration downAfter) {}

    /**
     * The meters and spans.
     *
     * @param nameGroups what keys begin with that are shown as one name, such as orders/ for orders/*; the first that fits
     */
    public record Metrics(@DefaultValue List<String> nameGroups) {}
}
