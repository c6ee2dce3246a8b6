package io.dflockd.engine;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lists with blocking pops. A list exists while it has values or somebody waits for one; only values count as a key. A
 * value that comes while somebody waits goes to who waits longest and never enters the list.
 */
final class Lists {
    /** A byte, its quotation marks and a comma. */
    private static final long LEAST_BYTES_OF_AN_ELEMENT = 4;
    /** Of so many values the texts are measured one by one; that of more would take long. */
    private static final int FEW_VALUES = 16_384;

    private final LimitsInForce limits;
    private final KeyBudget budget;
    private final Footprint footprint;
    private final Sessions sessions;
    private final Owners owners;
    private final Waits waits;
    private final Chores chores;
    private final Watches watches;
    private final Tally tally;
    private final Table<String, ValueList> lists = new Table<>();
    private final Slots<ValueList> slots = new Slots<>();

    Lists(
            LimitsInForce limits,
            KeyBudget budget,
            Footprint footprint,
            Sessions sessions,
            Owners owners,
            Waits waits,
            Chores chores,
            Watches watches,
            Tally tally) {
        this.limits = limits;
        this.budget = budget;
        this.footprint = footprint;
        this.sessions = sessions;
        this.owners = owners;
        this.waits = waits;
        this.chores = chores;
        this.watches = watches;
        this.tally = tally;
    }

    void push(Command.Push command, Step step) {
        var popper = nextToBeServed(command.key(), step);
        if (popper != null) {
            step.answer(new Outcome.Count(0));
            watches.announce(pushEvent(command.end()), command.key(), step);
            handOver(popper, command.value(), step);
            return;
        }
        var list = lists.get(command.key());
        var refusal = roomFor(list, command.key(), command.value(), step.owner());
        if (refusal != null) {
            step.answer(refusal);
            return;
        }
        var grown = add(command.key(), command.end(), command.value(), step.owner(), step);
        step.answer(new Outcome.Count(grown.size()));
        watches.announce(pushEvent(command.end()), command.key(), step);
        settle(grown, step);
    }

    /** A popped value that nobody received returns to where it came from, whatever the limits say. */
    void putBack(Outcome.Popped popped, @Nullable Owner owner, Step step) {
        var popper = nextToBeServed(popped.key(), step);
        if (popper != null) {
            handOver(popper, popped.value(), step);
        } else {
            var grown = add(popped.key(), popped.end(), popped.value(), owner, step);
            watches.announce(pushEvent(popped.end()), popped.key(), step);
            settle(grown, step);
        }
    }

    /** Gives values to those who wait, as far as this step may look for them. */
    void settle(ValueList list, Step step) {
        while (!list.isEmpty() && !list.poppers.isEmpty()) {
            var popper = step.isSpent() ? null : firstPopper(list, step);
            if (popper != null) {
                step.spend();
                handOver(popper, takeOut(list, popper.end), step);
            } else if (!list.poppers.isEmpty()) {
                if (list.settlement == null) {
                    chores.add(new ListSettlement(list, this));
                }
                return;
            }
        }
    }

    void pop(Command.Pop command, Step step) {
        var list = lists.get(command.key());
        if (list == null || list.isEmpty()) {
            step.answer(Outcome.NOTHING);
            return;
        }
        step.answer(take(list, command.end(), step));
        watches.announce(command.end() == End.LEFT ? KeyEvent.LPOP : KeyEvent.RPOP, command.key(), step);
    }

