package io.dflockd.acceptance.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Draws cases by a seed: all combinations of fault, kind and tie in an order of its own, then all of them again with other
 * times. The same seed gives the same cases.
 */
final class Draw {
    private static final long[] LEASES_MS = {300, 500, 1_000, 2_000, 3_000, 5_000, 10_000, 33_000};
    private static final long[] GRACES_S = {1, 2, 3, 5, 10};
    /** Lease in ms, grace in s: the server's lease with old and new default grace, and what was seen to fail. */
    private static final long[][] KNOWN = {{33_000, 5}, {33_000, 10}, {10_000, 2}, {3_000, 1}};
    private static final Duration SHORTEST_COMMAND_LEASE = Duration.ofSeconds(3);
    private static final Duration LATEST = Duration.ofSeconds(6);

    private final long seed;
    private final Duration longestStop;

    /** @param longestStop how long a process is stopped at most */
    Draw(long seed, Duration longestStop) {
        this.seed = seed;
        this.longestStop = longestStop;
    }

    /** The case with this number. */
    FaultCase draw(int number) {
        var cells = cells();
        int pass = number / cells.size();
        shuffle(cells, new SplittableRandom(seed + pass));
        var random = new SplittableRandom(seed * 1_000_003 + number);
        return fill(number, cells.get(number % cells.size()), random.split());
    }

    /**
     * Every combination once, as the pass of this number draws it, in groups that suffer the same fault at the same moment:
     * those of a process together, as many as {@code side} at once; all others alone.
     *
     * @param wanted those of which this is a part of their description, as {@code RESET x LOCK}; all if it is empty
     */
    List<List<FaultCase>> groups(int pass, int side, String wanted) {
        var groups = new ArrayList<List<FaultCase>>();
        Map<Fault, List<FaultCase>> open = new EnumMap<>(Fault.class);
        int combinations = cells().size();
        for (int number = pass * combinations; number < (pass + 1) * combinations; number++) {
            var drawn = draw(number);
            if (!drawn.toString().contains(wanted)) {
                continue;
            }
            if (!drawn.fault().mustEnd()) {
                groups.add(List.of(drawn));
                continue;
            }
            var group = open.computeIfAbsent(drawn.fault(), unused -> new ArrayList<>());
            group.add(group.isEmpty() ? drawn : sameTimes(drawn, group.get(0)));
            if (group.size() == side) {
                groups.add(group);
                open.remove(drawn.fault());
            }
        }
        groups.addAll(open.values());
        return groups;
    }

    private record Cell(Fault fault, Kind kind, Tie tie) {}

    /** The command line has sessions only. */
    private static List<Cell> cells() {
        var cells = new ArrayList<Cell>();
        for (var fault : Fault.values()) {
            for (var kind : Kind.values()) {
                cells.add(new Cell(fault, kind, Tie.SESSION));
                if (!kind.isCommand()) {
                    cells.add(new Cell(fault, kind, Tie.CONNECTION));
                }
            }
        }
        return cells;
    }

    private static void shuffle(List<Cell> cells, SplittableRandom random) {
        for (int i = cells.size() - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            var moved = cells.set(i, cells.get(other));
            cells.set(other, moved);
        }
    }

    private FaultCase fill(int number, Cell cell, SplittableRandom random) {
        var lease = Duration.ofMillis(LEASES_MS[random.nextInt(LEASES_MS.length)]);
        var grace = Duration.ofSeconds(GRACES_S[random.nextInt(GRACES_S.length)]);
        if (random.nextInt(4) == 0) {
            var known = KNOWN[random.nextInt(KNOWN.length)];
            lease = Duration.ofMillis(known[0]);
            grace = Duration.ofSeconds(known[1]);
        }
        if (cell.kind.isCommand()) { // it takes whole seconds, and needs some of them to end a command
            lease = longer(lease, SHORTEST_COMMAND_LEASE);
        }
        var moment = part(shorter(lease, LATEST), random.nextDouble());
        return new FaultCase(number, cell.fault, cell.kind, cell.tie, lease, grace, moment,
                length(cell.fault, lease, grace, random), random.nextInt(1 << 16));
    }

    private Duration length(Fault fault, Duration lease, Duration grace, SplittableRandom random) {
        var lapse = shorter(lease, longer(grace, Duration.ofSeconds(1)));
        if (fault.isMoment()) {
            return Duration.ZERO;
        }
        if (fault.mustEnd()) {
            return shorter(part(lease, 0.2 + 1.8 * random.nextDouble()), longestStop);
        }
        // Near the end of what the hold is good for is where who comes back meets who was granted.
        return random.nextInt(2) == 0 ? FaultCase.TO_THE_END : part(lapse, 0.2 + 1.2 * random.nextDouble());
    }

    private static FaultCase sameTimes(FaultCase drawn, FaultCase first) {
        return new FaultCase(drawn.number(), drawn.fault(), drawn.kind(), drawn.tie(), drawn.lease(), drawn.grace(),
                first.moment(), first.length(), drawn.variant());
    }

    private static Duration part(Duration of, double part) {
        return Duration.ofNanos((long) (of.toNanos() * part));
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }
}
