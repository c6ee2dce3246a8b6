package io.dflockd.client.connection;

import io.dflockd.client.error.AcquireTimeoutException;
import io.dflockd.client.error.ServerErrorException;
import io.dflockd.client.event.LeaderConn;
import io.dflockd.client.internal.Checks;
import io.dflockd.client.internal.call.Calls;
import io.dflockd.protocol.DurationForm;
import io.dflockd.protocol.HoldFamily;
import io.dflockd.protocol.Request;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The commands of elections. {@link LeaderConn} has them too, and what they announce. */
public final class ElectionCommands {
    private static final long ONE = 1;

    private final Calls calls;

    /** For the library itself. */
    @SuppressWarnings("exports")
    public ElectionCommands(Calls calls) {
        this.calls = calls;
    }

    /**
     * Becomes the leader, or waits its turn.
     *
     * @param lease null for the server's default
     * @throws AcquireTimeoutException when not elected within the wait
     */
    public Grant elect(String key, Duration wait, @Nullable Duration lease) throws InterruptedException {
        return calls.call(electRequest(key, wait, lease), Calls::granted);
    }

    /** As {@link #elect}. Cancelling it while it waits closes the connection. */
    public CompletableFuture<Grant> electAsync(String key, Duration wait, @Nullable Duration lease) {
        return calls.callAsync(electRequest(key, wait, lease), Calls::granted);
    }

    /**
     * Begins the lease of the leadership anew.
     *
     * @param lease null for the server's default
     * @throws ServerErrorException when there is no such leadership (any more)
     */
    public Renewal renew(String key, String token, @Nullable Duration lease) throws InterruptedException {
        return calls.call(renewRequest(key, token, lease), Calls::renewed);
    }

    /** As {@link #renew}. */
    public CompletableFuture<Renewal> renewAsync(String key, String token, @Nullable Duration lease) {
        return calls.callAsync(renewRequest(key, token, lease), Calls::renewed);
    }

    /**
     * Gives the leadership up and announces that.
     *
     * @throws ServerErrorException when there is no such leadership (any more)
     */
    public void resign(String key, String token) throws InterruptedException {
        var unused = calls.call(resignRequest(key, token), Calls::ok);
    }

    /** As {@link #resign}. */
    public CompletableFuture<Void> resignAsync(String key, String token) {
        return calls.doAsync(resignRequest(key, token));
    }

    private Request electRequest(String key, Duration wait, @Nullable Duration lease) {
        return new Request.Acquire(HoldFamily.ELECTION.acquire(), Checks.key(key), calls.ms("wait", wait),
                ONE,
                calls.leaseMs(lease), DurationForm.SECONDS);
    }

    private Request renewRequest(String key, String token, @Nullable Duration lease) {
        return new Request.Renew(HoldFamily.ELECTION.renew(), Checks.key(key), Checks.token("token", token),
                calls.leaseMs(lease), DurationForm.SECONDS);
    }

    private static Request resignRequest(String key, String token) {
        return new Request.Release(HoldFamily.ELECTION.release(), Checks.key(key), Checks.token("token", token));
    }
}
