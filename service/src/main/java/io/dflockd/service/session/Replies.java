package io.dflockd.service.session;

import io.dflockd.engine.Notice;
import io.dflockd.engine.Outcome;
import io.dflockd.engine.Refusal;
import io.dflockd.protocol.DurationForm;
import io.dflockd.protocol.Push;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Status;
import io.dflockd.protocol.Tag;
import io.dflockd.service.Leases;

/** Turns what the engine decided into lines of the protocol. */
public final class Replies {
    public static final Reply OK = new Reply.Word(Status.OK);
    public static final Reply ERROR = new Reply.Word(Status.ERROR);
    public static final Reply AUTH_FAILED = new Reply.Word(Status.ERROR_AUTH);
    public static final Reply DRAINING = new Reply.Word(Status.ERROR_DRAINING);
    public static final Reply DENIED = new Reply.Word(Status.ERROR_DENIED);
    public static final Reply MAX_CONNECTIONS = new Reply.Word(Status.ERROR_MAX_CONNECTIONS);
    public static final Reply MAX_REQUESTS = new Reply.Word(Status.ERROR_MAX_REQUESTS);
    public static final Reply TOO_LARGE = new Reply.Word(Status.ERROR_TOO_LARGE);

    /** The line of a longer value is made only when it is to be sent. */
    private static final int LONG_VALUE_BYTES = 16 * 1024;
    private static final Reply QUEUED = new Reply.Word(Status.QUEUED);
    private static final Reply NIL = new Reply.Word(Status.NIL);
    private static final Reply CONFLICT = new Reply.Word(Status.CAS_CONFLICT);
    private static final Reply TIMEOUT = new Reply.Word(Status.TIMEOUT);
    private static final long MS_PER_SECOND = 1000;

    private final long maxAnswerBytes;

    /** No line is longer than so many bytes. */
    public Replies(long maxAnswerBytes) {
        this.maxAnswerBytes = maxAnswerBytes;
    }

    /** Sends the receiver what came of a request. What it gave comes back from the receiver where its line is not taken. */
    void send(Receiver receiver, String tag, Outcome outcome, SessionDesk desk) {
        if (!(outcome instanceof Outcome.Precious precious)) {
            sendOwed(receiver, tag, outcome, desk);
        } else if (precious instanceof Outcome.Popped popped && isLong(popped.value())) {
            receiver.replyLate(tag, new ValueReport(popped.value()), new Precious(precious));
        } else {
            receiver.replyPrecious(tag, of(outcome), new Precious(precious));
        }
    }

    /** Sends the receiver an answer that the engine keeps until it is acknowledged, so that nothing can be lost here. */
    void sendOwed(Receiver receiver, String tag, Outcome outcome, SessionDesk desk) {
        switch (outcome) {
            case Outcome.Values values -> receiver.replyLate(tag, new ValuesReport(values, maxAnswerBytes), null);
            case Outcome.Holders holders ->
                receiver.replyLate(tag, HoldersReport.of(holders.list(), desk::peer, maxAnswerBytes), null);
            case Outcome.Value value when isLong(value.value()) ->
                receiver.replyLate(tag, new ValueReport(value.value()), null);
            case Outcome.Popped popped when isLong(popped.value()) ->
                receiver.replyLate(tag, new ValueReport(popped.value()), null);
            default -> receiver.reply(tag, of(outcome));
        }
    }

    /** Sends the receiver a text that may be long. */
    public static void sendText(Receiver receiver, String text) {
        if (isLong(text)) {
            receiver.replyLate(Tag.NONE, new ValueReport(text), null);
        } else {
            receiver.reply(Tag.NONE, new Reply.Text(text));
        }
    }

    private static boolean isLong(String value) {
        return value.length() > LONG_VALUE_BYTES;
    }

    private static Reply of(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Granted o -> new Reply.Granted(
                    Status.OK, o.token(), Leases.told(o.leaseMs()), form(o.inMs()), o.fence());
            case Outcome.GrantedAtOnce o -> new Reply.Granted(
                    Status.ACQUIRED, o.token(), Leases.told(o.leaseMs()), form(o.inMs()), o.fence());
            case Outcome.Downgraded o -> new Reply.Granted(
                    Status.OK, o.token(), Leases.told(o.leaseMs()), form(o.inMs()), o.fence());
            case Outcome.Renewed o -> new Reply.Renewed(Leases.told(o.leaseMs()), form(o.inMs()), o.fence());
            case Outcome.SessionNew o -> new Reply.Session(false, o.graceMs() / MS_PER_SECOND, 0);
            case Outcome.SessionResumed o -> new Reply.Session(true, o.graceMs() / MS_PER_SECOND, o.seen());
            case Outcome.Queued o -> QUEUED;
            case Outcome.Done o -> OK;
            case Outcome.Count o -> new Reply.Count(o.value());
            case Outcome.Value o -> new Reply.Text(o.value());
            case Outcome.Popped o -> new Reply.Text(o.value());
            case Outcome.Nothing o -> NIL;
            case Outcome.Conflict o -> CONFLICT;
            case Outcome.TimedOut o -> TIMEOUT;
            case Outcome.Refused o -> new Reply.Word(status(o.reason()));
            case Outcome.Values o -> throw new IllegalArgumentException("values are sent late");
            case Outcome.Holders o -> throw new IllegalArgumentException("holders are sent late");
        };
    }

    static Push of(Notice notice) {
        return switch (notice) {
            case Notice.Signal n -> new Push.Signal(n.channel(), n.payload());
            case Notice.Change n -> new Push.Watch(n.event().word(), n.key());
            case Notice.Leadership n -> new Push.Leader(n.event().word(), n.key());
            case Notice.Lost n ->
                new Push.Lost(n.key(), n.fence(), n.revoked() ? Push.Lost.REVOKED : Push.Lost.EXPIRED);
            case Notice.Missed n -> new Push.Missed(n.events());
        };
    }

    private static DurationForm form(boolean inMs) {
        return inMs ? DurationForm.MILLISECONDS : DurationForm.SECONDS;
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
            case DENIED -> Status.ERROR_DENIED;
            case MAX_REQUESTS -> Status.ERROR_MAX_REQUESTS;
            case TOO_LARGE -> Status.ERROR_TOO_LARGE;
        };
    }
}
