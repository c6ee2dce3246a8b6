package io.dflockd.service.driver;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Unguessable numbers, made many at a time: the key stream of AES in counter mode, each time under a new key from the secure
 * generator, which would cost twenty times as much for all of them. Not thread-safe.
 */
public final class Salts {
    private static final int BATCH_BYTES = 4096;
    private static final int KEY_BYTES = 16;

    private final SecureRandom random = new SecureRandom();
    private final byte[] keyAndCounter = new byte[2 * KEY_BYTES];
    private final byte[] zeros = new byte[BATCH_BYTES];
    private final byte[] bytes = new byte[BATCH_BYTES];
    private final ByteBuffer buffer = ByteBuffer.wrap(bytes).limit(0);
    private final Cipher cipher;

    public Salts() {
        try {
            cipher = Cipher.getInstance("AES/CTR/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot do AES in counter mode", e);
        }
    }

    public long next() {
        if (!buffer.hasRemaining()) {
            refill();
            buffer.clear();
        }
        return buffer.getLong();
    }

    private void refill() {
        random.nextBytes(keyAndCounter);
        try {
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(keyAndCounter, 0, KEY_BYTES, "AES"),
                    new IvParameterSpec(keyAndCounter, KEY_BYTES, KEY_BYTES));
            int made = cipher.doFinal(zeros, 0, BATCH_BYTES, bytes);
            if (made != BATCH_BYTES) {
                throw new IllegalStateException("AES made " + made + " bytes of " + BATCH_BYTES);
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES refused its own key", e);
        }
    }
}
