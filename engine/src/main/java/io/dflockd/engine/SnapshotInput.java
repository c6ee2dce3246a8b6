package io.dflockd.engine;

import java.io.DataInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what {@link SnapshotOutput} wrote, and remembers what later parts of the snapshot refer to by number. */
final class SnapshotInput {
    @FunctionalInterface
    interface Reader {
        void read() throws IOException;
    }

    private static final int MAX_CHUNK_BYTES = 1 << 16;

    private final DataInput in;
    private final List<Session> sessions = new ArrayList<>();
    private final List<Owner> owners = new ArrayList<>();
    private final ArrayDeque<Barriers.Barrier> endedBarriers = new ArrayDeque<>();
    private final Map<Long, Hold> holdsByFence = new LinkedHashMap<>();
    private final Map<Long, Waiting> waitingByTicket = new LinkedHashMap<>();

    SnapshotInput(DataInput in) {
        this.in = in;
    }

    long number() throws IOException {
        return in.readLong();
    }

    /** A number that fits an int and is 0 or more. */
    int integer() throws IOException {
        long number = in.readLong();
        if (number < 0 || number > Integer.MAX_VALUE) {
            throw new IOException("broken snapshot: a limit of " + number);
        }
        return (int) number;
    }

    boolean flag() throws IOException {
        return in.readBoolean();
    }

    <E extends Enum<E>> E constant(E[] constants) throws IOException {
        int code = in.readUnsignedByte();
        if (code >= constants.length) {
            throw new IOException("broken snapshot: constant " + code + " where there are " + constants.length);
        }
        return constants[code];
    }

    String text() throws IOException {
        int length = count();
        // Grows with what is really there: a broken length must not ask for memory of its own size.
        var bytes = new byte[Math.min(length, MAX_CHUNK_BYTES)];
        int at = 0;
        while (at < length) {
            if (at == bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(length, 2L * bytes.length));
            }
            in.readFully(bytes, at, bytes.length - at);
            at = bytes.length;
        }
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }

    void all(Reader reader) throws IOException {
        for (int rest = count(); rest > 0; rest--) {
            reader.read();
        }
    }

    void remember(Session session) {
        sessions.add(session);
    }

    /** One of the sessions that the snapshot began with. */
    Session session() throws IOException {
        int place = in.readInt();
        if (place < 0 || place >= sessions.size()) {
            throw new IOException("broken snapshot: session " + place + " of " + sessions.size());
        }
        return sessions.get(place);
    }

    void remember(Owner owner) {
        owners.add(owner);
    }

    /** One of the owners of the snapshot; null for nobody. */
    @Nullable
    Owner owner() throws IOException {
        int place = in.readInt();
        if (place < SnapshotOutput.NOBODY || place >= owners.size()) {
            throw new IOException("broken snapshot: owner " + place + " of " + owners.size());
        }
        return place == SnapshotOutput.NOBODY ? null : owners.get(place);
    }

    void remember(Barriers.Barrier ended) {
        endedBarriers.add(ended);
    }

    /** The ended barriers, in the order in which they were remembered. */
    Barriers.Barrier nextEndedBarrier() throws IOException {
        var barrier = endedBarriers.poll();
        if (barrier == null) {
            throw new IOException("broken snapshot: a barrier that ended is not in it");
        }
        return barrier;
    }

    void remember(Hold hold) {
        holdsByFence.put(hold.fence, hold);
    }

    void remember(Waiting waiting) {
        waitingByTicket.put(waiting.sequence(), waiting);
    }

    Hold hold() throws IOException {
        long fence = in.readLong();
        var hold = holdsByFence.get(fence);
        if (hold == null) {
            throw new IOException("broken snapshot: hold " + fence + " is not in it");
        }
        return hold;
    }

    <T extends Waiting> T waiting(Class<T> type) throws IOException {
        long ticket = in.readLong();
        var waiting = waitingByTicket.get(ticket);
        if (!type.isInstance(waiting)) {
            throw new IOException("broken snapshot: " + type.getSimpleName() + ' ' + ticket + " is not in it");
        }
        return type.cast(waiting);
    }

    private int count() throws IOException {
        int count = in.readInt();
        if (count < 0) {
            throw new IOException("broken snapshot: " + count + " of something");
        }
        return count;
    }
}
