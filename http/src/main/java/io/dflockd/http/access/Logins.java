package io.dflockd.http.access;

import io.dflockd.service.access.Login;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who logged in with a browser and has not logged out. A login is known by a random number that only that browser has, is
 * over after half a day or when the server ends, and there is a bound on them: where there are too many the oldest ends.
 * Thread-safe.
 */
public final class Logins {
    /** How long one lasts. */
    public static final int SECONDS = 12 * 60 * 60;
    static final int MOST = 1000;

    private static final int NUMBER_BYTES = 32;
    private static final long MS_PER_SECOND = 1000;

    private final LoginCookie cookie;
    private final LongSupplier nowMs;
    private final SecureRandom random = new SecureRandom();
    /** By the digest of the number, so that who sees this memory cannot use what is in it. Those first that began first. */
    private final LinkedHashMap<String, Kept> logins = new LinkedHashMap<>();

    private record Kept(Login login, long endsAtMs) {}

    /** {@code nowMs}: a clock that never goes back. */
    public Logins(LoginCookie cookie, LongSupplier nowMs) {
        this.cookie = cookie;
        this.nowMs = nowMs;
    }

    /** Carries them. */
    public LoginCookie cookie() {
        return cookie;
    }

    /** Begins one. Returns its number, as text. */
    public String begin(Login login) {
        var bytes = new byte[NUMBER_BYTES];
        random.nextBytes(bytes);
        var number = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        synchronized (logins) {
            dropOld();
            if (logins.size() >= MOST) {
                logins.pollFirstEntry();
            }
            logins.put(digest(number), new Kept(login, nowMs.getAsLong() + SECONDS * MS_PER_SECOND));
        }
        return number;
    }

    /** Whose login the cookies of a request are; null where they are nobody's. */
    public @Nullable Login find(String cookies) {
        var number = cookie.read(cookies);
        if (number.isEmpty()) {
            return null;
        }
        synchronized (logins) {
            dropOld();
            var kept = logins.get(digest(number));
            return kept == null ? null : kept.login();
        }
    }

    /** Ends that of a request's cookies, if it is there. */
    public void end(String cookies) {
        var number = cookie.read(cookies);
        synchronized (logins) {
            logins.remove(digest(number));
        }
    }

    private void dropOld() {
        long now = nowMs.getAsLong();
        while (!logins.isEmpty() && logins.firstEntry().getValue().endsAtMs() <= now) {
            logins.pollFirstEntry();
        }
    }

    private static String digest(String number) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(number.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
