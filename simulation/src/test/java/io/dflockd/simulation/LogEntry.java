package io.dflockd.simulation;

import org.jspecify.annotations.Nullable;

/** One entry of the log, the same object in all logs. Without a batch it only says that a term has a leader. */
final class LogEntry {
    final long term;
    final @Nullable Batch batch;

    LogEntry(long term, @Nullable Batch batch) {
        this.term = term;
        this.batch = batch;
    }

    @Override
    public String toString() {
        return "term " + term + (batch == null ? " begins" : " " + batch);
    }
}
