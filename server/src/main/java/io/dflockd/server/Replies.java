package io.dflockd.server;

import io.dflockd.engine.Notice;
import io.dflockd.engine.Outcome;
import io.dflockd.engine.Refusal;
import io.dflockd.protocol.DurationForm;
import io.dflockd.protocol.Push;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Status;

/** Turns what the engine decided into lines of the protocol. */
final class Replies {
    static final Reply OK = new Reply.Word(Status.OK);
    static final Reply ERROR = new Reply.Word(Status.ERROR);
    static final Reply AUTH_FAILED = new Reply.Word(Status.ERROR_AUTH);
    static final Reply DRAINING = new Reply.Word(Status.ERROR_DRAINING);
    private static final Reply QUEUED = new Reply.Word(Status.QUEUED);
    private static final Reply NIL = new Reply.Word(Status.NIL);
    private static final Reply CONFLICT = new Reply.Word(Status.CAS_CONFLICT);
    private static final Reply TIMEOUT = new Reply.Word(Status.TIMEOUT);

    private Replies() {}

    static Reply of(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Granted o ->
                new Reply.Granted(Status.OK, o.token(), o.leaseMs(), DurationForm.SECONDS, o.fence());
            case Outcome.GrantedAtOnce o ->
                new Reply.Granted(Status.ACQUIRED, o.token(), o.leaseMs(), DurationForm.SECONDS, o.fence());
            case Outcome.Queued _ -> QUEUED;
            case Outcome.Done _ -> OK;
            case Outcome.Renewed o -> new Reply.Renewed(o.leaseMs(), DurationForm.SECONDS, o.fence());
            case Outcome.Count o -> new Reply.Count(o.value());
            case Outcome.Value o -> new Reply.Text(o.value());
            case Outcome.Popped o -> new Reply.Text(o.value());
            case Outcome.Values o -> new Reply.Text(Json.array(o.values()));
            case Outcome.Nothing _ -> NIL;
            case Outcome.Conflict _ -> CONFLICT;
            case Outcome.TimedOut _ -> TIMEOUT;
            case Outcome.Refused o -> new Reply.Word(status(o.reason()));
        };
    }

    static Push of(Notice notice) {
        return switch (notice) {
            case Notice.Signal n -> new Push.Signal(n.channel(), n.payload());
            case Notice.Change n -> new Push.Watch(n.event().word(), n.key());
            case Notice.Leadership n -> new Push.Leader(n.event().word(), n.key());
        };
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
