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

    static Engine read(byte[] bytes) throws IOException {
        return read(bytes, Step.SLICE);
    }

    static Engine read(byte[] bytes, int slice) throws IOException {
        return Engine.readSnapshot(new DataInputStream(new ByteArrayInputStream(bytes)), slice);
    }
}
