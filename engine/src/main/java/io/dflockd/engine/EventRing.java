package io.dflockd.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What has happened lately. The engine writes it while somebody reads it; nobody waits for anybody, and who reads too slowly
 * is told how much he has missed. It decides nothing and is no part of the state.
 *
 * <p>One thread writes at a time, any number read. A reader copies a record and then looks whether the writer has come round
 * to it meanwhile: so a copy that may be half of another record is never told.
 */
@SuppressWarnings("EnumOrdinal") // indexes that never leave this class
public final class EventRing {
    /** How many records are kept. */
    public static final int CAPACITY = 4096;

    private static final int MASK = CAPACITY - 1;
    private static final Kind[] KINDS = Kind.values();
    private static final VarHandle NEXT;

    static {
        try {
            NEXT = MethodHandles.lookup().findVarHandle(EventRing.class, "next", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long[] times = new long[CAPACITY];
    private final byte[] kinds = new byte[CAPACITY];
    private final @Nullable String[] keys = new @Nullable String[CAPACITY];
    private final long[] fences = new long[CAPACITY];
    private final long[] sessions = new long[CAPACITY];
    private long nowMs;
    /** The number of the next record. Whoever has read it sees all records before. */
    private long next;

    /** What can happen to a key. */
    public enum Kind {
        GRANTED,
        /** Somebody waits from now on. */
        QUEUED,
        /** Somebody waits no more and got nothing. */
        LEFT,
        RELEASED,
        EXPIRED,
        REVOKED,
        /** A hold ended with its session, or its grant reached nobody. */
        SESSION_ENDED,
        INCR,
        DECR,
        CSET,
        KSET,
        KDEL,
        KCAS,
        KEXPIRE,
        LPUSH,
        RPUSH,
        LPOP,
        RPOP,
        BLPOP,
        BRPOP,
        /** This node got the state of another; what happened before that is not told. */
        REPLACED;

        private final String word = name().toLowerCase(Locale.ROOT);

        public String word() {
            return word;
        }
    }

    /** Is told records in their order. */
    public interface Reader {
        /**
         * One record.
         *
         * @param atMs the time that {@link #time} said
         * @param key empty where it is about none
         * @param fence of the hold; 0 where it is about none
         * @param session whose hold or wait it is, or who asked; 0 where that is nobody's any more
         */
        void event(long number, long atMs, Kind kind, String key, long fence, long session);

        /** So many are there no more. */
        void missed(long count);
    }

    /** When that happens which is written from now on. Whoever lets the engine write may say so. */
    public void time(long ms) {
        nowMs = ms;
    }

    void write(Kind kind, String key, long fence, long session) {
        long number = next;
        int slot = (int) (number & MASK);
        // Whoever sees some of this record also sees that it is being written.
        VarHandle.storeStoreFence();
        times[slot] = nowMs;
        kinds[slot] = (byte) kind.ordinal();
        keys[slot] = key;
        fences[slot] = fence;
        sessions[slot] = session;
        NEXT.setRelease(this, number + 1);
    }

    /** The number of the next record. Of any thread. */
    public long next() {
        return (long) NEXT.getAcquire(this);
    }

    /** Tells at most so many records, from that number on. Returns the number to go on from. Of any thread. */
    public long read(long from, int most, Reader reader) {
        long number = from;
        long end = next();
        for (int i = 0; i < most && number < end; i++) {
            number = skipMissed(number, reader);
            int slot = (int) (number & MASK);
            long atMs = times[slot];
            var kind = KINDS[kinds[slot]];
            @Nullable String key = keys[slot];
            long fence = fences[slot];
            long session = sessions[slot];
            VarHandle.acquireFence();
            if (isThere(number, next()) && key != null) {
                reader.event(number, atMs, kind, key, fence, session);
                number++;
            }
        }
        return number;
    }

    private long skipMissed(long number, Reader reader) {
        long written = next();
        if (isThere(number, written)) {
            return number;
        }
        // Half a round further on, or the writer would be there again at once.
        long there = written - CAPACITY / 2;
        reader.missed(there - number);
        return there;
    }

    /** The place of the oldest record is where the next is being written. */
    private static boolean isThere(long number, long next) {
        return next - number < CAPACITY;
    }
}
