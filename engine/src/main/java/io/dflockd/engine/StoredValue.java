package io.dflockd.engine;

import org.jspecify.annotations.Nullable;

/** The value of a key, until its time to live has passed, if it has one. */
final class StoredValue extends Timed implements Slots.Member {
    final String key;
    /** Orders values that expire in the same millisecond. */
    final long ticket;
    String value;
    boolean expires;
    /** For whom it counts; null for nobody. */
    @Nullable Owner owner;
    long lastUsedMs;
    private int slot;

    StoredValue(String key, String value, long ticket) {
        this.key = key;
        this.value = value;
        this.ticket = ticket;
    }

    @Override
    long sequence() {
        return ticket;
    }

    /** Whether its time to live has passed. */
    boolean isOverdue(long nowMs) {
        return expires && deadlineMs <= nowMs;
    }

    @Override
    public int slot() {
        return slot;
    }

    @Override
    public void slot(int newSlot) {
        slot = newSlot;
    }
}
