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
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Values by key, with an optional time to live and an atomic swap. Values are text without TABs and line ends, at most
 * about 64 KiB of UTF-8, and never empty; {@link #bytes} stores what is no text. The existing server (Go) takes 254 bytes and closes the connection on more.
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
    @SuppressWarnings("exports")
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

    /** Stores a value that does not expire, if there is none; false if there is one. */
    public boolean setIfAbsent(String key, String value) throws InterruptedException {
        return compareAndSet(key, null, value, null);
    }

    /** Stores a value and its time to live, if there is none; false if there is one. */
    public boolean setIfAbsent(String key, String value, @Nullable Duration ttl) throws InterruptedException {
        return compareAndSet(key, null, value, ttl);
    }

    /** As {@link #setIfAbsent(String, String, Duration)}. */
    public CompletableFuture<Boolean> setIfAbsentAsync(String key, String value, @Nullable Duration ttl) {
        return compareAndSetAsync(key, null, value, ttl);
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

    /** As {@link #compareAndSet(String, String, String, Duration)} with a value that does not expire. */
    public boolean compareAndSet(String key, @Nullable String expected, String value) throws InterruptedException {
        return compareAndSet(key, expected, value, null);
    }

    /**
     * Replaces the value, and its time to live, if it is the expected one; false if it is not.
     *
     * @param expected null or empty if there must be no value
     */
    public boolean compareAndSet(String key, @Nullable String expected, String value, @Nullable Duration ttl)
            throws InterruptedException {
        return calls.call(swapRequest(key, expected, value, ttl), Calls.okOr(Status.CAS_CONFLICT));
    }

    /** As {@link #compareAndSet(String, String, String, Duration)}. */
    public CompletableFuture<Boolean> compareAndSetAsync(String key, @Nullable String expected, String value,
            @Nullable Duration ttl) {
        return calls.callAsync(swapRequest(key, expected, value, ttl), Calls.okOr(Status.CAS_CONFLICT));
    }

    /** The same values as bytes, which need not be text. */
    public ByteValueCommands bytes() {
        return new ByteValueCommands(calls);
    }

    private Request setRequest(String key, String value, @Nullable Duration ttl) {
        return setRequest(calls, key, otherBytes -> Checks.value("value", value, otherBytes), ttl);
    }

    private Request swapRequest(String key, @Nullable String expected, String value, @Nullable Duration ttl) {
        return swapRequest(calls, key, expected == null || expected.isEmpty()
                ? otherBytes -> ""
                : otherBytes -> Checks.value("expected value", expected, otherBytes),
                otherBytes -> Checks.value("new value", value, otherBytes), ttl);
    }

    /** {@code value} gives the octets, where so many other bytes stand in the line. */
    static Request setRequest(Calls calls, String key, IntFunction<String> value, @Nullable Duration ttl) {
        long ttlMs = ttlMs(calls, ttl);
        return new Request.SetValue(Checks.key(key), value.apply(bytesOf(ttlMs)), ttlMs);
    }

    /** As {@link #setRequest(Calls, String, IntFunction, Duration)}. */
    static Request swapRequest(Calls calls, String key, IntFunction<String> expected, IntFunction<String> value,
            @Nullable Duration ttl) {
        long ttlMs = ttlMs(calls, ttl);
        int ttlBytes = bytesOf(ttlMs);
        var octets = value.apply(ttlBytes + 1);
        return new Request.SwapValue(Checks.key(key), expected.apply(ttlBytes + 1 + octets.length()), octets, ttlMs);
    }

    private static int bytesOf(long ttlMs) {
        return ttlMs == 0 ? SHORT_TTL_BYTES : ttlMs % MS_PER_SECOND == 0 ? TTL_BYTES : TTL_MS_BYTES;
    }

    private static long ttlMs(Calls calls, @Nullable Duration ttl) {
        return ttl == null ? 0 : calls.ms("time to live", Checks.positive("time to live", ttl));
    }
}
