package io.dflockd.testkit.history;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Writes histories down: each line is an operation on the key "k" by a client, from one millisecond to another. */
final class HistoryOf {
    final History history = new History(10_000);

    HistoryOf returned(String client, Call<?> call, @Nullable Object answer, long fromMs, long toMs) {
        invoke(client, call, fromMs).returned(answer, TimeUnit.MILLISECONDS.toNanos(toMs));
        return this;
    }

    HistoryOf unknown(String client, Call<?> call, long fromMs) {
        invoke(client, call, fromMs).unknown();
        return this;
    }

    HistoryOf refused(String client, Call<?> call, long fromMs, long toMs) {
        invoke(client, call, fromMs).refused("error", TimeUnit.MILLISECONDS.toNanos(toMs));
        return this;
    }

    Findings findings() {
        return Findings.of(history);
    }

    private History.Pending invoke(String client, Call<?> call, long fromMs) {
        return history.invoke(client, "k", call, TimeUnit.MILLISECONDS.toNanos(fromMs));
    }
}
