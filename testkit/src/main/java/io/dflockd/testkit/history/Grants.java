package io.dflockd.testkit.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What holds of grants whatever else happens. Over all keys fences rise in real time: a grant that was asked for
 * after another had come has a higher one. And on each key, never do more believe in a hold than each of them
 * tolerates: a holder believes from when its grant has come until it releases, or cannot rely on it any more.
 */
final class Grants {
    private final List<String> violations = new ArrayList<>();
    private final List<Grant> grants = new ArrayList<>();
    private final long from;

    /** A grant that came, and until when its holder can have believed in it. */
    private record Grant(Operation operation, long fence, int limit, long until) {
        long since() {
            return operation.returnedAt();
        }
    }

    /** Of one fence of a key. */
    private record Name(String key, long fence) {}

    private Grants(List<Operation> history) {
        from = history.isEmpty() ? 0 : history.get(0).invokedAt();
        var ends = ends(history);
        for (var operation : history) {
            if (operation.call() instanceof HoldCall.Acquire acquire
                    && HoldCall.Acquire.fenceOf(operation.outcome()) > 0) {
                long fence = HoldCall.Acquire.fenceOf(operation.outcome());
                long until = ends.getOrDefault(new Name(operation.key(), fence), Operation.NEVER);
                grants.add(new Grant(operation, fence, acquire.limit(), until));
            }
        }
    }

    /** What does not hold of these operations, in words. */
    static List<String> violations(List<Operation> history) {
        var grants = new Grants(history);
        grants.checkFences();
        grants.checkHolders();
        return grants.violations;
    }

    /** When each hold was given back or could not be relied on any more, whatever came first. */
    private static Map<Name, Long> ends(List<Operation> history) {
        var ends = new HashMap<Name, Long>();
        for (var operation : history) {
            if (operation.isRefused()) {
                continue;
            }
            if (operation.call() instanceof HoldCall.Release release) {
                ends.merge(new Name(operation.key(), release.fence()), operation.invokedAt(), Math::min);
            } else if (operation.call() instanceof HoldCall.Lose lose) {
                ends.merge(new Name(operation.key(), lose.fence()), operation.invokedAt(), Math::min);
            } else if (operation.call() instanceof HoldCall.Downgrade downgrade) {
                // It goes on, but for others that share; what they may do then is a matter of the sequential rule.
                ends.merge(new Name(operation.key(), downgrade.fence()), operation.invokedAt(), Math::min);
            }
        }
        return ends;
    }

    private void checkFences() {
        var byInvocation = new ArrayList<>(grants);
        byInvocation.sort(Comparator.comparingLong(grant -> grant.operation.invokedAt()));
        var byReturn = new ArrayList<>(grants);
        byReturn.sort(Comparator.comparingLong(Grant::since));
        var byFence = new HashMap<Long, Grant>();
        Grant highest = null;
        int come = 0;
        for (var grant : byInvocation) {
            for (; come < byReturn.size() && byReturn.get(come).since() < grant.operation.invokedAt(); come++) {
                var earlier = byReturn.get(come);
                highest = highest == null || earlier.fence > highest.fence ? earlier : highest;
            }
            var same = byFence.putIfAbsent(grant.fence, grant);
            if (same != null) {
                violated("the fence " + grant.fence + " was given twice", same, grant);
            } else if (highest != null && grant.fence <= highest.fence) {
                violated("the fence " + grant.fence + " was given after " + highest.fence, highest, grant);
            }
        }
    }

    private void checkHolders() {
        var byKey = new TreeMap<String, List<Grant>>();
        grants.forEach(grant -> byKey.computeIfAbsent(grant.operation.key(), key -> new ArrayList<>()).add(grant));
        for (var ofKey : byKey.values()) {
            ofKey.sort(Comparator.comparingLong(Grant::since));
            var present = new ArrayList<Grant>();
            for (var grant : ofKey) {
                present.removeIf(other -> other.until <= grant.since());
                if (grant.until <= grant.since()) {
                    continue;
                }
                present.add(grant);
                int limit = present.stream().mapToInt(Grant::limit).min().orElse(Integer.MAX_VALUE);
                if (present.size() > limit) {
                    violated(present.size() + " hold at once what tolerates " + limit, present.get(0), grant);
                    present.remove(grant);
                }
            }
        }
    }

    private void violated(String what, Grant earlier, Grant later) {
        violations.add("%s: %s%n    %s%n    %s".formatted(later.operation.thing(), what,
                earlier.operation.describe(from), later.operation.describe(from)));
    }
}
