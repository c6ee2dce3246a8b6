package io.dflockd.cli.guard;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.ServerInfo;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Has what was held go on for a while after its command: at the server, without this process, where that knows how; else
 * this process stays for so long. A server that is away is waited for: what it knows can be asked when it is back.
 */
public final class AtLeast {
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final String KEEP = "keep";

    private final Servers servers;
    private final Consumer<String> warnings;

    /** Says what the servers are, those that answer in time. */
    @FunctionalInterface
    public interface Servers {
        Map<ServerAddress, ServerInfo> info(Duration wait) throws InterruptedException;
    }

    public AtLeast(Servers servers, Consumer<String> warnings) {
        this.servers = servers;
        this.warnings = warnings;
    }

    /** Returns when all of it is kept by the server, lost, or the time is over. */
    public void keep(Holding holding, Duration rest) throws InterruptedException {
        long end = System.nanoTime() + rest.toNanos();
        while (System.nanoTime() - end < 0 && holding.loss() == null) {
            var known = servers.info(LONGEST_ANSWER);
            if (holding.leases().stream().allMatch(lease -> canKeep(known.get(lease.server())))) {
                keepAtTheServer(holding, end);
                return;
            }
            boolean isSaid = holding.leases().stream().allMatch(lease -> known.containsKey(lease.server()));
            await(holding, isSaid ? end : Math.min(end, System.nanoTime() + PAUSE.toNanos()));
        }
        if (holding.loss() != null) {
            warn(holding.names(), holding.loss());
        }
    }

    private static boolean canKeep(@Nullable ServerInfo server) {
        return server != null && server.extensions().contains(KEEP);
    }

    private void keepAtTheServer(Holding holding, long end) throws InterruptedException {
        for (var lease : holding.leases()) {
            long seconds = Duration.ofNanos(Math.max(1, end - System.nanoTime())).plusNanos(999_999_999).toSeconds();
            if (!lease.keep(Duration.ofSeconds(seconds))) {
                warn(lease.key(), holding.loss());
            }
        }
    }

    private void warn(String what, @Nullable String why) {
        warnings.accept(what + ": the lock is not kept for as long as --at-least wants"
                + (why == null ? "" : " (" + why + ")"));
    }

    private static void await(Holding holding, long end) throws InterruptedException {
        try {
            var unusedAsItIsAskedAgain = holding.lost().get(Math.max(0, end - System.nanoTime()), NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // It is still held.
        }
    }
}
