package io.dflockd.server.config;

import io.dflockd.engine.EngineLimits;
import io.dflockd.engine.EngineLimits.Limit;
import io.dflockd.service.LimitNames;
import io.dflockd.service.SettingException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which settings are limits of the engine, whose values are those of all members of a cluster. */
public final class LimitSettings implements LimitNames {
    /** The part of the memory that connections may take, with what they have read and what they have yet to write. */
    private static final int CONNECTIONS_SHARE = 4;
    /** Beside the state of a member there is a copy for its snapshot, and what it does with both. */
    private static final double HEAP_TO_MEMORY = 2.5;

    private static final long MS_PER_SECOND = 1000;

    private enum Unit {
        COUNT,
        SECONDS,
        FLAG,
        MEMORY;

        long ofEngine(Object value) {
            return switch (this) {
                case COUNT -> (long) value;
                case SECONDS -> (long) value * MS_PER_SECOND;
                case FLAG -> (boolean) value ? 1 : 0;
                case MEMORY -> stateBytes((long) value);
            };
        }

        String text(long value) {
            return switch (this) {
                case COUNT -> Long.toString(value);
                case SECONDS -> Long.toString(value / MS_PER_SECOND);
                case FLAG -> Boolean.toString(value != 0);
                case MEMORY -> Long.toString(memoryBytes(value));
            };
        }
    }

    private enum Row {
        MAX_LOCKS(Setting.MAX_LOCKS, Limit.MAX_LOCKS, Unit.COUNT),
        MAX_WAITERS(Setting.MAX_WAITERS, Limit.MAX_WAITERS, Unit.COUNT),
        MAX_KEYS(Setting.MAX_KEYS, Limit.MAX_KEYS, Unit.COUNT),
        MAX_LIST_LENGTH(Setting.MAX_LIST_LENGTH, Limit.MAX_LIST_LENGTH, Unit.COUNT),
        MAX_SUBSCRIPTIONS(Setting.MAX_SUBSCRIPTIONS, Limit.MAX_SUBSCRIPTIONS, Unit.COUNT),
        MAX_MEMORY(Setting.MAX_MEMORY, Limit.MAX_BYTES, Unit.MEMORY),
        MAX_ANSWER_BYTES(Setting.MAX_ANSWER_BYTES, Limit.MAX_ANSWER_BYTES, Unit.COUNT),
        MAX_SESSIONS(Setting.MAX_SESSIONS, Limit.MAX_SESSIONS, Unit.COUNT),
        MAX_SESSION_GRACE(Setting.MAX_SESSION_GRACE, Limit.MAX_GRACE_MS, Unit.SECONDS),
        AUTO_RELEASE(Setting.AUTO_RELEASE_ON_DISCONNECT, Limit.RELEASES_ON_END, Unit.FLAG),
        GC_INTERVAL(Setting.GC_INTERVAL, Limit.GC_INTERVAL_MS, Unit.SECONDS),
        GC_MAX_IDLE(Setting.GC_MAX_IDLE, Limit.GC_MAX_IDLE_MS, Unit.SECONDS);

        private final Setting setting;
        private final Limit limit;
        private final Unit unit;

        Row(Setting setting, Limit limit, Unit unit) {
            this.setting = setting;
            this.limit = limit;
            this.unit = unit;
        }
    }

    @Override
    public Map<String, String> texts(EngineLimits limits) {
        var texts = new LinkedHashMap<String, String>();
        for (var row : Row.values()) {
            texts.put(row.setting.entry(), row.unit.text(limits.value(row.limit)));
        }
        return texts;
    }

    @Override
    public EngineLimits change(EngineLimits limits, String name, String value) {
        var row = Arrays.stream(Row.values())
                .filter(each -> each.setting.entry().equals(name))
                .findFirst()
                .orElseThrow(() -> new SettingException("'" + name + "' is not a limit of a cluster, must be one of "
                        + Arrays.stream(Row.values())
                                .map(each -> each.setting.entry())
                                .collect(Collectors.joining(", "))));
        @Nullable Object parsed = row.setting.parse(value);
        if (parsed == null) {
            throw new SettingException(
                    "%s: \"%s\" is not valid, must be %s".formatted(name, value, row.setting.valid()));
        }
        return limits.with(row.limit, row.unit.ofEngine(parsed));
    }

    /** The part of the memory that connections may take. */
    public static long connectionBytes(long memoryBytes) {
        return memoryBytes / CONNECTIONS_SHARE;
    }

    /** The rest, for the state. */
    public static long stateBytes(long memoryBytes) {
        return memoryBytes - connectionBytes(memoryBytes);
    }

    /** The least memory of which the state may have so much. */
    private static long memoryBytes(long stateBytes) {
        int rest = CONNECTIONS_SHARE - 1;
        return stateBytes / rest * CONNECTIONS_SHARE + stateBytes % rest;
    }

    /** The most that {@code max-memory} may be for a member of a cluster with such a heap. */
    public static long mostMemoryBytes(long heapBytes) {
        return (long) (heapBytes / HEAP_TO_MEMORY);
    }
}
