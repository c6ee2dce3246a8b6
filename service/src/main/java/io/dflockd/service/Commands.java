package io.dflockd.service;

import io.dflockd.engine.Command;
import io.dflockd.engine.End;
import io.dflockd.engine.Mode;
import io.dflockd.protocol.DurationForm;
import io.dflockd.protocol.HoldFamily;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Verb;
import org.jspecify.annotations.Nullable;

/** Turns requests into the engine's commands: words into kinds, "not given" into defaults. */
final class Commands {
    private static final int DEFAULT_HOLDERS = 100;
    private static final long MAX_HOLDERS = 1000;

    private final long defaultLeaseMs;

    Commands(long defaultLeaseMs) {
        this.defaultLeaseMs = defaultLeaseMs;
    }

    /** The command of a request; null for one that the engine does not know as it is. */
    @Nullable
    Command of(Request request) {
        return switch (request) {
            case Request.Acquire r -> new Command.Acquire(
                    r.key(), mode(r.verb()), r.limit(), r.timeoutMs(), leaseMs(r.leaseMs()), inMs(r.form()));
            case Request.Enqueue r -> new Command.Enqueue(
                    r.key(), mode(r.verb()), r.limit(), leaseMs(r.leaseMs()), inMs(r.form()));
            case Request.Wait r -> new Command.Await(r.key(), r.timeoutMs(), inMs(r.form()));
            case Request.Release r -> new Command.Release(r.key(), r.token(), r.verb() == Verb.RESIGN);
            case Request.Renew r -> new Command.Renew(r.key(), r.token(), leaseMs(r.leaseMs()), inMs(r.form()));
            case Request.Keep r -> new Command.Keep(r.key(), r.token(), leaseMs(r.leaseMs()), inMs(r.form()));
            case Request.Downgrade r ->
                new Command.Downgrade(r.key(), r.token(), leaseMs(r.leaseMs()), inMs(r.form()));
            case Request.Revoke r -> new Command.Revoke(r.key(), r.fence());
            case Request.Holders r -> new Command.ListHolders(
                    r.key(), r.limit() == 0 ? DEFAULT_HOLDERS : (int) Math.min(MAX_HOLDERS, r.limit()));
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
            case Request.Auth r -> null;
            case Request.Stats r -> null;
            case Request.Ping r -> null;
            case Request.Cluster r -> null;
            case Request.Hello r -> null;
            case Request.Resume r -> null;
            case Request.Acknowledge r -> null;
            case Request.Bye r -> null;
            case Request.Cancel r -> null;
            case Request.Malformed r -> null;
        };
    }

    private long leaseMs(long ms) {
        return Leases.counted(ms == 0 ? defaultLeaseMs : ms);
    }

    private static boolean inMs(DurationForm form) {
        return form == DurationForm.MILLISECONDS;
    }

    private static End end(boolean left) {
        return left ? End.LEFT : End.RIGHT;
    }

    private static Mode mode(Verb verb) {
        HoldFamily family = verb.family();
        if (family == null) {
            throw new IllegalArgumentException(verb + " is about no hold");
        }
        return switch (family) {
            case LOCK, SEMAPHORE -> Mode.PERMIT;
            case READ -> Mode.READ;
            case WRITE -> Mode.WRITE;
            case ELECTION -> Mode.LEADERSHIP;
        };
    }
}
