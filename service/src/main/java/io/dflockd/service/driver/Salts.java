package io.dflockd.service.driver;

import java.nio.ByteBuffer;
import java.security.SecureRandom;

/** Unguessable numbers, fetched from the secure generator many at a time, because each fetch is costly. Not thread-safe. */
public final class Salts {
    private static final int BATCH_BYTES = 4096;

    private final SecureRandom random = new SecureRandom();
    private final byte[] bytes = new byte[BATCH_BYTES];
    private final ByteBuffer buffer = ByteBuffer.wrap(bytes).limit(0);

    public long next() {
        if (!buffer.hasRemaining()) {
            random.nextBytes(bytes);
            buffer.clear();
        }
        return buffer.getLong();
    }
}
