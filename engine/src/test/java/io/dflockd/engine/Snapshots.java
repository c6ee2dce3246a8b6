package io.dflockd.engine;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** Engines to bytes and back. */
final class Snapshots {
    private Snapshots() {}

    static byte[] bytesOf(Engine engine) throws IOException {
        var bytes = new ByteArrayOutputStream();
        engine.writeSnapshot(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    static Engine read(byte[] bytes, EngineLimits limits) throws IOException {
        return read(bytes, limits, Step.SLICE);
    }

    static Engine read(byte[] bytes, EngineLimits limits, int slice) throws IOException {
        return Engine.readSnapshot(limits, new DataInputStream(new ByteArrayInputStream(bytes)), slice);
    }
}
