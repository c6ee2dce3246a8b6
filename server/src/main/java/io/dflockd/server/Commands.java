package io.dflockd.server;

import io.dflockd.engine.Command;
import io.dflockd.engine.End;
import io.dflockd.engine.Mode;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Verb;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Turns requests into the engine's commands: words into kinds, "not given" into defaults. */
final class Commands {
    private static final long CUT_MS = 1;

    private final long defaultLeaseMs;

    Commands(long defaultLeaseMs) {
        this.defaultLeaseMs = defaultLeaseMs;
    }

    /** The command of a request; null for one that is none of the engine's business. */
    @Nullable
    Command of(Request request) {
        return switch (request) {
            case Request.Acquire r -> new Command.Acquire(
                    r.key(), mode(r.verb()), r.limit(), r.timeoutMs(), leaseMs(r.leaseMs()));
            case Request.Enqueue r ->
                new Command.Enqueue(r.key(), mode(r.verb()), r.limit(), leaseMs(r.leaseMs()));
            case Request.Wait r -> new Command.Await(r.key(), r.timeoutMs());
            case Request.Release r -> new Command.Release(r.key(), r.token(), r.verb() == Verb.RESIGN);
            case Request.Renew r -> new Command.Renew(r.key(), r.token(), leaseMs(r.leaseMs()));
            case Request.Add r -> r.verb() == Verb.INCR
                    ? new Command.Increment(r.key(), r.delta())
                    : new Command.Decrement(r.key(), r.delta());
            case Request.GetCounter r -> new Command.GetCounter(r.key());
            case Request.SetCounter r -> new Command.SetCounter(r.key(), r.value());
            case Request.SetValue r -> new Command.SetValue(r.key(), r.value(), r.ttlMs());
            case Request.GetValue r -> new Command.GetValue(r.key());
            case Request.DeleteValue r -> new Command.DeleteValue(r.key());
            case Request.SwapValue r -> new Command.SwapValue(r.key(), r.expected(), r.value(), r.ttlMs());
            case Request.Push r -> new Command.Push(r.key(), end(r.verb() == Verb.LPUSH), r.value());
            case Request.Pop r -> new Command.Pop(r.key(), end(r.verb() == Verb.LPOP));
            case Request.BlockingPop r ->
                new Command.BlockingPop(r.key(), end(r.verb() == Verb.BLPOP), r.timeoutMs());
            case Request.ListLength r -> new Command.ListLength(r.key());
            case Request.ListRange r -> new Command.ListRange(r.key(), r.start(), r.stop());
            case Request.Listen r -> new Command.Listen(r.key(), r.group());
            case Request.Unlisten r -> new Command.Unlisten(r.key(), r.group());
            case Request.Signal r -> new Command.Signal(r.key(), r.payload());
            case Request.Watch r -> new Command.Watch(r.key());
            case Request.Unwatch r -> new Command.Unwatch(r.key());
            case Request.AwaitBarrier r -> new Command.AwaitBarrier(r.key(), r.count(), r.timeoutMs());
            case Request.Observe r -> new Command.Observe(r.key());
            case Request.Unobserve r -> new Command.Unobserve(r.key());
            case Request.Keep _,Request.Downgrade _,Request.Holders _,Request.Revoke _,Request.Acknowledge _ -> null;
            case Request.Auth _,Request.Stats _,Request.Ping _,Request.Hello _,Request.Resume _,Request.Bye _,Request.Cancel _,Request.Malformed _ ->
                null;
        };
    }

    /** The engine's time is cut to whole milliseconds; a lease must not end early by what was cut when it began. */
    private long leaseMs(long asked) {
        return (asked == 0 ? defaultLeaseMs : asked) + CUT_MS;
    }

    private static End end(boolean left) {
        return left ? End.LEFT : End.RIGHT;
    }

    private static Mode mode(Verb verb) {
        var family = Objects.requireNonNull(verb.family(), "a request for a hold has a verb of a family");
        return switch (family) {
            case LOCK, SEMAPHORE -> Mode.PERMIT;
            case READ -> Mode.READ;
            case WRITE -> Mode.WRITE;
            case ELECTION -> Mode.LEADERSHIP;
        };
    }
}