    void pop(Command.BlockingPop command, Step step) {
        var list = lists.get(command.key());
        // Where some have waited for longer, whose sessions are looked through, whoever waits comes behind them.
        if (list != null && !list.isEmpty() && (list.settlement == null || command.waitMs() == 0)) {
            step.answer(take(list, command.end(), step));
            watches.announce(blockingEvent(command.end()), command.key(), step);
        } else if (command.waitMs() == 0) {
            step.answer(Outcome.NOTHING);
        } else if (list != null && limits.now().maxWaiters() > 0 && list.poppers.size() >= limits.now().maxWaiters()) {
            tally.refused(Tally.Limit.WAITERS);
            step.answer(Refusal.MAX_WAITERS);
        } else if (!owners.mayWait(step.owner())) {
            step.answer(Refusal.MAX_WAITERS);
        } else if ((list == null && !owners.mayStore(step.owner(), bytesOf(command.key()))) || !footprint.fits(
                Footprint.Thing.POPPER,
                Footprint.SESSION_BYTES + (list == null ? bytesOf(command.key()) : 0))) {
            step.answer(Refusal.MAX_KEYS);
        } else {
            queue(command, step);
        }
    }

    void length(Command.ListLength command, Step step) {
        step.answer(length(command));
    }

    Outcome length(Command.ListLength command) {
        var list = lists.get(command.key());
        return new Outcome.Count(list == null ? 0 : list.size());
    }

    void range(Command.ListRange command, Step step) {
        step.answer(range(command));
    }

    /** Refused at once where the texts alone would make the answer too long; the driver, which quotes them, sees the rest. */
    Outcome range(Command.ListRange command) {
        var list = lists.get(command.key());
        if (list == null) {
            return new Outcome.Values(List.of(), 0);
        }
        int count = list.count(command.start(), command.stop());
        if (count * LEAST_BYTES_OF_AN_ELEMENT > limits.now().maxAnswerBytes()) {
            return new Outcome.Refused(Refusal.TOO_LARGE);
        }
        if (count == list.size() || (count > FEW_VALUES && list.textBytes() <= limits.now().maxAnswerBytes())) {
            return values(list, command, list.textBytes());
        }
        return values(list, command, list.textBytes(command.start(), command.stop(), limits.now().maxAnswerBytes()));
    }

    private Outcome values(ValueList list, Command.ListRange command, long textBytes) {
        return textBytes > limits.now().maxAnswerBytes()
                ? new Outcome.Refused(Refusal.TOO_LARGE)
                : new Outcome.Values(list.range(command.start(), command.stop()), textBytes);
    }

    /** The time to wait ran out. */
    void expire(Popper popper, Step step) {
        step.answer(popper, Outcome.NOTHING);
        leave(popper);
    }

    /** The request waits no more. */
    void leave(Popper popper) {
        waits.leave(popper);
        footprint.count(Footprint.Thing.POPPER, -1);
        owners.countWaiter(popper.owner, -1);
        popper.session.poppers.remove(popper);
        sessions.forgetIfEmpty(popper.session);
        popper.list.poppers.remove(popper);
        if (popper.list.poppers.isEmpty()) {
            forgetSettlement(popper.list);
        }
        if (popper.list.isUnused()) {
            forget(popper.list);
        }
    }

    Collection<ValueList> all() {
        return lists.values();
    }

    /** The list of this key, made if there is none yet. Who makes one must fill it. */
    ValueList open(String key, @Nullable Owner owner) {
        var list = lists.get(key);
        if (list == null) {
            list = new ValueList(key, owner);
            lists.put(key, list);
            slots.add(list);
            footprint.add(bytesOf(key));
            owners.countBytes(owner, bytesOf(key));
        }
        return list;
    }

    /** Adds a value without asking whether there is room. */
    void add(ValueList list, End end, String value, @Nullable Owner owner) {
        if (list.isEmpty()) {
            budget.add(0);
        }
        list.push(end, value, owner);
        footprint.add(Footprint.ELEMENT_BYTES + value.length());
        owners.countBytes(owner, Footprint.ELEMENT_BYTES + value.length());
    }

    /** Puts a request at the end of those who wait at the list. Its session is left to the caller. */
    void add(Popper popper, long request, long deadlineMs) {
        popper.list.poppers.add(popper);
        footprint.count(Footprint.Thing.POPPER, 1);
        owners.countWaiter(popper.owner, 1);
        waits.enter(popper, request, deadlineMs);
    }

    Slots<ValueList> slots() {
        return slots;
    }

