package io.dflockd.client.connection;

import io.dflockd.client.error.ServerErrorException;
import io.dflockd.client.internal.Checks;
import io.dflockd.client.internal.call.Calls;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Verb;
import java.util.concurrent.CompletableFuture;

/** Signed 64-bit counters that all clients share. A counter that nobody wrote to is 0. */
public final class CounterCommands {
    private final Calls calls;

    /** For the library itself. */
    @SuppressWarnings("exports")
    public CounterCommands(Calls calls) {
        this.calls = calls;
    }

    /**
     * Adds to the counter and returns the new value.
     *
     * @throws ServerErrorException when the sum does not fit 64 bits; the counter keeps its value
     */
    public long increment(String key, long delta) throws InterruptedException {
        return calls.call(add(Verb.INCR, key, delta), Calls::count);
    }

    /** As {@link #increment}. */
    public CompletableFuture<Long> incrementAsync(String key, long delta) {
        return calls.callAsync(add(Verb.INCR, key, delta), Calls::count);
    }

    /**
     * Subtracts from the counter and returns the new value.
     *
     * @throws ServerErrorException when the difference does not fit 64 bits; the counter keeps its value
     */
    public long decrement(String key, long delta) throws InterruptedException {
        return calls.call(add(Verb.DECR, key, delta), Calls::count);
    }

    /** As {@link #decrement}. */
    public CompletableFuture<Long> decrementAsync(String key, long delta) {
        return calls.callAsync(add(Verb.DECR, key, delta), Calls::count);
    }

    /** The value; 0 if there is none. */
    public long get(String key) throws InterruptedException {
        return calls.call(new Request.GetCounter(Checks.key(key)), Calls::count);
    }

    /** As {@link #get}. */
    public CompletableFuture<Long> getAsync(String key) {
        return calls.callAsync(new Request.GetCounter(Checks.key(key)), Calls::count);
    }

    public void set(String key, long value) throws InterruptedException {
        var unused = calls.call(new Request.SetCounter(Checks.key(key), value), Calls::ok);
    }

    /** As {@link #set}. */
    public CompletableFuture<Void> setAsync(String key, long value) {
        return calls.doAsync(new Request.SetCounter(Checks.key(key), value));
    }

    private static Request add(Verb verb, String key, long delta) {
        return new Request.Add(verb, Checks.key(key), delta);
    }
}
