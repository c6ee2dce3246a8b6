package io.dflockd.replication;

import io.dflockd.engine.Engine;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The state of a server that keeps nothing, as the file of a snapshot, from which one that keeps something can begin. */
public final class MemoryCopy {
    /** As if all had been one entry of a log. */
    private static final long TERM = 1;
    private static final long INDEX = 1;

    private MemoryCopy() {}

    /** What a state takes at most that is copied: that takes some milliseconds, while all wait, and memory. */
    public static long mostBytes() {
        return LogRoom.OF_THIS_PROCESS.copiedBytes();
    }

    /** What the file is called. */
    public static String name() {
        return "snapshot." + TERM + '_' + INDEX;
    }

    /** Copies the state. Nothing must be applied meanwhile. */
    public static byte[] stateOf(Engine engine) {
        var octets = new ByteArrayOutputStream();
        try {
            engine.writeSnapshot(new DataOutputStream(octets));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // never, in memory
        }
        return octets.toByteArray();
    }

    /** The file of a state that was copied. */
    public static byte[] fileOf(byte[] state) {
        var octets = new ByteArrayOutputStream();
        try {
            SnapshotFile.write(octets, new SnapshotHead(LogMachine.RULES, TERM, INDEX, BatchOrder.NONE),
                    out -> out.write(state));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // never, in memory
        }
        return octets.toByteArray();
    }
}