    private void queue(Command.BlockingPop command, Step step) {
        var list = open(command.key(), step.owner());
        list.lastUsedMs = step.nowMs();
        var asker = step.asker();
        var session = asker == null ? sessions.open(step.sessionId()) : asker;
        var popper = new Popper(list, session, command.end(), waits.nextTicket(), step.nowMs());
        popper.owner = session.owner;
        session.poppers.add(popper);
        add(popper, step.request(), step.after(command.waitMs()));
    }

    private ValueList add(String key, End end, String value, @Nullable Owner owner, Step step) {
        var list = open(key, owner);
        list.lastUsedMs = step.nowMs();
        add(list, end, value, owner);
        return list;
    }

    private @Nullable Refusal roomFor(@Nullable ValueList list, String key, String value, @Nullable Owner owner) {
        long bytes = Footprint.ELEMENT_BYTES + value.length();
        if (!owners.mayStore(owner, (list == null ? bytesOf(key) : 0) + bytes)) {
            return Refusal.MAX_KEYS;
        }
        if (list == null || list.isEmpty()) {
            return budget.fits((list == null ? bytesOf(key) : 0) + bytes) ? null : Refusal.MAX_KEYS;
        }
        if (limits.now().maxListLength() > 0 && list.size() >= limits.now().maxListLength()) {
            return Refusal.LIST_FULL;
        }
        return footprint.fits(bytes) ? null : Refusal.MAX_KEYS;
    }

    /** Who gets a value that comes to the key before it is in the list; null where nobody does, or not yet. */
    private @Nullable Popper nextToBeServed(String key, Step step) {
        var list = lists.get(key);
        return list == null || !list.isEmpty() ? null : firstPopper(list, step);
    }

    /** Who waits longest and can still receive something; null where nobody does, or more are in front than a step may do. */
    private @Nullable Popper firstPopper(ValueList list, Step step) {
        for (var popper = list.poppers.oldest(); popper != null; popper = list.poppers.oldest()) {
            if (popper.isHeard()) {
                return popper;
            }
            if (step.isSpent()) {
                return null;
            }
            step.spend();
            leave(popper);
        }
        return null;
    }

    private void handOver(Popper popper, String value, Step step) {
        var list = popper.list;
        list.lastUsedMs = step.nowMs();
        step.answer(popper, new Outcome.Popped(list.key, popper.end, value));
        watches.announce(blockingEvent(popper.end), list.key, step);
        leave(popper);
    }

    private Outcome take(ValueList list, End end, Step step) {
        var value = takeOut(list, end);
        list.lastUsedMs = step.nowMs();
        if (list.isUnused()) {
            forget(list);
        }
        return new Outcome.Popped(list.key, end, value);
    }

    private String takeOut(ValueList list, End end) {
        var owner = list.ownerAt(end);
        var value = list.pop(end);
        owners.countBytes(owner, -(Footprint.ELEMENT_BYTES + value.length()));
        footprint.subtract(Footprint.ELEMENT_BYTES + value.length());
        if (list.isEmpty()) {
            budget.remove(0);
            forgetSettlement(list);
        }
        return value;
    }

    /** There is nothing left to settle. */
    private void forgetSettlement(ValueList list) {
        if (list.settlement != null) {
            chores.remove(list.settlement);
            list.settlement = null;
        }
    }

    private void forget(ValueList list) {
        lists.remove(list.key);
        slots.remove(list);
        footprint.subtract(bytesOf(list.key));
        owners.countBytes(list.owner, -bytesOf(list.key));
    }

    private static long bytesOf(String key) {
        return Footprint.LIST_BYTES + key.length();
    }

    private static KeyEvent pushEvent(End end) {
        return end == End.LEFT ? KeyEvent.LPUSH : KeyEvent.RPUSH;
    }

    private static KeyEvent blockingEvent(End end) {
        return end == End.LEFT ? KeyEvent.BLPOP : KeyEvent.BRPOP;
    }
}
