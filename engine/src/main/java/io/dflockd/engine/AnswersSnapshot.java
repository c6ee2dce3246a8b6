package io.dflockd.engine;

import java.io.IOException;

/** Outcomes that are owed to somebody, and questions in their place. */
final class AnswersSnapshot {
    private static final Refusal[] REFUSALS = Refusal.values();
    private static final End[] ENDS = End.values();

    private AnswersSnapshot() {}

    /** What an answer is; the order is part of the format: new ones come last. */
    private enum Kind {
        GRANTED,
        GRANTED_AT_ONCE,
        POPPED,
        QUEUED,
        DONE,
        RENEWED,
        DOWNGRADED,
        COUNT,
        NOTHING,
        CONFLICT,
        TIMED_OUT,
        REFUSED,
        GET_COUNTER,
        GET_VALUE,
        LIST_LENGTH,
        LIST_RANGE,
        LIST_HOLDERS
    }

    private static final Kind[] KINDS = Kind.values();

    static void write(Object answer, SnapshotOutput out) throws IOException {
        switch (answer) {
            case Outcome.Granted o -> {
                out.constant(Kind.GRANTED);
                writeGrant(o.key(), o.token(), o.leaseMs(), o.fence(), o.inMs(), out);
            }
            case Outcome.GrantedAtOnce o -> {
                out.constant(Kind.GRANTED_AT_ONCE);
                writeGrant(o.key(), o.token(), o.leaseMs(), o.fence(), o.inMs(), out);
            }
            case Outcome.Popped o -> {
                out.constant(Kind.POPPED);
                out.text(o.key());
                out.constant(o.end());
                out.text(o.value());
            }
            case Outcome.Queued ignored -> out.constant(Kind.QUEUED);
            case Outcome.Done ignored -> out.constant(Kind.DONE);
            case Outcome.Renewed o -> {
                out.constant(Kind.RENEWED);
                out.number(o.leaseMs());
                out.number(o.fence());
                out.flag(o.inMs());
            }
            case Outcome.Downgraded o -> {
                out.constant(Kind.DOWNGRADED);
                writeGrant("", o.token(), o.leaseMs(), o.fence(), o.inMs(), out);
            }
            case Outcome.Count o -> {
                out.constant(Kind.COUNT);
                out.number(o.value());
            }
            case Outcome.Nothing ignored -> out.constant(Kind.NOTHING);
            case Outcome.Conflict ignored -> out.constant(Kind.CONFLICT);
            case Outcome.TimedOut ignored -> out.constant(Kind.TIMED_OUT);
            case Outcome.Refused o -> {
                out.constant(Kind.REFUSED);
                out.constant(o.reason());
            }
            case Command.Read question -> writeQuestion(question, out);
            default -> throw new IllegalStateException("never owed: " + answer);
        }
    }

    private static void writeGrant(
            String key, String token, long leaseMs, long fence, boolean inMs, SnapshotOutput out) throws IOException {
        out.text(key);
        out.text(token);
        out.number(leaseMs);
        out.number(fence);
        out.flag(inMs);
    }

    private static void writeQuestion(Command.Read question, SnapshotOutput out) throws IOException {
        switch (question) {
            case Command.GetCounter c -> {
                out.constant(Kind.GET_COUNTER);
                out.text(c.key());
            }
            case Command.GetValue c -> {
                out.constant(Kind.GET_VALUE);
                out.text(c.key());
            }
            case Command.ListLength c -> {
                out.constant(Kind.LIST_LENGTH);
                out.text(c.key());
            }
            case Command.ListRange c -> {
                out.constant(Kind.LIST_RANGE);
                out.text(c.key());
                out.number(c.start());
                out.number(c.stop());
            }
            case Command.ListHolders c -> {
                out.constant(Kind.LIST_HOLDERS);
                out.text(c.key());
                out.number(c.limit());
            }
        }
    }

    static Object read(SnapshotInput in) throws IOException {
        return switch (in.constant(KINDS)) {
            case GRANTED -> new Outcome.Granted(in.text(), in.text(), in.number(), in.number(), in.flag());
            case GRANTED_AT_ONCE ->
                new Outcome.GrantedAtOnce(in.text(), in.text(), in.number(), in.number(), in.flag());
            case POPPED -> new Outcome.Popped(in.text(), in.constant(ENDS), in.text());
            case QUEUED -> Outcome.QUEUED;
            case DONE -> Outcome.DONE;
            case RENEWED -> new Outcome.Renewed(in.number(), in.number(), in.flag());
            case DOWNGRADED -> {
                in.text();
                yield new Outcome.Downgraded(in.text(), in.number(), in.number(), in.flag());
            }
            case COUNT -> new Outcome.Count(in.number());
            case NOTHING -> Outcome.NOTHING;
            case CONFLICT -> Outcome.CONFLICT;
            case TIMED_OUT -> Outcome.TIMED_OUT;
            case REFUSED -> new Outcome.Refused(in.constant(REFUSALS));
            case GET_COUNTER -> new Command.GetCounter(in.text());
            case GET_VALUE -> new Command.GetValue(in.text());
            case LIST_LENGTH -> new Command.ListLength(in.text());
            case LIST_RANGE -> new Command.ListRange(in.text(), in.number(), in.number());
            case LIST_HOLDERS -> new Command.ListHolders(in.text(), (int) in.number());
        };
    }
}
