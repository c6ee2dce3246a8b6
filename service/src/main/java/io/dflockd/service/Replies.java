package io.dflockd.service;

import io.dflockd.engine.Notice;
import io.dflockd.engine.Outcome;
import io.dflockd.engine.Refusal;
import io.dflockd.protocol.Push;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Status;
import io.dflockd.service.stats.Json;

/** Turns what the engine decided into lines of the protocol. */
public final class Replies {
    public static final Reply OK = new Reply.Word(Status.OK);
    public static final Reply ERROR = new Reply.Word(Status.ERROR);
    public static final Reply AUTH_FAILED = new Reply.Word(Status.ERROR_AUTH);
    public static final Reply DRAINING = new Reply.Word(Status.ERROR_DRAINING);
    private static final Reply QUEUED = new Reply.Word(Status.QUEUED);
    private static final Reply NIL = new Reply.Word(Status.NIL);
    private static final Reply CONFLICT = new Reply.Word(Status.CAS_CONFLICT);
    private static final Reply TIMEOUT = new Reply.Word(Status.TIMEOUT);
    private static final long MS_PER_SECOND = 1000;

    private Replies() {}

    public static Reply of(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Granted o -> new Reply.Granted(Status.OK, o.token(), seconds(o.leaseMs()), o.fence());
            case Outcome.GrantedAtOnce o ->
                new Reply.Granted(Status.ACQUIRED, o.token(), seconds(o.leaseMs()), o.fence());
            case Outcome.Queued queued -> QUEUED;
            case Outcome.Done done -> OK;
            case Outcome.Renewed o -> new Reply.Renewed(seconds(o.leaseMs()), o.fence());
            case Outcome.Count o -> new Reply.Count(o.value());
            case Outcome.Value o -> new Reply.Text(o.value());
            case Outcome.Popped o -> new Reply.Text(o.value());
            case Outcome.Values o -> new Reply.Text(Json.array(o.values()));
            case Outcome.Nothing nothing -> NIL;
            case Outcome.Conflict conflict -> CONFLICT;
            case Outcome.TimedOut timedOut -> TIMEOUT;
            case Outcome.Refused o -> new Reply.Word(status(o.reason()));
        };
    }

    public static Push of(Notice notice) {
        return switch (notice) {
            case Notice.Signal n -> new Push.Signal(n.channel(), n.payload());
            case Notice.Change n -> new Push.Watch(n.event().word(), n.key());
            case Notice.Leadership n -> new Push.Leader(n.event().word(), n.key());
        };
    }

    private static long seconds(long ms) {
        return ms / MS_PER_SECOND;
    }

    private static Status status(Refusal reason) {
        return switch (reason) {
            case INVALID, MAX_SUBSCRIPTIONS -> Status.ERROR;
            case ALREADY_ENQUEUED -> Status.ERROR_ALREADY_ENQUEUED;
            case NOT_ENQUEUED -> Status.ERROR_NOT_ENQUEUED;
            case LEASE_EXPIRED -> Status.ERROR_LEASE_EXPIRED;
            case TYPE_MISMATCH -> Status.ERROR_TYPE_MISMATCH;
            case LIMIT_MISMATCH -> Status.ERROR_LIMIT_MISMATCH;
            case MAX_LOCKS -> Status.ERROR_MAX_LOCKS;
            case MAX_KEYS -> Status.ERROR_MAX_KEYS;
            case MAX_WAITERS -> Status.ERROR_MAX_WAITERS;
            case LIST_FULL -> Status.ERROR_LIST_FULL;
            case BARRIER_COUNT_MISMATCH -> Status.ERROR_BARRIER_COUNT_MISMATCH;
            case DRAINING -> Status.ERROR_DRAINING;
        };
    }
}
