package io.dflockd.spring;

import io.dflockd.client.Acquirable;
import io.dflockd.client.DflockdClient;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.format.datetime.standard.DurationFormatterUtils;

/**
 * What the annotation of a method says, read and found right.
 *
 * @param waitAtMost null for the client's
 * @param lease null for the client's
 */
record LockTerms(KeyTemplate key, WithLock.Mode mode, int permits, @Nullable Duration waitAtMost,
        @Nullable Duration lease,
        WithLock.OnBusy onBusy, WithLock.OnLost onLost) {
    /**
     * @param placeholders fills in properties
     * @throws IllegalStateException naming method and value where something does not fit
     */
    static LockTerms of(Method method, WithLock annotation, UnaryOperator<String> placeholders) {
        Interceptable.require(method, WithLock.class);
        if (annotation.mode() != WithLock.Mode.PERMIT && annotation.permits() != 1) {
            throw wrong(method, "permits = " + annotation.permits() + " with mode " + annotation.mode()
                    + "; only PERMIT has permits", null);
        }
        if (annotation.permits() < 1) {
            throw wrong(method, "permits = " + annotation.permits() + "; at least 1 is valid", null);
        }
        KeyTemplate key;
        try {
            key = new KeyTemplate(placeholders.apply(annotation.key()));
        } catch (RuntimeException e) { // what Spring throws of a template differs with its version
            throw wrong(method, "key = \"" + annotation.key() + "\" is no template: " + e.getMessage(), e);
        }
        var lease = duration(method, "lease", annotation.lease(), placeholders);
        if (lease != null && lease.compareTo(Duration.ofMillis(250)) < 0) {
            throw wrong(method, "lease = \"" + annotation.lease() + "\"; at least 250ms is valid", null);
        }
        return new LockTerms(key, annotation.mode(), annotation.permits(),
                duration(method, "waitAtMost", annotation.waitAtMost(), placeholders), lease, annotation.onBusy(),
                annotation.onLost());
    }

    private static @Nullable Duration duration(Method method, String name, String text,
            UnaryOperator<String> placeholders) {
        if (text.isEmpty()) {
            return null;
        }
        Duration duration;
        try {
            duration = DurationFormatterUtils.detectAndParse(placeholders.apply(text));
        } catch (IllegalArgumentException e) {
            throw wrong(method, name + " = \"" + text + "\" is no duration; 5s, 250ms or PT1M are valid", e);
        }
        if (duration.isNegative()) {
            throw wrong(method, name + " = \"" + text + "\" is negative", null);
        }
        return duration;
    }

    private static IllegalStateException wrong(Method method, String what, @Nullable Exception cause) {
        return Interceptable.wrong(method, WithLock.class, what, cause);
    }

    /** Whether who has what these terms give need not ask for what the others give, of the same key. */
    boolean covers(LockTerms other) {
        return covered().contains(other.mode());
    }

    /** A permit is one of many, and whoever asks for a second one may mean that. */
    Set<WithLock.Mode> covered() {
        return switch (mode) {
            case EXCLUSIVE, READ -> EnumSet.of(mode);
            case WRITE -> EnumSet.of(WithLock.Mode.READ, WithLock.Mode.WRITE);
            case PERMIT -> Set.of();
        };
    }

    Acquirable handle(DflockdClient client, String name) {
        return switch (mode) {
            case EXCLUSIVE -> lease == null ? client.lock(name) : client.lock(name).withTtl(lease);
            case READ -> lease == null ? client.rwLock(name).read() : client.rwLock(name).withTtl(lease).read();
            case WRITE -> lease == null ? client.rwLock(name).write() : client.rwLock(name).withTtl(lease).write();
            case PERMIT -> lease == null
                    ? client.semaphore(name, permits)
                    : client.semaphore(name, permits).withTtl(lease);
        };
    }
}
