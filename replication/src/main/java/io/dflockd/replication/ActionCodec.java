package io.dflockd.replication;

import io.dflockd.engine.Action;
import io.dflockd.engine.Command;
import io.dflockd.engine.End;
import io.dflockd.engine.EngineLimits;
import io.dflockd.engine.Mode;
import io.dflockd.engine.Refusal;
import java.util.HashMap;
import java.util.Map;

/**
 * Actions as octets: one row a kind of command, the writer beside the reader. A kind's number is never given to another,
 * and a row that was released never changes: a new field is a new kind.
 *
 * <p>An action is its kind, connection, session, request and received, the fields of its command and, where it may end in
 * a grant, the salt. Connections are differences to the action before, sessions to their connection. The first action of
 * a turn has {@link #FIRST} set in its kind, and its difference is to 0: so turns that were written each for itself can
 * stand one behind the other.
 */
final class ActionCodec {
    /** Set in the octet of the kind where there is no action before. */
    private static final int FIRST = 0x80;
    /** There is no action before: no connection has this number. */
    static final long NONE_BEFORE = Long.MIN_VALUE;

    @FunctionalInterface
    private interface Writer<C> {
        void write(C command, BatchOutput out);
    }

    @FunctionalInterface
    private interface Reader<C> {
        C read(BatchInput in) throws BrokenBatchException;
    }

    private record Row<C extends Command>(int kind, Class<C> type, Writer<C> writer, Reader<C> reader) {
        void write(Command command, BatchOutput out) {
            writer.write(type.cast(command), out);
        }
    }

    private static final Map<Integer, Row<?>> BY_KIND = new HashMap<>();
    private static final Map<Class<?>, Row<?>> BY_TYPE = new HashMap<>();
    private static final Mode[] MODES = Mode.values();
    private static final End[] ENDS = End.values();
    private static final Refusal[] REFUSALS = Refusal.values();

