package io.dflockd.client.internal.hold;

import io.dflockd.client.LossListener;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.ShardFunction;
import io.dflockd.client.Sharding;
import io.dflockd.client.connection.ConnectionOptions;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.internal.Checks;
import io.dflockd.client.internal.Margin;
import io.dflockd.client.internal.Members;
import io.dflockd.client.internal.Meter;
import io.dflockd.client.internal.Threads;
import io.dflockd.client.internal.link.Route;
import io.dflockd.client.internal.session.Dialer;
import io.dflockd.client.internal.session.Sessions;
import io.dflockd.client.spi.TimeSource;
import io.dflockd.protocol.HoldFamily;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What all handles have in common, however they were made. Immutable. */
public record HandleOptions(List<Route> routes, ShardFunction shardFunction, ConnectionOptions connection,
        Duration acquireTimeout, Duration leaseTtl, double renewRatio, @Nullable Duration safetyMargin,
        Consumer<DflockdException> onRenewError, LossListener onLost, Executor callbacks, TimeSource time,
        Renewals renewals, Meter meter, @Nullable Sessions sessions) {
    public static HandleOptions defaults() {
        return new HandleOptions(List.of(Route.to(ServerAddress.ofDefault())), Sharding.crc32(),
                ConnectionOptions.defaults(),
                Duration.ofSeconds(10), Duration.ZERO, 0.5, null, failure -> {}, (lease, reason) -> {},
                Threads.callbacks(), TimeSource.system(), new Renewals(TimeSource.system()), new Meter(), null);
    }

    /** The same, counted and carried otherwise. */
    public HandleOptions with(Meter counter, @Nullable Sessions carriers) {
        return new HandleOptions(routes, shardFunction, connection, acquireTimeout, leaseTtl, renewRatio, safetyMargin,
                onRenewError, onLost, callbacks, time, renewals, counter, carriers);
    }

    public HandleOptions withTtl(Duration ttl) {
        return new HandleOptions(routes, shardFunction, connection, acquireTimeout, Checks.leaseTtl(ttl), renewRatio,
                safetyMargin, onRenewError, onLost, callbacks, time, renewals, meter, sessions);
    }

    public HandleOptions withAcquireTimeout(Duration timeout) {
        return new HandleOptions(routes, shardFunction, connection, Checks.positive("acquire timeout", timeout),
                leaseTtl, renewRatio, safetyMargin, onRenewError, onLost, callbacks, time, renewals, meter, sessions);
    }

    public HandleOptions withoutRenewal() {
        return new HandleOptions(routes, shardFunction, connection, acquireTimeout, leaseTtl, HoldTerms.NEVER,
                safetyMargin, onRenewError, onLost, callbacks, time, renewals, meter, sessions);
    }

    /** What the servers are called, in the order that decides which key belongs to which. */
    public List<ServerAddress> servers() {
        return routes.stream().map(Route::server).toList();
    }

    /** Connects to the server of a key. */
    public Dialer dialer(String key) {
        return dialer(Sharding.choose(shardFunction, key, routes));
    }

    /** Connects to the server that has this address, or to one that is none of these. */
    public Dialer dialer(ServerAddress address) {
        var route = routes.stream()
                .filter(known -> known.given().contains(address))
                .findFirst()
                .orElseGet(() -> Route.to(address));
        return dialer(route);
    }

    private Dialer dialer(Route route) {
        return new Dialer(route, connection, time, meter, sessions);
    }

    public Acquirer acquirer(HoldFamily family, String key, long limit, Members members) {
        return new Acquirer(
                new HoldTerms(dialer(key), family, Checks.key(key), limit, Checks.wholeMs("lease TTL", leaseTtl), false,
                        renewRatio, new Margin(safetyMargin), onRenewError, onLost, callbacks, members,
                        renewals));
    }
}
