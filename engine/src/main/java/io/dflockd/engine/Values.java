package io.dflockd.engine;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Key-value entries. A value is never empty, so an empty one can stand for "none" in a comparison. */
final class Values {
    private final KeyBudget budget;
    private final Footprint footprint;
    private final Deadlines deadlines;
    private final Tickets tickets;
    private final Watches watches;
    private final Map<String, StoredValue> values = new LinkedHashMap<>();

    Values(KeyBudget budget, Footprint footprint, Deadlines deadlines, Tickets tickets, Watches watches) {
        this.budget = budget;
        this.footprint = footprint;
        this.deadlines = deadlines;
        this.tickets = tickets;
        this.watches = watches;
    }

    void set(Command.SetValue command, Entry entry, Step step) {
        if (store(command.key(), command.value(), command.ttlMs(), step)) {
            step.answer(entry, Outcome.DONE);
            watches.announce(KeyEvent.KSET, command.key(), step);
        } else {
            step.answer(entry, Refusal.MAX_KEYS);
        }
    }

    void get(Command.GetValue command, Entry entry, Step step) {
        var stored = values.get(command.key());
        if (stored == null) {
            step.answer(entry, Outcome.NOTHING);
            return;
        }
        stored.lastUsedMs = step.nowMs();
        step.answer(entry, new Outcome.Value(stored.value));
    }

    /** Announces the deletion also where there was nothing, as the existing server does. */
    void delete(Command.DeleteValue command, Entry entry, Step step) {
        var stored = values.get(command.key());
        if (stored != null) {
            remove(stored);
        }
        step.answer(entry, Outcome.DONE);
        watches.announce(KeyEvent.KDEL, command.key(), step);
    }

    void swap(Command.SwapValue command, Entry entry, Step step) {
        var stored = values.get(command.key());
        if (!command.expected().equals(stored == null ? "" : stored.value)) {
            step.answer(entry, Outcome.CONFLICT);
        } else if (store(command.key(), command.value(), command.ttlMs(), step)) {
            step.answer(entry, Outcome.DONE);
            watches.announce(KeyEvent.KCAS, command.key(), step);
        } else {
            step.answer(entry, Refusal.MAX_KEYS);
        }
    }

    /** The time to live has passed. */
    void expire(StoredValue stored, Step step) {
        remove(stored);
        watches.announce(KeyEvent.KEXPIRE, stored.key, step);
    }

    Collection<StoredValue> all() {
        return values.values();
    }

    /** Puts back what a snapshot says that there was. */
    void restore(StoredValue stored) {
        values.put(stored.key, stored);
        budget.add(bytesOf(stored));
    }

    private boolean store(String key, String value, long ttlMs, Step step) {
        @Nullable StoredValue stored = values.get(key);
        if (stored == null) {
            stored = new StoredValue(key, value, tickets.next());
            if (!budget.fits(bytesOf(stored))) {
                return false;
            }
            restore(stored);
        } else if (!replace(stored, value)) {
            return false;
        }
        stored.lastUsedMs = step.nowMs();
        stored.expires = ttlMs > 0;
        if (stored.expires) {
            deadlines.schedule(stored, step.after(ttlMs));
        } else {
            deadlines.cancel(stored);
        }
        return true;
    }

    private boolean replace(StoredValue stored, String value) {
        long more = (long) value.length() - stored.value.length();
        if (more > 0 && !footprint.fits(more)) {
            return false;
        }
        footprint.add(more);
        stored.value = value;
        return true;
    }

    private void remove(StoredValue stored) {
        deadlines.cancel(stored);
        values.remove(stored.key);
        budget.remove(bytesOf(stored));
    }

    private static long bytesOf(StoredValue stored) {
        return Footprint.VALUE_BYTES + stored.key.length() + stored.value.length();
    }
}
