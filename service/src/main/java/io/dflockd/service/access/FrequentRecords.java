package io.dflockd.service.access;

import io.dflockd.service.driver.Alarm;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Records what others can make happen as often as they like: of one event, actor and source the first ones at once, and then
 * one record a minute that says how many more there were. Of too many the one that was least recently seen is forgotten, and
 * recorded at once when it comes again. Thread-safe.
 */
public final class FrequentRecords {
    static final int MOST = 10_000;
    private static final long INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final AuditLog log;
    private final Alarm alarm;
    private final int mostAtOnce;
    private final Map<Kind, Untold> kinds = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Kind, Untold> eldest) {
            if (size() <= MOST) {
                return false;
            }
            tell(eldest.getKey(), eldest.getValue());
            return true;
        }
    };
    private boolean isPlanned;

    private record Kind(String event, String actor, String source) {}

    private static final class Untold {
        private int told = 1;
        private long count;
        private Map<String, ?> latest = Map.of();
    }

    /** {@code mostAtOnce}: how many of one event, actor and source are recorded before a minute has passed. */
    public FrequentRecords(AuditLog log, Alarm alarm, int mostAtOnce) {
        this.log = log;
        this.alarm = alarm;
        this.mostAtOnce = mostAtOnce;
    }

    /** What counts as one source: an address, or what one customer of a provider has. */
    public static String place(@Nullable InetAddress source) {
        return source == null ? "" : Source.of(source).toString();
    }

    /** Something of this kind has happened. The fields are those of the record. */
    public synchronized void happened(String event, String actor, String source, Map<String, ?> fields) {
        var kind = new Kind(event, actor, source);
        var untold = kinds.get(kind);
        if (untold == null) {
            kinds.put(kind, new Untold());
            log.record(event, fields);
            plan();
        } else if (untold.told < mostAtOnce) {
            untold.told++;
            log.record(event, fields);
        } else {
            untold.count++;
            untold.latest = fields;
        }
    }

    private void plan() {
        if (!isPlanned) {
            isPlanned = true;
            alarm.schedule(this::tellAll, INTERVAL_NANOS);
        }
    }

    /** What did not happen again within the time counts as new when it does. */
    private synchronized void tellAll() {
        isPlanned = false;
        kinds.entrySet().removeIf(entry -> !tell(entry.getKey(), entry.getValue()));
        if (!kinds.isEmpty()) {
            plan();
        }
    }

    /** Whether there was something to tell. */
    private boolean tell(Kind kind, Untold untold) {
        if (untold.count == 0) {
            return false;
        }
        var fields = new LinkedHashMap<String, Object>(untold.latest);
        fields.put("count", untold.count);
        log.record(kind.event, fields);
        untold.count = 0;
        return true;
    }
}
