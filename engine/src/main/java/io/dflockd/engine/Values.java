package io.dflockd.engine;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Key-value entries. A value is never empty, so an empty one can stand for "none" in a comparison. */
final class Values {
    private final KeyBudget budget;
    private final Footprint footprint;
    private final Owners owners;
    private final Deadlines deadlines;
    private final Tickets tickets;
    private final Watches watches;
    private final Table<String, StoredValue> values = new Table<>();
    private final Slots<StoredValue> slots = new Slots<>();

    Values(
            KeyBudget budget,
            Footprint footprint,
            Owners owners,
            Deadlines deadlines,
            Tickets tickets,
            Watches watches) {
        this.budget = budget;
        this.footprint = footprint;
        this.owners = owners;
        this.deadlines = deadlines;
        this.tickets = tickets;
        this.watches = watches;
    }

    void set(Command.SetValue command, Step step) {
        if (store(command.key(), command.value(), command.ttlMs(), step)) {
            step.answer(Outcome.DONE);
            watches.announce(KeyEvent.KSET, command.key(), step);
        } else {
            step.answer(Refusal.MAX_KEYS);
        }
    }

    void get(Command.GetValue command, Step step) {
        step.answer(get(command, step.nowMs()));
    }

    Outcome get(Command.GetValue command, long nowMs) {
        var stored = values.get(command.key());
        return stored == null || stored.isOverdue(nowMs) ? Outcome.NOTHING : new Outcome.Value(stored.value);
    }

    /** Where so much is due that it has not been worked off yet, nobody must find what has ended. */
    private @Nullable StoredValue find(String key, Step step) {
        var stored = values.get(key);
        if (stored != null && stored.isOverdue(step.nowMs())) {
            expire(stored, step);
            return null;
        }
        return stored;
    }

    /** Announces the deletion also where there was nothing, as the existing server does. */
    void delete(Command.DeleteValue command, Step step) {
        var stored = find(command.key(), step);
        if (stored != null) {
            remove(stored);
        }
        step.answer(Outcome.DONE);
        watches.announce(KeyEvent.KDEL, command.key(), step);
    }

    void swap(Command.SwapValue command, Step step) {
        var stored = find(command.key(), step);
        if (!command.expected().equals(stored == null ? "" : stored.value)) {
            step.answer(Outcome.CONFLICT);
        } else if (store(command.key(), command.value(), command.ttlMs(), step)) {
            step.answer(Outcome.DONE);
            watches.announce(KeyEvent.KCAS, command.key(), step);
        } else {
            step.answer(Refusal.MAX_KEYS);
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

    Slots<StoredValue> slots() {
        return slots;
    }

    /** Puts back what a snapshot says that there was. */
    void restore(StoredValue stored) {
        values.put(stored.key, stored);
        slots.add(stored);
        budget.add(bytesOf(stored));
        owners.countBytes(stored.owner, bytesOf(stored));
    }

    private boolean store(String key, String value, long ttlMs, Step step) {
        @Nullable StoredValue stored = find(key, step);
        var owner = step.owner();
        if (stored == null) {
            stored = new StoredValue(key, value, tickets.next());
            stored.owner = owner;
            if (!owners.mayStore(owner, bytesOf(stored)) || !budget.fits(bytesOf(stored))) {
                return false;
            }
            restore(stored);
        } else if (!replace(stored, value, owner)) {
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

    /** It counts for whoever wrote it last. */
    @SuppressWarnings("ReferenceEquality") // whether it is the very same
    private boolean replace(StoredValue stored, String value, @Nullable Owner owner) {
        long more = (long) value.length() - stored.value.length();
        long before = bytesOf(stored);
        long moreOfOwner = owner == stored.owner ? more : before + more;
        if ((moreOfOwner > 0 && !owners.mayStore(owner, moreOfOwner)) || (more > 0 && !footprint.fits(more))) {
            return false;
        }
        owners.countBytes(owner, moreOfOwner);
        if (owner != stored.owner) {
            owners.countBytes(stored.owner, -before);
            stored.owner = owner;
        }
        footprint.add(more);
        stored.value = value;
        return true;
    }

    private void remove(StoredValue stored) {
        deadlines.cancel(stored);
        values.remove(stored.key);
        slots.remove(stored);
        budget.remove(bytesOf(stored));
        owners.countBytes(stored.owner, -bytesOf(stored));
    }

    private static long bytesOf(StoredValue stored) {
        return Footprint.VALUE_BYTES + stored.key.length() + stored.value.length();
    }
}
