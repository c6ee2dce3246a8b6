package io.dflockd.client.connection;

import io.dflockd.client.error.BarrierCountMismatchException;
import io.dflockd.client.internal.Checks;
import io.dflockd.client.internal.call.Calls;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Status;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Barriers: participants that wait until enough of them have come. */
public final class BarrierCommands {
    private final Calls calls;

    /** For the library itself. */
    @SuppressWarnings("exports")
    public BarrierCommands(Calls calls) {
        this.calls = calls;
    }

    /**
     * Waits until {@code count} participants wait at the barrier, this one included.
     *
     * @return true when they have come; false when they have not within the wait, or when another one gave up, which
     *         sends all away
     * @throws BarrierCountMismatchException when others wait there for a different number
     */
    public boolean await(String key, int count, Duration wait) throws InterruptedException {
        return calls.call(request(key, count, wait), Calls.okOr(Status.TIMEOUT));
    }

    /** As {@link #await}. Cancelling it leaves the barrier. */
    public CompletableFuture<Boolean> awaitAsync(String key, int count, Duration wait) {
        return calls.callAsync(request(key, count, wait), Calls.okOr(Status.TIMEOUT));
    }

    private Request request(String key, int count, Duration wait) {
        return new Request.AwaitBarrier(Checks.key(key), Checks.atLeast(1, "count", count),
                calls.ms("wait", wait));
    }
}
