package io.dflockd.http.api;

import io.dflockd.http.route.Answer;
import io.dflockd.http.route.JsonFields;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Answers that are lists. */
final class Pages {
    static final int DEFAULT_LIMIT = 100;
    static final int MAX_LIMIT = 1000;

    private Pages() {}

    /**
     * A part of a list.
     *
     * @param next where the list goes on; null where it does not
     * @param total how many there are in all; below 0 where that was not counted
     * @param begunAt when the request came, by the machine's clock for durations
     */
    static <T> Answer page(
            List<T> items, BiConsumer<JsonFields, T> fields, @Nullable String next, long total, long visited,
            long begunAt) {
        return Answer.json(JsonFields.object(json -> {
            json.objects("items", items, fields);
            if (next != null) {
                json.text("next", next);
            }
            if (total >= 0) {
                json.number("total", total);
            }
            json.number("visited", visited);
            json.number("took_ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunAt));
        }));
    }
}
