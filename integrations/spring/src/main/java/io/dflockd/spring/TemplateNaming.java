package io.dflockd.spring;

import io.dflockd.client.spi.KeyNaming;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Names a key by the template of the {@link WithLock} method that waits for it or holds it now: {@code reports/#{#customer}},
 * with the prefix that all keys have. Other keys are named as another naming does.
 */
public final class TemplateNaming implements KeyNaming {
    /** As large as there are calls that run. */
    private static final Map<String, Use> USED = new ConcurrentHashMap<>();

    private final KeyNaming others;

    private record Use(String template, int calls) {}

    public TemplateNaming(KeyNaming others) {
        this.others = Objects.requireNonNull(others);
    }

    @Override
    public String nameOf(String key) {
        @Nullable Use use = USED.get(key);
        return use == null ? others.nameOf(key) : use.template();
    }

    static void begin(String key, String template) {
        USED.merge(key, new Use(template, 1), (now, added) -> new Use(template, now.calls() + 1));
    }

    static void end(String key) {
        USED.computeIfPresent(key, (same, use) -> use.calls() == 1 ? null : new Use(use.template(), use.calls() - 1));
    }
}