    // @formatter:off
    static {
        row(1, Command.Tick.class, (c, out) -> {}, in -> new Command.Tick());
        row(2, Command.Attach.class,
                (c, out) -> { out.number(c.number()); out.text(c.name()); out.number(c.graceMs()); },
                in -> new Command.Attach(in.number(), in.text(), in.number()));
        row(3, Command.Detach.class,
                (c, out) -> { OutcomeCodec.write(c.undelivered(), out); out.number(c.missed()); },
                in -> new Command.Detach(OutcomeCodec.read(in), in.number()));
        row(4, Command.Bye.class, (c, out) -> {}, in -> new Command.Bye());
        row(5, Command.Acknowledge.class, (c, out) -> {}, in -> new Command.Acknowledge());
        row(6, Command.Refuse.class, (c, out) -> out.constant(c.reason()), in -> new Command.Refuse(in.constant(REFUSALS)));
        row(7, Command.Ping.class, (c, out) -> {}, in -> new Command.Ping());
        row(8, Command.Introduce.class,
                (c, out) -> { out.text(c.clientName()); out.flag(c.wantsLost()); },
                in -> new Command.Introduce(in.text(), in.flag()));
        row(9, Command.Drain.class, (c, out) -> {}, in -> new Command.Drain());
        row(10, Command.Cancel.class, (c, out) -> out.signed(c.request()), in -> new Command.Cancel(in.signed()));
        row(11, Command.Acquire.class,
                (c, out) -> {
                    out.text(c.key()); out.constant(c.mode()); out.number(c.limit()); out.number(c.waitMs());
                    out.number(c.leaseMs()); out.flag(c.inMs());
                },
                in -> new Command.Acquire(
                        in.text(), in.constant(MODES), in.number(), in.number(), in.number(), in.flag()));
        row(12, Command.Enqueue.class,
                (c, out) -> {
                    out.text(c.key()); out.constant(c.mode()); out.number(c.limit()); out.number(c.leaseMs());
                    out.flag(c.inMs());
                },
                in -> new Command.Enqueue(in.text(), in.constant(MODES), in.number(), in.number(), in.flag()));
        row(13, Command.Await.class,
                (c, out) -> { out.text(c.key()); out.number(c.waitMs()); out.flag(c.inMs()); },
                in -> new Command.Await(in.text(), in.number(), in.flag()));
        row(14, Command.Release.class,
                (c, out) -> { out.text(c.key()); out.text(c.token()); out.flag(c.resign()); },
                in -> new Command.Release(in.text(), in.text(), in.flag()));
        row(15, Command.Renew.class,
                (c, out) -> { out.text(c.key()); out.text(c.token()); out.number(c.leaseMs()); out.flag(c.inMs()); },
                in -> new Command.Renew(in.text(), in.text(), in.number(), in.flag()));
        row(16, Command.Keep.class,
                (c, out) -> { out.text(c.key()); out.text(c.token()); out.number(c.leaseMs()); out.flag(c.inMs()); },
                in -> new Command.Keep(in.text(), in.text(), in.number(), in.flag()));
        row(17, Command.Downgrade.class,
                (c, out) -> { out.text(c.key()); out.text(c.token()); out.number(c.leaseMs()); out.flag(c.inMs()); },
                in -> new Command.Downgrade(in.text(), in.text(), in.number(), in.flag()));
        row(18, Command.Revoke.class,
                (c, out) -> { out.text(c.key()); out.number(c.fence()); },
                in -> new Command.Revoke(in.text(), in.number()));
        row(19, Command.Increment.class,
                (c, out) -> { out.text(c.key()); out.signed(c.by()); },
                in -> new Command.Increment(in.text(), in.signed()));
        row(20, Command.Decrement.class,
                (c, out) -> { out.text(c.key()); out.signed(c.by()); },
                in -> new Command.Decrement(in.text(), in.signed()));
        row(21, Command.GetCounter.class, (c, out) -> out.text(c.key()), in -> new Command.GetCounter(in.text()));
        row(22, Command.SetCounter.class,
                (c, out) -> { out.text(c.key()); out.signed(c.value()); },
                in -> new Command.SetCounter(in.text(), in.signed()));
        row(23, Command.SetValue.class,
                (c, out) -> { out.text(c.key()); out.text(c.value()); out.number(c.ttlMs()); },
                in -> new Command.SetValue(in.text(), in.text(), in.number()));
        row(24, Command.GetValue.class, (c, out) -> out.text(c.key()), in -> new Command.GetValue(in.text()));
        row(25, Command.DeleteValue.class, (c, out) -> out.text(c.key()), in -> new Command.DeleteValue(in.text()));
        row(26, Command.SwapValue.class,
                (c, out) -> { out.text(c.key()); out.text(c.expected()); out.text(c.value()); out.number(c.ttlMs()); },
                in -> new Command.SwapValue(in.text(), in.text(), in.text(), in.number()));
        row(27, Command.Push.class,
                (c, out) -> { out.text(c.key()); out.constant(c.end()); out.text(c.value()); },
                in -> new Command.Push(in.text(), in.constant(ENDS), in.text()));
        row(28, Command.Pop.class,
                (c, out) -> { out.text(c.key()); out.constant(c.end()); },
                in -> new Command.Pop(in.text(), in.constant(ENDS)));
        row(29, Command.BlockingPop.class,
                (c, out) -> { out.text(c.key()); out.constant(c.end()); out.number(c.waitMs()); },
                in -> new Command.BlockingPop(in.text(), in.constant(ENDS), in.number()));
        row(30, Command.ListLength.class, (c, out) -> out.text(c.key()), in -> new Command.ListLength(in.text()));
        row(31, Command.ListRange.class,
                (c, out) -> { out.text(c.key()); out.signed(c.start()); out.signed(c.stop()); },
                in -> new Command.ListRange(in.text(), in.signed(), in.signed()));
        row(32, Command.ListHolders.class,
                (c, out) -> { out.text(c.key()); out.number(c.limit()); },
                in -> new Command.ListHolders(in.text(), in.count()));
        row(33, Command.Listen.class,
                (c, out) -> { out.text(c.pattern()); out.text(c.group()); },
                in -> new Command.Listen(in.text(), in.text()));
        row(34, Command.Unlisten.class,
                (c, out) -> { out.text(c.pattern()); out.text(c.group()); },
                in -> new Command.Unlisten(in.text(), in.text()));
        row(35, Command.Signal.class,
                (c, out) -> { out.text(c.channel()); out.text(c.payload()); },
                in -> new Command.Signal(in.text(), in.text()));
        row(36, Command.Watch.class, (c, out) -> out.text(c.pattern()), in -> new Command.Watch(in.text()));
        row(37, Command.Unwatch.class, (c, out) -> out.text(c.pattern()), in -> new Command.Unwatch(in.text()));
        row(38, Command.AwaitBarrier.class,
                (c, out) -> { out.text(c.key()); out.number(c.count()); out.number(c.waitMs()); },
                in -> new Command.AwaitBarrier(in.text(), in.number(), in.number()));
        row(39, Command.Observe.class, (c, out) -> out.text(c.key()), in -> new Command.Observe(in.text()));
        row(40, Command.Unobserve.class, (c, out) -> out.text(c.key()), in -> new Command.Unobserve(in.text()));
        row(41, Command.OpenTerm.class,
                (c, out) -> { out.number(c.term()); out.number(c.wallMicros()); },
                in -> new Command.OpenTerm(in.number(), in.number()));
        row(42, Command.SetLimits.class,
                (c, out) -> writeLimits(c.limits(), out),
                in -> new Command.SetLimits(readLimits(in)));
        row(43, Command.SetRules.class, (c, out) -> out.number(c.rules()), in -> new Command.SetRules(in.count()));
        row(45, Command.EndSession.class, (c, out) -> out.number(c.session()), in -> new Command.EndSession(in.number()));
        row(44, Command.Checkpoint.class,
                (c, out) -> { out.number(c.term()); out.number(c.number()); out.fixed(c.digest()); },
                in -> new Command.Checkpoint(in.number(), in.number(), in.fixed()));
        row(46, Command.Belong.class,
                (c, out) -> {
                    out.text(c.owner()); out.number(c.maxHolds()); out.number(c.maxWaiters());
                    out.number(c.maxValueBytes());
                },
                in -> new Command.Belong(in.text(), in.count(), in.count(), in.number()));
    }
    // @formatter:on

