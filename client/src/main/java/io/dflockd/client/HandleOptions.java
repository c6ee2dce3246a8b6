package io.dflockd.client;

import io.dflockd.client.internal.Acquirer;
import io.dflockd.client.internal.Dialer;
import io.dflockd.client.internal.HoldTerms;
import io.dflockd.client.internal.Members;
import io.dflockd.client.internal.Meter;
import io.dflockd.client.internal.Renewals;
import io.dflockd.client.internal.Sessions;
import io.dflockd.client.internal.Threads;
import io.dflockd.client.internal.TimeSource;
import io.dflockd.protocol.HoldFamily;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What all handles have in common, however they were made. Immutable. */
record HandleOptions(List<ServerAddress> servers, ShardFunction shardFunction, ConnectionOptions connection,
        Duration acquireTimeout, Duration leaseTtl, double renewRatio, @Nullable Duration safetyMargin,
        Consumer<DflockdException> onRenewError, LossListener onLost, Executor callbacks, TimeSource time,
        Renewals renewals, Meter meter, @Nullable Sessions sessions) {
    static HandleOptions defaults() {
        return new HandleOptions(List.of(ServerAddress.ofDefault()), Sharding.crc32(), ConnectionOptions.defaults(),
                Duration.ofSeconds(10), Duration.ZERO, 0.5, null, failure -> {}, (lease, reason) -> {},
                Threads.callbacks(), TimeSource.system(), new Renewals(TimeSource.system()), new Meter(), null);
    }

    /** The same, counted and carried otherwise. */
    HandleOptions with(Meter counter, @Nullable Sessions carriers) {
        return new HandleOptions(servers, shardFunction, connection, acquireTimeout, leaseTtl, renewRatio, safetyMargin,
                onRenewError, onLost, callbacks, time, renewals, counter, carriers);
    }

    Dialer dialer(String key) {
        return new Dialer(Sharding.choose(shardFunction, key, servers), connection, time, meter, sessions);
    }

    Acquirer acquirer(HoldFamily family, String key, long limit, Members members) {
        return new Acquirer(new HoldTerms(dialer(key), family, Checks.key(key), limit, Checks.leaseMs(leaseTtl),
                renewRatio, safetyMargin, onRenewError, onLost, callbacks, members,
                renewals));
    }
}
