package io.dflockd.engine;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lists with blocking pops. A list exists while it has values or somebody waits for one; only values count as a key. A
 * value that comes while somebody waits goes to who waits longest and never enters the list.
 */
final class Lists {
    private final EngineLimits limits;
    private final KeyBudget budget;
    private final Footprint footprint;
    private final Sessions sessions;
    private final Deadlines deadlines;
    private final Tickets tickets;
    private final Watches watches;
    private final Map<String, ValueList> lists = new LinkedHashMap<>();

    Lists(
            EngineLimits limits,
            KeyBudget budget,
            Footprint footprint,
            Sessions sessions,
            Deadlines deadlines,
            Tickets tickets,
            Watches watches) {
        this.limits = limits;
        this.budget = budget;
        this.footprint = footprint;
        this.sessions = sessions;
        this.deadlines = deadlines;
        this.tickets = tickets;
        this.watches = watches;
    }

    void push(Command.Push command, Entry entry, Step step) {
        var list = lists.get(command.key());
        if (list != null && !list.poppers.isEmpty()) {
            step.answer(entry, new Outcome.Count(0));
            watches.announce(pushEvent(command.end()), command.key(), step);
            handOver(list, command.value(), step);
            return;
        }
        var refusal = roomFor(list, command.key(), command.value());
        if (refusal != null) {
            step.answer(entry, refusal);
            return;
        }
        var grown = add(command.key(), command.end(), command.value(), step);
        step.answer(entry, new Outcome.Count(grown.values.size()));
        watches.announce(pushEvent(command.end()), command.key(), step);
    }

    void putBack(Command.PutBack command, Step step) {
        var list = lists.get(command.key());
        if (list != null && !list.poppers.isEmpty()) {
            handOver(list, command.value(), step);
        } else {
            add(command.key(), command.end(), command.value(), step);
            watches.announce(pushEvent(command.end()), command.key(), step);
        }
    }

    void pop(Command.Pop command, Entry entry, Step step) {
        var list = lists.get(command.key());
        if (list == null || list.values.isEmpty()) {
            step.answer(entry, Outcome.NOTHING);
            return;
        }
        step.answer(entry, take(list, command.end(), step));
        watches.announce(command.end() == End.LEFT ? KeyEvent.LPOP : KeyEvent.RPOP, command.key(), step);
    }

    void pop(Command.BlockingPop command, Entry entry, Step step) {
        var list = lists.get(command.key());
        if (list != null && !list.values.isEmpty()) {
            step.answer(entry, take(list, command.end(), step));
            watches.announce(blockingEvent(command.end()), command.key(), step);
        } else if (command.waitMs() == 0) {
            step.answer(entry, Outcome.NOTHING);
        } else if (list != null && limits.maxWaiters() > 0 && list.poppers.size() >= limits.maxWaiters()) {
            step.answer(entry, Refusal.MAX_WAITERS);
        } else if (!footprint.fits(Footprint.POPPER_BYTES + (list == null ? bytesOf(command.key()) : 0))) {
            step.answer(entry, Refusal.MAX_KEYS);
        } else {
            queue(command, entry, step);
        }
    }

    void length(Command.ListLength command, Entry entry, Step step) {
        var list = lists.get(command.key());
        if (list != null) {
            list.lastUsedMs = step.nowMs();
        }
        step.answer(entry, new Outcome.Count(list == null ? 0 : list.values.size()));
    }

    void range(Command.ListRange command, Entry entry, Step step) {
        var list = lists.get(command.key());
        if (list != null) {
            list.lastUsedMs = step.nowMs();
        }
        var values = list == null ? List.<String>of() : list.range(command.start(), command.stop());
        step.answer(entry, new Outcome.Values(values));
    }

    /** The time to wait ran out. */
    void expire(Popper popper, Step step) {
        step.effects().answer(popper.session.id, popper.request, Outcome.NOTHING);
        leave(popper);
    }

    void end(Session session) {
        List.copyOf(session.poppers.all()).forEach(this::leave);
    }

    /** The request waits no more. */
    void leave(Popper popper) {
        deadlines.cancel(popper);
        footprint.countPoppers(-1);
        popper.session.poppers.remove(popper);
        sessions.forgetIfEmpty(popper.session);
        popper.list.poppers.remove(popper);
        if (popper.list.isUnused()) {
            forget(popper.list);
        }
    }

    void drain(Step step) {
        for (var list : List.copyOf(lists.values())) {
            for (var popper : List.copyOf(list.poppers)) {
                step.effects().answer(popper.session.id, popper.request, new Outcome.Refused(Refusal.DRAINING));
                leave(popper);
            }
        }
    }

    Collection<ValueList> all() {
        return lists.values();
    }

    /** The list of this key, made if there is none yet. Who makes one must fill it. */
    ValueList open(String key) {
        var list = lists.get(key);
        if (list == null) {
            list = new ValueList(key);
            lists.put(key, list);
            footprint.add(bytesOf(key));
        }
        return list;
    }

    /** Adds a value without asking whether there is room. */
    void add(ValueList list, End end, String value) {
        if (list.values.isEmpty()) {
            budget.add(0);
        }
        list.push(end, value);
        footprint.add(Footprint.ELEMENT_BYTES + value.length());
    }

    /** Puts a request at the end of those who wait at the list. Its session is left to the caller. */
    void add(Popper popper, long deadlineMs) {
        popper.list.poppers.add(popper);
        footprint.countPoppers(1);
        deadlines.schedule(popper, deadlineMs);
    }

    private void queue(Command.BlockingPop command, Entry entry, Step step) {
        var list = open(command.key());
        list.lastUsedMs = step.nowMs();
        var session = sessions.open(entry.session());
        var popper = new Popper(list, session, entry.request(), command.end(), tickets.next());
        session.poppers.add(popper);
        add(popper, step.after(command.waitMs()));
    }

    private ValueList add(String key, End end, String value, Step step) {
        var list = open(key);
        list.lastUsedMs = step.nowMs();
        add(list, end, value);
        return list;
    }

    private @Nullable Refusal roomFor(@Nullable ValueList list, String key, String value) {
        long bytes = Footprint.ELEMENT_BYTES + value.length();
        if (list == null) {
            return budget.fits(bytesOf(key) + bytes) ? null : Refusal.MAX_KEYS;
        }
        if (limits.maxListLength() > 0 && list.values.size() >= limits.maxListLength()) {
            return Refusal.LIST_FULL;
        }
        return footprint.fits(bytes) ? null : Refusal.MAX_KEYS;
    }

    private void handOver(ValueList list, String value, Step step) {
        var popper = list.poppers.getFirst();
        list.lastUsedMs = step.nowMs();
        step.effects().answer(popper.session.id, popper.request, new Outcome.Popped(list.key, popper.end, value));
        watches.announce(blockingEvent(popper.end), list.key, step);
        leave(popper);
    }

    private Outcome take(ValueList list, End end, Step step) {
        var value = list.pop(end);
        list.lastUsedMs = step.nowMs();
        footprint.subtract(Footprint.ELEMENT_BYTES + value.length());
        if (list.values.isEmpty()) {
            budget.remove(0);
            forget(list);
        }
        return new Outcome.Popped(list.key, end, value);
    }

    private void forget(ValueList list) {
        lists.remove(list.key);
        footprint.subtract(bytesOf(list.key));
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
