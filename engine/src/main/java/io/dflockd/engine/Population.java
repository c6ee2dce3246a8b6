package io.dflockd.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who holds and who waits, by kind and by group of keys, and who has waited longest: counted as it changes, so that asking
 * costs nothing. All of it follows from the state, so it is in no snapshot.
 */
@SuppressWarnings("EnumOrdinal") // indexes that never leave this class
final class Population {
    /** A key belongs to the group whose prefix is the longest that it begins with, and to this one where none is. */
    static final int NO_GROUP = 0;
    /** Resources keep their group in a byte. */
    static final int MAX_GROUPS = 50;

    private final int[] holds = new int[HoldKind.values().length];
    private final int[] waiters = new int[HoldKind.values().length];
    private List<String> prefixes = List.of();
    private Group[] groups = {new Group()};

    /** Those who wait in it are linked in the order in which they came. */
    private static final class Group {
        private int holds;
        private int waiters;
        private @Nullable Waiter first;
        private @Nullable Waiter last;

        void append(Waiter waiter) {
            waiter.arrivedBefore = last;
            waiter.arrivedAfter = null;
            if (last == null) {
                first = waiter;
            } else {
                last.arrivedAfter = waiter;
            }
            last = waiter;
            waiters++;
        }

        void remove(Waiter waiter) {
            var before = waiter.arrivedBefore;
            var after = waiter.arrivedAfter;
            if (before == null) {
                first = after;
            } else {
                before.arrivedAfter = after;
            }
            if (after == null) {
                last = before;
            } else {
                after.arrivedBefore = before;
            }
            waiter.arrivedBefore = null;
            waiter.arrivedAfter = null;
            waiters--;
        }
    }

    /** Has keys counted apart that begin with one of these, and counts anew. */
    void group(List<String> newPrefixes, Collection<Resource> resources) {
        if (newPrefixes.size() > MAX_GROUPS) {
            throw new IllegalArgumentException(newPrefixes.size() + " groups, at most " + MAX_GROUPS + " can be");
        }
        prefixes = List.copyOf(newPrefixes);
        recount(resources);
    }

    List<String> prefixes() {
        return prefixes;
    }

    /** Counts what there is, where it did not come one by one. */
    void recount(Collection<Resource> resources) {
        Arrays.fill(holds, 0);
        Arrays.fill(waiters, 0);
        groups = new Group[prefixes.size() + 1];
        Arrays.setAll(groups, unused -> new Group());
        var waiting = new ArrayList<Waiter>();
        for (var resource : resources) {
            resource.group = groupOf(resource.key);
            resource.holders().forEach(this::granted);
            waiting.addAll(resource.waiters());
        }
        waiting.sort(Comparator.comparingLong(waiter -> waiter.ticket));
        waiting.forEach(this::queued);
    }

    byte groupOf(String key) {
        int group = NO_GROUP;
        int longest = -1;
        for (int i = 0; i < prefixes.size(); i++) {
            var prefix = prefixes.get(i);
            if (prefix.length() > longest && key.startsWith(prefix)) {
                longest = prefix.length();
                group = i + 1;
            }
        }
        return (byte) group;
    }

    void granted(Hold hold) {
        holds[hold.kind().ordinal()]++;
        groups[hold.resource.group].holds++;
    }

    void ended(Hold hold) {
        holds[hold.kind().ordinal()]--;
        groups[hold.resource.group].holds--;
    }

    void queued(Waiter waiter) {
        waiters[waiter.kind().ordinal()]++;
        groups[waiter.resource.group].append(waiter);
    }

    void left(Waiter waiter) {
        waiters[waiter.kind().ordinal()]--;
        groups[waiter.resource.group].remove(waiter);
    }

    Map<HoldKind, Integer> holds() {
        return byKind(holds);
    }

    Map<HoldKind, Integer> waiters() {
        return byKind(waiters);
    }

    /** For how long somebody has waited, at most; 0 where nobody does. */
    long oldestWaitMs(long nowMs) {
        long oldest = 0;
        for (var group : groups) {
            oldest = Math.max(oldest, oldestWaitMs(group, nowMs));
        }
        return oldest;
    }

    /** The groups that keys are counted apart by, in their order. */
    List<Measures.Group> groups(Tally tally, long nowMs) {
        var all = new ArrayList<Measures.Group>(prefixes.size());
        for (int i = 1; i < groups.length; i++) {
            var group = groups[i];
            all.add(new Measures.Group(
                    group.holds, group.waiters, oldestWaitMs(group, nowMs), tally.grantsOfGroup(i)));
        }
        return all;
    }

    private static long oldestWaitMs(Group group, long nowMs) {
        return group.first == null ? 0 : Math.max(0, nowMs - group.first.sinceMs);
    }

    private static Map<HoldKind, Integer> byKind(int[] counts) {
        var map = new EnumMap<HoldKind, Integer>(HoldKind.class);
        for (var kind : HoldKind.values()) {
            map.put(kind, counts[kind.ordinal()]);
        }
        return map;
    }
}
