package io.dflockd.client;

import io.dflockd.client.connection.ConnectionOptions;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.internal.Checks;
import io.dflockd.client.internal.Meter;
import io.dflockd.client.internal.hold.HandleOptions;
import io.dflockd.client.internal.hold.Renewals;
import io.dflockd.client.internal.link.Route;
import io.dflockd.client.spi.ClientObserver;
import io.dflockd.client.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The settings that every handle and {@link DflockdClient} share. Not thread-safe.
 *
 * @param <B> the builder itself
 */
public abstract sealed class HandleBuilder<B extends HandleBuilder<B>>
        permits Lock.Builder, Semaphore.Builder, RWLock.Builder, Election.Builder, DflockdClient.Builder {
    private final List<String> servers = new ArrayList<>();
    private final ConnectionOptions.Builder connection;
    private ShardFunction shardFunction;
    private Duration acquireTimeout;
    private Duration leaseTtl;
    private double renewRatio;
    private @Nullable Duration safetyMargin;
    private Consumer<DflockdException> onRenewError;
    private LossListener onLost;
    private Executor callbacks;
    private TimeSource time;
    private final List<ClientObserver> observers = new ArrayList<>();

    HandleBuilder() {
        var defaults = HandleOptions.defaults();
        connection = defaults.connection().toBuilder();
        shardFunction = defaults.shardFunction();
        acquireTimeout = defaults.acquireTimeout();
        leaseTtl = defaults.leaseTtl();
        renewRatio = defaults.renewRatio();
        safetyMargin = defaults.safetyMargin();
        onRenewError = defaults.onRenewError();
        onLost = defaults.onLost();
        callbacks = defaults.callbacks();
        time = defaults.time();
    }

    abstract B self();

    /**
     * Adds a server, as {@code host:port}, or as several of these with commas for the nodes of one cluster, in whatever
     * order: {@code "10.0.0.1:6388,10.0.0.2:6388,10.0.0.3:6388"}. Default 127.0.0.1:6388 alone. With several servers, each
     * key belongs to one.
     *
     * <p>Connections go to the node that leads, and to the others when that falls. One address is enough to begin with,
     * because the nodes name each other; more of them find the cluster also while that one is away. Servers that are no
     * cluster are refused here, since each would grant what the other has granted.
     */
    public B server(String addresses) {
        var route = Route.parse(addresses);
        for (var known : servers) {
            var other = Route.parse(known).given();
            if (!other.equals(route.given()) && !Collections.disjoint(other, route.given())) {
                throw new IllegalArgumentException("servers '" + known + "' and '" + addresses
                        + "' have an address in common; valid is each node of a cluster under one server");
            }
        }
        servers.add(addresses);
        return self();
    }

    /** Adds servers. Their order matters: all clients must name the same ones in the same order. */
    public B servers(List<String> addresses) {
        addresses.forEach(this::server);
        return self();
    }

    /** Which server a key belongs to. Default {@link Sharding#crc32()}. */
    public B shardFunction(ShardFunction function) {
        shardFunction = function;
        return self();
    }

    /** How long {@code acquire()} waits where no other time is given. Default 10 s. */
    public B acquireTimeout(Duration timeout) {
        acquireTimeout = Checks.positive("acquire timeout", timeout);
        return self();
    }

    /**
     * How long a hold lasts unless it is renewed; at least 250 ms. Rounded up to whole seconds where the server has not
     * announced that it takes milliseconds, and where a handle stands alone, without a {@link DflockdClient}. Zero, the
     * default, leaves it to the server (33 s unless set otherwise).
     */
    public B leaseTtl(Duration ttl) {
        leaseTtl = Checks.leaseTtl(ttl);
        return self();
    }

    /**
     * The part of the lease after which it is renewed, at the latest after 15 s. Default 0.5; between 0 and 1. Where many
     * leases would be renewed at once, some are earlier, by half that time at most; none is later.
     */
    public B renewRatio(double ratio) {
        if (!(ratio > 0 && ratio < 1)) {
            throw new IllegalArgumentException("renew ratio is " + ratio + "; valid is more than 0 and less than 1");
        }
        renewRatio = ratio;
        return self();
    }

    /**
     * How much earlier than at the server a lease ends here, for timers that ring late and work that takes a moment to
     * stop. Default a tenth of the lease, at most 2 s; never more than half the lease.
     */
    public B safetyMargin(Duration margin) {
        safetyMargin = Checks.notNegative("safety margin", margin);
        return self();
    }

    /** Speaks TLS. */
    public B tls(TlsOptions options) {
        connection.tls(options);
        return self();
    }

    /** Authenticates with this token. */
    public B authToken(String token) {
        connection.authToken(token);
        return self();
    }

    /** Authenticates with the token that the supplier gives, asked for every connection. Must not block for long. */
    public B authToken(Supplier<String> supplier) {
        connection.authToken(supplier);
        return self();
    }

    /** How long connecting may take, TLS handshake included. Default 10 s. */
    public B connectTimeout(Duration timeout) {
        connection.connectTimeout(timeout);
        return self();
    }

    /** How long an answer may take beyond the time that the command itself waits. Default 10 s. */
    public B responseTimeout(Duration timeout) {
        connection.responseTimeout(timeout);
        return self();
    }

    /** Is told of every renewal that did not succeed. The hold may still be saved by the next. */
    public B onRenewError(Consumer<DflockdException> callback) {
        onRenewError = callback;
        return self();
    }

    /** Is told of every hold that is lost. {@link Lease#onLost} does the same for one. */
    public B onLost(LossListener listener) {
        onLost = listener;
        return self();
    }

    /**
     * Where callbacks run and the futures that users get complete, whatever they are of. The library hands over to it from
     * its own daemon threads for callbacks, so one that runs tasks where it is called, or blocks, does no harm. Those threads
     * are the default: 64 at most in a process. Callbacks beyond wait, so give an executor for such as block for long.
     */
    public B callbackExecutor(Executor executor) {
        callbacks = executor;
        return self();
    }

    /** Is told of each acquisition and of the end of each hold. May be called several times, for several observers. */
    public B observer(ClientObserver observer) {
        observers.add(observer);
        return self();
    }

    /** The clock and the alarms that all goes by. Default {@link TimeSource#system()}; tests have one that they move. */
    public B time(TimeSource source) {
        time = source;
        return self();
    }

    List<ClientObserver> observers() {
        return observers;
    }

    HandleOptions options() {
        var routes = servers.isEmpty()
                ? List.of(Route.to(ServerAddress.ofDefault()))
                : servers.stream().map(Route::parse).toList();
        return new HandleOptions(routes, shardFunction, connection.build(), acquireTimeout, leaseTtl, renewRatio,
                safetyMargin, onRenewError,
                onLost, callbacks, time, new Renewals(time),
                new Meter(ConnectionListener.none(), callbacks, observers), null);
    }
}
