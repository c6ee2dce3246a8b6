package io.dflockd.client.connection;

import io.dflockd.client.internal.Checks;
import io.dflockd.client.internal.call.Calls;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Verb;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The lists of {@link ListCommands} with values as bytes: any but LF (10) and CR (13), because a value is a line of the
 * protocol; at most 64 KiB, and never none. There is no range of them, because the server answers that with text.
 */
public final class ByteListCommands {
    private final Calls calls;

    ByteListCommands(Calls calls) {
        this.calls = calls;
    }

    /** See {@link ListCommands#pushLeft}. */
    public long pushLeft(String key, byte[] value) throws InterruptedException {
        return calls.call(push(Verb.LPUSH, key, value), Calls::count);
    }

    /** As {@link #pushLeft}. */
    public CompletableFuture<Long> pushLeftAsync(String key, byte[] value) {
        return calls.callAsync(push(Verb.LPUSH, key, value), Calls::count);
    }

    /** As {@link #pushLeft}, at the right end. */
    public long pushRight(String key, byte[] value) throws InterruptedException {
        return calls.call(push(Verb.RPUSH, key, value), Calls::count);
    }

    /** As {@link #pushRight}. */
    public CompletableFuture<Long> pushRightAsync(String key, byte[] value) {
        return calls.callAsync(push(Verb.RPUSH, key, value), Calls::count);
    }

    /** Takes the value at the left end, if there is one. */
    public Optional<byte[]> popLeft(String key) throws InterruptedException {
        return calls.call(new Request.Pop(Verb.LPOP, Checks.key(key)), Calls::bytesOrNil);
    }

    /** Takes the value at the right end, if there is one. */
    public Optional<byte[]> popRight(String key) throws InterruptedException {
        return calls.call(new Request.Pop(Verb.RPOP, Checks.key(key)), Calls::bytesOrNil);
    }

    /** See {@link ListCommands#popLeft(String, Duration)}. */
    public Optional<byte[]> popLeft(String key, Duration wait) throws InterruptedException {
        return calls.call(pop(Verb.BLPOP, key, wait), Calls::bytesOrNil);
    }

    /** As {@link #popLeft(String, Duration)}. Cancelling it is like an interrupt. */
    public CompletableFuture<Optional<byte[]>> popLeftAsync(String key, Duration wait) {
        return calls.callAsync(pop(Verb.BLPOP, key, wait), Calls::bytesOrNil);
    }

    /** As {@link #popLeft(String, Duration)}, at the right end. */
    public Optional<byte[]> popRight(String key, Duration wait) throws InterruptedException {
        return calls.call(pop(Verb.BRPOP, key, wait), Calls::bytesOrNil);
    }

    /** As {@link #popRight(String, Duration)}. */
    public CompletableFuture<Optional<byte[]>> popRightAsync(String key, Duration wait) {
        return calls.callAsync(pop(Verb.BRPOP, key, wait), Calls::bytesOrNil);
    }

    private static Request push(Verb verb, String key, byte[] value) {
        return new Request.Push(verb, Checks.key(key), Checks.payload("value", value));
    }

    private Request pop(Verb verb, String key, Duration wait) {
        return new Request.BlockingPop(verb, Checks.key(key), calls.ms("wait", wait));
    }
}
