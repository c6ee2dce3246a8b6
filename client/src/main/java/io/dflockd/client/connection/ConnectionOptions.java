package io.dflockd.client.connection;

import io.dflockd.client.TlsOptions;
import io.dflockd.client.internal.Checks;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How connections are made and how long they may stay without an answer. Immutable. */
public final class ConnectionOptions {
    private static final int AS_THE_SERVER = 0;
    private static final int DEFAULT_RESPONSE_BYTES = 16 * 1024 * 1024;
    /** About as long as a line in memory can be. */
    private static final int MAX_RESPONSE_BYTES = 1024 * 1024 * 1024;
    private static final ConnectionOptions DEFAULTS = builder().build();

    private final Duration connectTimeout;
    private final Duration responseTimeout;
    private final Duration writeTimeout;
    private final Duration keepAliveInterval;
    private final int maxResponseBytes;
    private final int maxPendingRequests;
    private final @Nullable TlsOptions tls;
    private final @Nullable Supplier<String> authToken;

    private ConnectionOptions(Builder builder) {
        connectTimeout = builder.connectTimeout;
        responseTimeout = builder.responseTimeout;
        writeTimeout = builder.writeTimeout;
        keepAliveInterval = builder.keepAliveInterval;
        maxResponseBytes = builder.maxResponseBytes;
        maxPendingRequests = builder.maxPendingRequests;
        tls = builder.tls;
        authToken = builder.authToken;
    }

    /** Plain TCP without authentication, and the time-outs that {@link Builder} names as defaults. */
    public static ConnectionOptions defaults() {
        return DEFAULTS;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts with these options. */
    public Builder toBuilder() {
        var builder = new Builder();
        builder.connectTimeout = connectTimeout;
        builder.responseTimeout = responseTimeout;
        builder.writeTimeout = writeTimeout;
        builder.keepAliveInterval = keepAliveInterval;
        builder.maxResponseBytes = maxResponseBytes;
        builder.maxPendingRequests = maxPendingRequests;
        builder.tls = tls;
        builder.authToken = authToken;
        return builder;
    }

    /** How long connecting may take, TLS handshake included. */
    public Duration connectTimeout() {
        return connectTimeout;
    }

    /** How long an answer may take beyond the time that the command itself waits at the server. */
    public Duration responseTimeout() {
        return responseTimeout;
    }

    /** How long the peer may refuse to take bytes. */
    public Duration writeTimeout() {
        return writeTimeout;
    }

    /** How long a connection that must not be closed as idle stays silent before it sends a ping. */
    public Duration keepAliveInterval() {
        return keepAliveInterval;
    }

    /** The longest answer line that is read from a server that announces no bound of its own. */
    public int maxResponseBytes() {
        return maxResponseBytes == AS_THE_SERVER ? DEFAULT_RESPONSE_BYTES : maxResponseBytes;
    }

    /** The longest answer line that is read from a server that announces this bound; 0 for none. */
    public int maxResponseBytesFrom(long announced) {
        return maxResponseBytes == AS_THE_SERVER
                ? (int) Math.min(Math.max(announced, DEFAULT_RESPONSE_BYTES), MAX_RESPONSE_BYTES)
                : maxResponseBytes;
    }

    /** How many requests may wait for their answers on one connection. */
    public int maxPendingRequests() {
        return maxPendingRequests;
    }

    /** How to speak TLS; null for plain TCP. */
    public @Nullable TlsOptions tls() {
        return tls;
    }

    /** Where the token for the server comes from; null where the server wants none. Asked for every connection. */
    public @Nullable Supplier<String> authToken() {
        return authToken;
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {
        private static final int MIN_RESPONSE_BYTES = 1024;

        private Duration connectTimeout = Duration.ofSeconds(10);
        private Duration responseTimeout = Duration.ofSeconds(10);
        private Duration writeTimeout = Duration.ofSeconds(5);
        private Duration keepAliveInterval = Duration.ofSeconds(15);
        private int maxResponseBytes = AS_THE_SERVER;
        private int maxPendingRequests = 1024;
        private @Nullable TlsOptions tls;
        private @Nullable Supplier<String> authToken;

        private Builder() {}

        /** Default 10 s. Covers name look-up, TCP and the TLS handshake. */
        public Builder connectTimeout(Duration timeout) {
            connectTimeout = Checks.positive("connect timeout", timeout);
            return this;
        }

        /**
         * Default 10 s. When it passes, the connection is closed: the order of its answers is lost, and nobody knows
         * what the server did.
         */
        public Builder responseTimeout(Duration timeout) {
            responseTimeout = Checks.positive("response timeout", timeout);
            return this;
        }

        /** Default 5 s. */
        public Builder writeTimeout(Duration timeout) {
            writeTimeout = Checks.positive("write timeout", timeout);
            return this;
        }

        /** Default 15 s. The existing server (Go) closes connections that were silent for 23 s. */
        public Builder keepAliveInterval(Duration interval) {
            keepAliveInterval = Checks.positive("keep-alive interval", interval);
            return this;
        }

        /**
         * The longest answer, 1 KiB to 1 GiB. By default it is as long as the server announces when it is greeted, and 16 MiB
         * where that is less or not announced. A longer answer fails its call; the connection stays usable.
         */
        public Builder maxResponseBytes(int bytes) {
            if (bytes > MAX_RESPONSE_BYTES) {
                throw new IllegalArgumentException(
                        "max response bytes is " + bytes + "; valid is at most " + MAX_RESPONSE_BYTES);
            }
            maxResponseBytes = (int) Checks.atLeast(MIN_RESPONSE_BYTES, "max response bytes", bytes);
            return this;
        }

        /** Default 1024. */
        public Builder maxPendingRequests(int count) {
            maxPendingRequests = (int) Checks.atLeast(1, "max pending requests", count);
            return this;
        }

        /** Speaks TLS. Without a call of this, plain TCP. */
        public Builder tls(TlsOptions options) {
            tls = options;
            return this;
        }

        /** Authenticates every connection with this token. */
        public Builder authToken(String token) {
            var unused = Checks.authToken(token);
            authToken = () -> token;
            return this;
        }

        /** Authenticates every connection with the token that the supplier gives then, so that it can be changed. */
        public Builder authToken(Supplier<String> supplier) {
            authToken = () -> {
                var token = supplier.get();
                var unused = Checks.authToken(token);
                return token;
            };
            return this;
        }

        public ConnectionOptions build() {
            return new ConnectionOptions(this);
        }
    }
}
