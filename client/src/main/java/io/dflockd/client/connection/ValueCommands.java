package io.dflockd.client.connection;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.error.NotFoundException;
import io.dflockd.client.internal.Checks;
import io.dflockd.client.internal.call.Calls;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Values by key, with an optional time to live and an atomic swap. Values are text without TABs and line ends, at most
 * about 64 KiB of UTF-8, and never empty. The existing server (Go) takes 254 bytes and closes the connection on more.
 *
 * <p>A time to live of null means that the value does not expire. One that is no whole seconds is rounded up where the
 * commands are of a {@link DflockdClient}; on a {@link Connection} it needs a server that has announced milliseconds, see
 * {@link Connection#hello}.
 */
public final class ValueCommands {
    /** A TAB and as many digits as a time to live can have, in seconds and in milliseconds with their unit. */
    private static final int TTL_BYTES = 11;
    private static final int TTL_MS_BYTES = 16;
    private static final long MS_PER_SECOND = 1000;
    /** A TTL of one digit, for the length that two values may have together. */
    private static final int SHORT_TTL_BYTES = 2;

    private final Calls calls;

    /** For the library itself. */
    public ValueCommands(Calls calls) {
        this.calls = calls;
    }

    /** Stores a value that does not expire. */
    public void set(String key, String value) throws InterruptedException {
        set(key, value, null);
    }

    /** Stores a value and its time to live in place of what was there. */
    public void set(String key, String value, @Nullable Duration ttl) throws InterruptedException {
        var unused = calls.call(setRequest(key, value, ttl), Calls::ok);
    }

    /** As {@link #set(String, String, Duration)}. */
    public CompletableFuture<Void> setAsync(String key, String value, @Nullable Duration ttl) {
        return calls.doAsync(setRequest(key, value, ttl));
    }

    public Optional<String> get(String key) throws InterruptedException {
        return calls.call(new Request.GetValue(Checks.key(key)), Calls::textOrNil);
    }

    /** As {@link #get}. */
    public CompletableFuture<Optional<String>> getAsync(String key) {
        return calls.callAsync(new Request.GetValue(Checks.key(key)), Calls::textOrNil);
    }

    /**
     * The value, where there has to be one.
     *
     * @throws NotFoundException when there is none
     */
    public String require(String key) throws InterruptedException {
        return calls.call(new Request.GetValue(Checks.key(key)), Calls::text);
    }

    /** Removes the value if there is one. */
    public void delete(String key) throws InterruptedException {
        var unused = calls.call(new Request.DeleteValue(Checks.key(key)), Calls::ok);
    }

    /** As {@link #delete}. */
    public CompletableFuture<Void> deleteAsync(String key) {
        return calls.doAsync(new Request.DeleteValue(Checks.key(key)));
    }

    /**
     * Replaces the value if it is the expected one; false if it is not.
     *
     * @param expected null or empty if there must be no value
     */
    public boolean compareAndSet(String key, @Nullable String expected, String value, @Nullable Duration ttl)
            throws InterruptedException {
        return calls.call(swapRequest(key, expected, value, ttl), Calls.okOr(Status.CAS_CONFLICT));
    }

    /** As {@link #compareAndSet}. */
    public CompletableFuture<Boolean> compareAndSetAsync(String key, @Nullable String expected, String value,
            @Nullable Duration ttl) {
        return calls.callAsync(swapRequest(key, expected, value, ttl), Calls.okOr(Status.CAS_CONFLICT));
    }

    private Request setRequest(String key, String value, @Nullable Duration ttl) {
        long ttlMs = ttlMs(ttl);
        return new Request.SetValue(Checks.key(key), Checks.value("value", value, bytesOf(ttlMs)), ttlMs);
    }

    private Request swapRequest(String key, @Nullable String expected, String value, @Nullable Duration ttl) {
        long ttlMs = ttlMs(ttl);
        int ttlBytes = bytesOf(ttlMs);
        var octets = Checks.value("new value", value, ttlBytes + 1);
        var old = expected == null || expected.isEmpty()
                ? ""
                : Checks.value("expected value", expected, ttlBytes + 1 + octets.length());
        return new Request.SwapValue(Checks.key(key), old, octets, ttlMs);
    }

    private static int bytesOf(long ttlMs) {
        return ttlMs == 0 ? SHORT_TTL_BYTES : ttlMs % MS_PER_SECOND == 0 ? TTL_BYTES : TTL_MS_BYTES;
    }

    private long ttlMs(@Nullable Duration ttl) {
        return ttl == null ? 0 : calls.ms("time to live", Checks.positive("time to live", ttl));
    }
}
