package io.dflockd.service.access;

import java.util.Map;

/**
 * What can be proven later: who did what, and who tried to. An event is a word, its fields are names and texts, numbers or
 * truth values, for people: never a token, nor a value that somebody stored. Thread-safe.
 */
public interface AuditLog {
    /** Where nothing is kept. */
    AuditLog NONE = new AuditLog() {
        @Override
        public void record(String event, Map<String, ?> fields) {}

        @Override
        public boolean isFailing() {
            return false;
        }

        @Override
        public boolean mayAct() {
            return true;
        }
    };

    /** Writes a record, now or soon; does not wait for that. */
    void record(String event, Map<String, ?> fields);

    /** How many records were lost, because they could not be written. */
    default long failures() {
        return 0;
    }

    /** Whether the latest records could not be written. */
    boolean isFailing();

    /** Whether somebody may do what hurts others: not where that could not be recorded, and must be. */
    boolean mayAct();
}
