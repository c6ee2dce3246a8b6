package io.dflockd.cli.guard;

import io.dflockd.client.Lease;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.error.LossReason;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A lease of no server, valid until a test loses it. */
final class StubLease {
    static final ServerAddress SERVER = ServerAddress.parse("127.0.0.1:6388");

    final List<Duration> keeps = new ArrayList<>();
    final Lease lease = (Lease) Proxy.newProxyInstance(Lease.class.getClassLoader(), new Class<?>[]{Lease.class},
            (self, method, arguments) -> answer(method.getName(), arguments));
    private final String key;
    private final boolean keepable;
    private volatile boolean lost;
    private volatile boolean doubtful;
    private volatile boolean failing;
    private volatile @Nullable Consumer<LossReason> listener;

    /** {@code keepable}: whether the server keeps it when it is asked to. */
    StubLease(String key, boolean keepable) {
        this.key = key;
        this.keepable = keepable;
    }

    void lose() {
        lost = true;
        var told = listener;
        if (told != null) {
            told.accept(LossReason.REVOKED);
        }
    }

    /** It is not valid, and nobody says that it is lost. */
    void doubt() {
        doubtful = true;
    }

    /** Whoever asks whether it is valid fails. */
    void fail() {
        failing = true;
    }

    private boolean isValid() {
        if (failing) {
            throw new IllegalStateException("isValid failed");
        }
        return !lost && !doubtful;
    }

    @SuppressWarnings("unchecked")
    private @Nullable Object answer(String method, Object @Nullable [] arguments) {
        return switch (method) {
            case "key" -> key;
            case "fence" -> 7L;
            case "server" -> SERVER;
            case "isValid" -> isValid();
            case "remaining" -> lost ? Duration.ZERO : Duration.ofMinutes(1);
            case "onLost" -> {
                listener = (Consumer<LossReason>) arguments[0];
                yield lease;
            }
            case "keep" -> {
                keeps.add((Duration) arguments[0]);
                yield keepable;
            }
            case "close" -> null;
            default -> throw new UnsupportedOperationException(method);
        };
    }
}
