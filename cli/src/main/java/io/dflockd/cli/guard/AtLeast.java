package io.dflockd.cli.guard;

import io.dflockd.client.Lease;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.connection.Connection;
import io.dflockd.client.error.ServerErrorException;
import java.time.Duration;

/** Has what was held go on for a while after its command: at the server, without this process. */
public final class AtLeast {
    private AtLeast() {}

    /** Makes a connection to a server. */
    @FunctionalInterface
    public interface Dial {
        Connection to(ServerAddress server) throws InterruptedException;
    }

    /**
     * Has the holds end by themselves when the time is over; from then on they must not be released by their leases. Against a
     * server that knows no such thing, waits that long.
     *
     * @return whether they end by themselves
     */
    public static boolean keep(Holding holding, Duration rest, Dial dial) throws InterruptedException {
        for (var lease : holding.leases()) {
            if (!keep(lease, rest, dial)) {
                Thread.sleep(rest);
                return false;
            }
        }
        return true;
    }

    private static boolean keep(Lease lease, Duration rest, Dial dial) throws InterruptedException {
        try (var connection = dial.to(lease.server())) {
            var unusedAsItIsTheTimeThatCounts = connection.holds()
                    .keep(lease.key(), lease.token(), Duration.ofSeconds(rest.plusNanos(999_999_999).toSeconds()));
            return true;
        } catch (ServerErrorException e) {
            return false;
        }
    }
}
