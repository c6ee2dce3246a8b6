package io.dflockd.engine;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes and reads the state of an engine. The order of everything is part of it, because it decides what comes next. */
final class Snapshot {
    /** "dfls", so that another file is not taken for a snapshot. */
    private static final int MAGIC = 0x64666c73;
    private static final int VERSION = 1;

    private Snapshot() {}

    static void write(Engine engine, DataOutput out) throws IOException {
        out.writeInt(MAGIC);
        out.writeInt(VERSION);
        out.writeLong(engine.nowMs);
        out.writeLong(engine.nextGcMs);
        LocksSnapshot.write(engine.locks, engine.sessions, out);
    }

    static Engine read(EngineLimits limits, DataInput in) throws IOException {
        if (in.readInt() != MAGIC) {
            throw new IOException("not a snapshot of dflockd");
        }
        int version = in.readInt();
        if (version != VERSION) {
            throw new IOException("snapshot has version " + version + ", this program reads version " + VERSION);
        }
        var engine = new Engine(limits, 0);
        engine.nowMs = in.readLong();
        engine.nextGcMs = in.readLong();
        new LocksSnapshot(engine).read(in);
        return engine;
    }

    static void writeString(String octets, DataOutput out) throws IOException {
        var bytes = octets.getBytes(StandardCharsets.ISO_8859_1);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static String readString(DataInput in) throws IOException {
        int length = in.readInt();
        if (length < 0) {
            throw new IOException("a string of " + length + " bytes in a snapshot");
        }
        // Grows with what is really there: a broken length must not ask for memory of its own size.
        var bytes = new byte[Math.min(length, 1 << 16)];
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
}
