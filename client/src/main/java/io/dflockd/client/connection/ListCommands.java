package io.dflockd.client.connection;

import io.dflockd.client.error.DflockdException;
import io.dflockd.client.error.ListFullException;
import io.dflockd.client.error.ProtocolException;
import io.dflockd.client.internal.Checks;
import io.dflockd.client.internal.JsonStrings;
import io.dflockd.client.internal.Words;
import io.dflockd.client.internal.call.Calls;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Verb;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Lists of values with two ends, and pops that wait for a value. Values are text without line ends, at most 64 KiB of
 * UTF-8, and never empty; {@link #bytes} takes what is no text. The existing server (Go) takes 256 bytes and closes the connection on more.
 */
public final class ListCommands {
    private final Calls calls;

    /** For the library itself. */
    @SuppressWarnings("exports")
    public ListCommands(Calls calls) {
        this.calls = calls;
    }

    /**
     * Adds the value at the left end.
     *
     * @return the length afterwards; 0 when somebody who waited for a value got this one
     * @throws ListFullException when the list is as long as it may be
     */
    public long pushLeft(String key, String value) throws InterruptedException {
        return calls.call(push(Verb.LPUSH, key, value), Calls::count);
    }

    /** As {@link #pushLeft}. */
    public CompletableFuture<Long> pushLeftAsync(String key, String value) {
        return calls.callAsync(push(Verb.LPUSH, key, value), Calls::count);
    }

    /** As {@link #pushLeft}, at the right end. */
    public long pushRight(String key, String value) throws InterruptedException {
        return calls.call(push(Verb.RPUSH, key, value), Calls::count);
    }

    /** As {@link #pushRight}. */
    public CompletableFuture<Long> pushRightAsync(String key, String value) {
        return calls.callAsync(push(Verb.RPUSH, key, value), Calls::count);
    }

    /** Takes the value at the left end, if there is one. */
    public Optional<String> popLeft(String key) throws InterruptedException {
        return calls.call(pop(Verb.LPOP, key), Calls::textOrNil);
    }

    /** As {@link #popLeft}. */
    public CompletableFuture<Optional<String>> popLeftAsync(String key) {
        return calls.callAsync(pop(Verb.LPOP, key), Calls::textOrNil);
    }

    /** Takes the value at the right end, if there is one. */
    public Optional<String> popRight(String key) throws InterruptedException {
        return calls.call(pop(Verb.RPOP, key), Calls::textOrNil);
    }

    /** As {@link #popRight}. */
    public CompletableFuture<Optional<String>> popRightAsync(String key) {
        return calls.callAsync(pop(Verb.RPOP, key), Calls::textOrNil);
    }

    /**
     * Takes the value at the left end, waiting for one if need be; empty when none came within the wait. An interrupt ends
     * the wait at the server, too. A value that comes at that very moment is put back at the end that it came from.
     */
    public Optional<String> popLeft(String key, Duration wait) throws InterruptedException {
        return calls.call(blockingPop(Verb.BLPOP, key, wait), Calls::textOrNil);
    }

    /** As {@link #popLeft(String, Duration)}. Cancelling it is like an interrupt. */
    public CompletableFuture<Optional<String>> popLeftAsync(String key, Duration wait) {
        return calls.callAsync(blockingPop(Verb.BLPOP, key, wait), Calls::textOrNil);
    }

    /** As {@link #popLeft(String, Duration)}, at the right end. */
    public Optional<String> popRight(String key, Duration wait) throws InterruptedException {
        return calls.call(blockingPop(Verb.BRPOP, key, wait), Calls::textOrNil);
    }

    /** As {@link #popRight(String, Duration)}. */
    public CompletableFuture<Optional<String>> popRightAsync(String key, Duration wait) {
        return calls.callAsync(blockingPop(Verb.BRPOP, key, wait), Calls::textOrNil);
    }

    public long length(String key) throws InterruptedException {
        return calls.call(new Request.ListLength(Checks.key(key)), Calls::count);
    }

    /** As {@link #length}. */
    public CompletableFuture<Long> lengthAsync(String key) {
        return calls.callAsync(new Request.ListLength(Checks.key(key)), Calls::count);
    }

    /** The values from {@code start} to {@code stop}, both inclusive, from 0; negative positions count from the end. */
    public List<String> range(String key, long start, long stop) throws InterruptedException {
        return calls.call(new Request.ListRange(Checks.key(key), start, stop), ListCommands::strings);
    }

    /** As {@link #range}. */
    public CompletableFuture<List<String>> rangeAsync(String key, long start, long stop) {
        return calls.callAsync(new Request.ListRange(Checks.key(key), start, stop), ListCommands::strings);
    }

    /** The same lists with values as bytes, which need not be text. */
    public ByteListCommands bytes() {
        return new ByteListCommands(calls);
    }

    private static List<String> strings(Reply reply,
            Supplier<DflockdException> refusal) {
        var json = Calls.text(reply, refusal);
        var strings = JsonStrings.parse(json);
        if (strings == null) {
            throw new ProtocolException("the answer to 'lrange' is no JSON array of strings: " + Words.cut(json));
        }
        return strings;
    }

    private static Request push(Verb verb, String key, String value) {
        return new Request.Push(verb, Checks.key(key), Checks.payload("value", value));
    }

    private static Request pop(Verb verb, String key) {
        return new Request.Pop(verb, Checks.key(key));
    }

    private Request blockingPop(Verb verb, String key, Duration wait) {
        return new Request.BlockingPop(verb, Checks.key(key), calls.ms("wait", wait));
    }
}
