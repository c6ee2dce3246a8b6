package io.dflockd.client.connection;

import io.dflockd.client.internal.Checks;
import io.dflockd.client.internal.call.Calls;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The values of {@link ValueCommands} as bytes: any but TAB (9), LF (10) and CR (13), because a value shares a line of the
 * protocol with others; at most about 64 KiB, and never none. What has those bytes is encoded before, by Base64 say.
 */
public final class ByteValueCommands {
    private final Calls calls;

    ByteValueCommands(Calls calls) {
        this.calls = calls;
    }

    /** Stores a value that does not expire. */
    public void set(String key, byte[] value) throws InterruptedException {
        set(key, value, null);
    }

    /** Stores a value and its time to live in place of what was there. */
    public void set(String key, byte[] value, @Nullable Duration ttl) throws InterruptedException {
        var unused = calls.call(setRequest(key, value, ttl), Calls::ok);
    }

    /** As {@link #set(String, byte[], Duration)}. */
    public CompletableFuture<Void> setAsync(String key, byte[] value, @Nullable Duration ttl) {
        return calls.doAsync(setRequest(key, value, ttl));
    }

    public Optional<byte[]> get(String key) throws InterruptedException {
        return calls.call(new Request.GetValue(Checks.key(key)), Calls::bytesOrNil);
    }

    /** As {@link #get}. */
    public CompletableFuture<Optional<byte[]>> getAsync(String key) {
        return calls.callAsync(new Request.GetValue(Checks.key(key)), Calls::bytesOrNil);
    }

    /** Stores a value that does not expire, if there is none; false if there is one. */
    public boolean setIfAbsent(String key, byte[] value) throws InterruptedException {
        return compareAndSet(key, null, value, null);
    }

    /** See {@link ValueCommands#compareAndSet(String, String, String, Duration)}. */
    public boolean compareAndSet(String key, byte @Nullable [] expected, byte[] value, @Nullable Duration ttl)
            throws InterruptedException {
        return calls.call(swapRequest(key, expected, value, ttl), Calls.okOr(Status.CAS_CONFLICT));
    }

    /** As {@link #compareAndSet}. */
    public CompletableFuture<Boolean> compareAndSetAsync(String key, byte @Nullable [] expected, byte[] value,
            @Nullable Duration ttl) {
        return calls.callAsync(swapRequest(key, expected, value, ttl), Calls.okOr(Status.CAS_CONFLICT));
    }

    private Request setRequest(String key, byte[] value, @Nullable Duration ttl) {
        return ValueCommands.setRequest(calls, key, otherBytes -> Checks.value("value", value, otherBytes), ttl);
    }

    private Request swapRequest(String key, byte @Nullable [] expected, byte[] value, @Nullable Duration ttl) {
        return ValueCommands.swapRequest(calls, key, expected == null || expected.length == 0
                ? otherBytes -> ""
                : otherBytes -> Checks.value("expected value", expected, otherBytes),
                otherBytes -> Checks.value("new value", value, otherBytes), ttl);
    }
}
