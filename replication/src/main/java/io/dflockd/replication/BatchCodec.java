package io.dflockd.replication;

import io.dflockd.engine.Action;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Batches as octets: a header, the actions, a checksum over both. Integers are big-endian.
 *
 * <p>Header: magic (4) · version (1) · flags (1) · rules (2) · term (8) · number (8) · time (8) · count (4) · payload (4).
 */
final class BatchCodec {
    static final int HEADER_BYTES = 40;
    static final int TRAILER_BYTES = Integer.BYTES;

    /** "dflb". */
    private static final int MAGIC = 0x64666c62;
    private static final int VERSION = 1;
    private static final int NO_FLAGS = 0;
    private static final int MAX_RULES = (1 << Short.SIZE) - 1;

    private BatchCodec() {}

    /**
     * Completes octets that begin with {@link #HEADER_BYTES} of anything and go on with so many actions, as
     * {@link ActionCodec} wrote them.
     */
    static void seal(BatchOutput out, int count, int rules, long term, long number, long timeMs) {
        if (rules < 0 || rules > MAX_RULES) {
            throw new IllegalArgumentException("rules is " + rules + ", must be from 0 to " + MAX_RULES);
        }
        int length = out.size();
        ByteBuffer.wrap(out.array(), 0, HEADER_BYTES)
                .putInt(MAGIC)
                .put((byte) VERSION)
                .put((byte) NO_FLAGS)
                .putShort((short) rules)
                .putLong(term)
                .putLong(number)
                .putLong(timeMs)
                .putInt(count)
                .putInt(length - HEADER_BYTES);
        var checksum = new CRC32C();
        checksum.update(out.array(), 0, length);
        out.resize(length + TRAILER_BYTES);
        ByteBuffer.wrap(out.array(), length, TRAILER_BYTES).putInt((int) checksum.getValue());
    }

    /** Reads a batch that is all of the buffer, whose position is not moved. */
    static Batch read(ByteBuffer octets) throws BrokenBatchException {
        var in = octets.slice();
        if (in.remaining() < HEADER_BYTES + TRAILER_BYTES) {
            throw new BrokenBatchException("it has " + in.remaining() + " bytes, the shortest has "
                    + (HEADER_BYTES + TRAILER_BYTES));
        }
        check("magic", in.getInt() & 0xffff_ffffL, MAGIC);
        check("version", in.get(), VERSION);
        check("flags", in.get(), NO_FLAGS);
        int rules = in.getShort() & MAX_RULES;
        long term = in.getLong();
        long number = in.getLong();
        long timeMs = in.getLong();
        int count = in.getInt();
        check("length of the payload", in.getInt(), in.limit() - HEADER_BYTES - TRAILER_BYTES);
        checkSum(in);
        in.limit(in.limit() - TRAILER_BYTES);
        return new Batch(rules, term, number, timeMs, actions(count, new BatchInput(in)));
    }

    private static void checkSum(ByteBuffer in) throws BrokenBatchException {
        int end = in.limit() - TRAILER_BYTES;
        var checksum = new CRC32C();
        checksum.update(in.duplicate().position(0).limit(end));
        check("checksum", in.getInt(end) & 0xffff_ffffL, checksum.getValue());
    }

    private static List<Action> actions(int count, BatchInput in) throws BrokenBatchException {
        var actions = new ArrayList<Action>();
        long former = ActionCodec.NONE_BEFORE;
        while (!in.isAtEnd()) {
            int from = in.position();
            try {
                var action = ActionCodec.read(former, in);
                former = action.connection();
                actions.add(action);
            } catch (BrokenBatchException e) {
                var located = new BrokenBatchException(
                        "action " + actions.size() + " at byte " + from + ": " + e.getMessage());
                located.initCause(e);
                throw located;
            }
        }
        check("number of actions", count, actions.size());
        return actions;
    }

    private static void check(String what, long found, long expected) throws BrokenBatchException {
        if (found != expected) {
            throw new BrokenBatchException(what + " is " + found + ", must be " + expected);
        }
    }
}
