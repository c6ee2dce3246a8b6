package io.dflockd.benchmarks.library;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/** The other half of {@code SET NX PX}: the script that Redis documents, which deletes a key if it still has our token. */
public final class RedisRelease {
    /** The script. */
    public static final String SCRIPT = "if redis.call('get',KEYS[1])==ARGV[1] then return redis.call('del',KEYS[1]) else return 0 end";
    /** What a server that has loaded it calls it. */
    public static final String DIGEST = sha1(SCRIPT);

    private static final AtomicLong TOKENS = new AtomicLong(System.nanoTime());

    private RedisRelease() {}

    /** A token that nobody else in this process has, as long as one of ours. */
    public static String newToken() {
        return "%032x".formatted(TOKENS.incrementAndGet());
    }

    private static String sha1(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