    private ActionCodec() {}

    private static <C extends Command> void row(int kind, Class<C> type, Writer<C> writer, Reader<C> reader) {
        var row = new Row<>(kind, type, writer, reader);
        if (kind <= 0 || kind >= FIRST || BY_KIND.put(kind, row) != null || BY_TYPE.put(type, row) != null) {
            throw new IllegalStateException("kind " + kind + " or " + type.getSimpleName() + " has two rows");
        }
    }

    private static void writeLimits(EngineLimits limits, BatchOutput out) {
        out.number(limits.maxLocks());
        out.number(limits.maxWaiters());
        out.number(limits.maxKeys());
        out.number(limits.maxListLength());
        out.number(limits.maxSubscriptions());
        out.number(limits.maxBytes());
        out.number(limits.maxAnswerBytes());
        out.number(limits.maxSessions());
        out.number(limits.maxGraceMs());
        out.flag(limits.releasesOnEnd());
        out.number(limits.gcIntervalMs());
        out.number(limits.gcMaxIdleMs());
    }

    private static EngineLimits readLimits(BatchInput in) throws BrokenBatchException {
        return new EngineLimits(
                in.count(),
                in.count(),
                in.count(),
                in.count(),
                in.count(),
                in.number(),
                in.number(),
                in.count(),
                in.number(),
                in.flag(),
                in.number(),
                in.number());
    }

    /** Whether commands of this type may end in a grant, so that their actions bear a salt. */
    private static boolean isSalted(Class<?> type) {
        return type == Command.Acquire.class || type == Command.Enqueue.class;
    }

    /**
     * Writes an action. Where it cannot, what is behind the former size of the output is anything.
     *
     * @param former the connection of the action before it in the same turn; {@link #NONE_BEFORE} for the first
     */
    static void write(Action action, long former, BatchOutput out) {
        var command = action.command();
        var row = BY_TYPE.get(command.getClass());
        if (row == null) {
            throw new IllegalArgumentException(command.getClass().getSimpleName() + " has no kind in the log");
        }
        boolean isSalted = isSalted(row.type);
        if (action.salt() != 0 && !isSalted) {
            throw new IllegalArgumentException(
                    row.type.getSimpleName() + " cannot end in a grant, so its salt must be 0");
        }
        boolean isFirst = former == NONE_BEFORE;
        out.octet(isFirst ? row.kind | FIRST : row.kind);
        out.signed(action.connection() - (isFirst ? 0 : former));
        out.signed(action.session() - action.connection());
        out.signed(action.request());
        out.number(action.received());
        row.write(command, out);
        if (isSalted) {
            out.fixed(action.salt());
        }
    }

    /** Reads an action. {@code former}: as it was when it was written, whether or not it is the first of a turn. */
    static Action read(long former, BatchInput in) throws BrokenBatchException {
        int octet = in.octet();
        int kind = octet & ~FIRST;
        boolean isFirst = (octet & FIRST) != 0;
        var row = BY_KIND.get(kind);
        if (row == null) {
            throw new BrokenBatchException("no command has kind " + kind + "; a later version may have written it");
        }
        if (!isFirst && former == NONE_BEFORE) {
            throw new BrokenBatchException("the first action is not marked as first");
        }
        long connection = in.signed() + (isFirst ? 0 : former);
        long session = in.signed() + connection;
        long request = in.signed();
        long received = in.number();
        Command command;
        try {
            command = row.reader.read(in);
        } catch (IllegalArgumentException e) {
            throw new BrokenBatchException(row.type.getSimpleName() + " makes no sense: " + e.getMessage());
        }
        long salt = isSalted(row.type) ? in.fixed() : 0;
        return new Action(salt, connection, session, request, received, command);
    }

}
