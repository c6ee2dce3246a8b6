package io.dflockd.service.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what another log is given to record. Thread-safe. */
@SuppressWarnings("EnumOrdinal") // indexes that never leave this class
public final class CountedAudit implements AuditLog {
    /** What came of what was recorded. */
    public enum Outcome {
        DONE,
        /** Somebody may not do that, or did not show who it is. */
        DENIED,
        /** It was tried in vain, for whatever other reason. */
        FAILED;

        private static Outcome of(Map<String, ?> fields) {
            return switch (String.valueOf(fields.get("outcome")).toLowerCase(Locale.ROOT)) {
                case "done" -> DONE;
                case "denied", "auth" -> DENIED;
                default -> FAILED;
            };
        }
    }

    private final AuditLog log;
    private final LongAdder[] counts = new LongAdder[Outcome.values().length];

    public CountedAudit(AuditLog log) {
        this.log = log;
        Arrays.setAll(counts, unused -> new LongAdder());
    }

    @Override
    public void record(String event, Map<String, ?> fields) {
        counts[Outcome.of(fields).ordinal()].increment();
        log.record(event, fields);
    }

    /** How many there were, whether or not they could be written. */
    public long records(Outcome outcome) {
        return counts[outcome.ordinal()].sum();
    }

    @Override
    public long failures() {
        return log.failures();
    }

    @Override
    public boolean isFailing() {
        return log.isFailing();
    }

    @Override
    public boolean mayAct() {
        return log.mayAct();
    }
}
