package io.dflockd.engine;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Counters of 64 bits. One that does not exist reads as 0, so one that is 0 may be forgotten when nobody uses it. */
final class Counters {
    static final class Counter implements Slots.Member {
        final String key;
        long value;
        long lastUsedMs;
        /** For whom it counts, who made it; null for nobody. */
        final @Nullable Owner owner;
        private int slot;

        Counter(String key, @Nullable Owner owner) {
            this.key = key;
            this.owner = owner;
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

    private final LimitsInForce limits;
    private final KeyBudget budget;
    private final Owners owners;
    private final Watches watches;
    private final Table<String, Counter> counters = new Table<>();
    /** Those that are 0, the longest unused first. */
    private final Table<String, Counter> zeros = new Table<>();
    private final Slots<Counter> slots = new Slots<>();

    Counters(LimitsInForce limits, KeyBudget budget, Owners owners, Watches watches) {
        this.limits = limits;
        this.budget = budget;
        this.owners = owners;
        this.watches = watches;
    }

    void increment(Command.Increment command, Step step) {
        long before = value(command.key());
        long after = before + command.by();
        // The sum overflowed where both summands have the sign that the sum has not (Hacker's Delight, 2-13).
        if (((before ^ after) & (command.by() ^ after)) < 0) {
            step.answer(Refusal.INVALID);
        } else if (set(command.key(), after, step)) {
            step.answer(new Outcome.Count(after));
            watches.announce(KeyEvent.INCR, command.key(), step);
        }
    }

    void decrement(Command.Decrement command, Step step) {
        long before = value(command.key());
        long after = before - command.by();
        if (((before ^ command.by()) & (before ^ after)) < 0) {
            step.answer(Refusal.INVALID);
        } else if (set(command.key(), after, step)) {
            step.answer(new Outcome.Count(after));
            watches.announce(KeyEvent.DECR, command.key(), step);
        }
    }

    void set(Command.SetCounter command, Step step) {
        if (set(command.key(), command.value(), step)) {
            step.answer(Outcome.DONE);
            watches.announce(KeyEvent.CSET, command.key(), step);
        }
    }

    void get(Command.GetCounter command, Step step) {
        step.answer(get(command));
    }

    Outcome get(Command.GetCounter command) {
        return new Outcome.Count(value(command.key()));
    }

    /** Forgets those that are 0 and have been unused for too long. Whether there may be more. */
    boolean collectIdle(Step step) {
        while (!zeros.isEmpty()) {
            var oldest = zeros.first();
            if (step.nowMs() - oldest.lastUsedMs <= limits.now().gcMaxIdleMs()) {
                return false;
            }
            if (step.isSpent()) {
                return true;
            }
            zeros.remove(oldest.key);
            counters.remove(oldest.key);
            slots.remove(oldest);
            budget.remove(bytesOf(oldest.key));
            owners.countBytes(oldest.owner, -bytesOf(oldest.key));
            step.spend();
        }
        return false;
    }

    Slots<Counter> slots() {
        return slots;
    }

    boolean hasIdle() {
        return !zeros.isEmpty();
    }

    Collection<Counter> all() {
        return counters.values();
    }

    /** Those that are 0, the longest unused first. */
    Collection<Counter> zeros() {
        return zeros.values();
    }

    /** Creates the counter as a snapshot says that it was, in the order of the snapshot. */
    void restore(String key, long value, long lastUsedMs, @Nullable Owner owner) {
        var counter = create(key, owner);
        counter.value = value;
        counter.lastUsedMs = lastUsedMs;
    }

    /** Adds a restored counter to those that may be forgotten. Whether it is 0, as it must be. */
    boolean restoreZero(String key) {
        var counter = counters.get(key);
        if (counter == null || counter.value != 0) {
            return false;
        }
        zeros.put(key, counter);
        return true;
    }

    private long value(String key) {
        var counter = counters.get(key);
        return counter == null ? 0 : counter.value;
    }

    /** Whether the value was set; if not, the entry has been answered. */
    private boolean set(String key, long value, Step step) {
        @Nullable Counter counter = counters.get(key);
        if (counter == null && !(owners.mayStore(step.owner(), bytesOf(key)) && budget.fits(bytesOf(key)))) {
            step.answer(Refusal.MAX_KEYS);
            return false;
        }
        if (counter == null) {
            counter = create(key, step.owner());
        }
        counter.value = value;
        use(counter, step);
        return true;
    }

    private Counter create(String key, @Nullable Owner owner) {
        var counter = new Counter(key, owner);
        counters.put(key, counter);
        slots.add(counter);
        budget.add(bytesOf(key));
        owners.countBytes(owner, bytesOf(key));
        return counter;
    }

    private void use(Counter counter, Step step) {
        counter.lastUsedMs = step.nowMs();
        zeros.remove(counter.key);
        if (counter.value == 0) {
            zeros.put(counter.key, counter);
        }
    }

    private static long bytesOf(String key) {
        return Footprint.COUNTER_BYTES + key.length();
    }
}
