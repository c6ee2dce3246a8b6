package io.dflockd.service.access;

import io.dflockd.protocol.Request;

/** Which right each request of the line protocol takes. The one place that says so. */
public final class Permissions {
    private Permissions() {}

    /**
     * Whether somebody may ask this. Ending one's own subscription takes no right, nor does what is about one's own connection
     * and session.
     */
    public static boolean permit(Principal principal, Request request) {
        return switch (request) {
            case Request.Acquire r -> principal.may(Right.HOLD, r.key());
            case Request.Enqueue r -> principal.may(Right.HOLD, r.key());
            case Request.Wait r -> principal.may(Right.HOLD, r.key());
            case Request.Release r -> principal.may(Right.HOLD, r.key());
            case Request.Renew r -> principal.may(Right.HOLD, r.key());
            case Request.Keep r -> principal.may(Right.HOLD, r.key());
            case Request.Downgrade r -> principal.may(Right.HOLD, r.key());
            case Request.AwaitBarrier r -> principal.may(Right.HOLD, r.key());
            case Request.Holders r -> principal.may(Right.HOLD, r.key()) || principal.may(Right.OBSERVE, r.key());
            case Request.Revoke r -> principal.may(Right.RELEASE, r.key());
            case Request.GetCounter r -> principal.may(Right.READ, r.key());
            case Request.GetValue r -> principal.may(Right.READ, r.key());
            case Request.ListLength r -> principal.may(Right.READ, r.key());
            case Request.ListRange r -> principal.may(Right.READ, r.key());
            case Request.Add r -> principal.may(Right.WRITE, r.key());
            case Request.SetCounter r -> principal.may(Right.WRITE, r.key());
            case Request.SetValue r -> principal.may(Right.WRITE, r.key());
            case Request.DeleteValue r -> principal.may(Right.WRITE, r.key());
            case Request.SwapValue r -> principal.may(Right.WRITE, r.key());
            case Request.Push r -> principal.may(Right.WRITE, r.key());
            case Request.Pop r -> principal.may(Right.WRITE, r.key());
            case Request.BlockingPop r -> principal.may(Right.WRITE, r.key());
            case Request.Watch r -> mayWatch(principal, r.key());
            case Request.Observe r -> mayObserve(principal, r.key());
            case Request.Listen r -> mayListen(principal, r.key());
            case Request.Signal r -> principal.mayUse(Right.SEND, r.key());
            case Request.Stats r -> principal.may(Right.STATS);
            case Request.Unlisten r -> true;
            case Request.Unwatch r -> true;
            case Request.Unobserve r -> true;
            case Request.Auth r -> true;
            case Request.Ping r -> true;
            case Request.Cluster r -> true;
            case Request.Hello r -> true;
            case Request.Resume r -> true;
            case Request.Acknowledge r -> true;
            case Request.Bye r -> true;
            case Request.Cancel r -> true;
            case Request.Malformed r -> true;
        };
    }

    /** What somebody lacks whom {@link #permit} does not let ask this. */
    public static Right rightFor(Request request) {
        return switch (request) {
            case Request.Revoke r -> Right.RELEASE;
            case Request.GetCounter r -> Right.READ;
            case Request.GetValue r -> Right.READ;
            case Request.ListLength r -> Right.READ;
            case Request.ListRange r -> Right.READ;
            case Request.Add r -> Right.WRITE;
            case Request.SetCounter r -> Right.WRITE;
            case Request.SetValue r -> Right.WRITE;
            case Request.DeleteValue r -> Right.WRITE;
            case Request.SwapValue r -> Right.WRITE;
            case Request.Push r -> Right.WRITE;
            case Request.Pop r -> Right.WRITE;
            case Request.BlockingPop r -> Right.WRITE;
            case Request.Watch r -> Right.WATCH;
            case Request.Observe r -> Right.WATCH;
            case Request.Listen r -> Right.LISTEN;
            case Request.Signal r -> Right.SEND;
            case Request.Stats r -> Right.STATS;
            default -> Right.HOLD;
        };
    }

    /** Whether it may be told of the signals to all channels of the pattern. */
    public static boolean mayListen(Principal principal, String pattern) {
        return principal.maySubscribe(Right.LISTEN, pattern);
    }

    /** Whether it may be told what happens to all keys of the pattern. */
    public static boolean mayWatch(Principal principal, String pattern) {
        return principal.maySubscribe(Right.WATCH, pattern);
    }

    /** Whether it may be told who leads. What is observed is one key, whatever characters it has. */
    public static boolean mayObserve(Principal principal, String key) {
        return principal.may(Right.WATCH, key) || principal.mayUse(Right.WATCH, key);
    }
}
