package io.dflockd.acceptance.faults;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What came of all cases, for people. */
final class Report {
    /** How each line begins that tells of one. */
    static final String VIOLATION = "VIOLATION ";
    private static final int MOST_VIOLATIONS = 400;

    private final long seed;
    private final List<Verdict> verdicts;
    private final List<String> left;
    private final long longestHiccupNanos;

    Report(long seed, List<Verdict> verdicts, List<String> left, long longestHiccupNanos) {
        this.seed = seed;
        this.verdicts = verdicts.stream().sorted(Comparator.comparingInt(it -> it.of().number())).toList();
        this.left = left;
        this.longestHiccupNanos = longestHiccupNanos;
    }

    /** One line for each thing that must not have been. */
    List<String> violations() {
        var lines = new ArrayList<String>();
        for (var verdict : verdicts) {
            if (!verdict.violations().isEmpty()) {
                lines.add(verdict.of() + " (variant " + verdict.of().variant() % 2 + "): "
                        + String.join("; ", verdict.violations()));
            }
        }
        left.forEach(what -> lines.add("left in the process: " + what));
        return lines;
    }

    String text() {
        var text = new StringBuilder();
        violations().stream()
                .limit(MOST_VIOLATIONS)
                .forEach(line -> text.append(VIOLATION).append(line).append('\n'));
        text.append("%-34s %6s %6s %6s %9s %11s %9s\n".formatted("", "cases", "lost", "kept", "overlaps", "longest ms",
                "violated"));
        rows(text, "", false, verdict -> verdict.of().fault().toString());
        rows(text, "", false, verdict -> verdict.of().kind().toString());
        rows(text, "", false, verdict -> verdict.of().tie().toString());
        rows(text, "all", false, unused -> "");
        rows(text, "apart ", true, verdict -> verdict.of().fault() + " " + verdict.of().tie());
        for (var tie : Tie.values()) {
            grid(text, tie);
        }
        var margins = verdicts.stream().flatMap(verdict -> verdict.toldBeforeNanos().stream()).sorted().toList();
        if (!margins.isEmpty()) {
            text.append("told before the second was granted, ms: least %.1f, p1 %.1f, p10 %.1f, median %.1f of %d\n"
                    .formatted(margins.get(0) / 1e6, part(margins, 0.01), part(margins, 0.1), part(margins, 0.5),
                            margins.size()));
        }
        text.append("%d came late by no more than this machine stood still, at most %.1f ms at once\n".formatted(
                verdicts.stream().filter(Verdict::excused).count(), longestHiccupNanos / 1e6));
        text.append("seed %d, cases %d, violations %d\n".formatted(seed, verdicts.size(), violations().size()));
        return text.toString();
    }

    /** Violated of all, for each combination. */
    private void grid(StringBuilder text, Tie tie) {
        text.append("%-20s".formatted(tie));
        for (var kind : Kind.values()) {
            text.append(" %10s".formatted(kind));
        }
        for (var fault : Fault.values()) {
            text.append("\n%-20s".formatted(fault));
            for (var kind : Kind.values()) {
                var of = verdicts.stream().filter(verdict -> verdict.of().isIn(fault, kind, tie)).toList();
                long violated = of.stream().filter(verdict -> !verdict.violations().isEmpty()).count();
                text.append(" %10s".formatted(of.isEmpty() ? "" : violated + "/" + of.size()));
            }
        }
        text.append('\n');
    }

    private void rows(StringBuilder text, String before, boolean apart, Function<Verdict, String> by) {
        var rows = verdicts.stream()
                .filter(verdict -> verdict.of().isApart() == apart)
                .collect(Collectors.groupingBy(by, TreeMap::new, Collectors.toList()));
        rows.forEach((name, of) -> {
            long lost = of.stream().filter(Verdict::lost).count();
            long longest = of.stream().mapToLong(Verdict::overlapNanos).max().orElse(0);
            text.append("%-34s %6d %6d %6d %9d %11.1f %9d\n".formatted(before + name, of.size(), lost, of.size() - lost,
                    of.stream().filter(verdict -> verdict.overlapNanos() > 0).count(), longest / 1e6,
                    of.stream().filter(verdict -> !verdict.violations().isEmpty()).count()));
        });
    }

    private static double part(List<Long> sorted, double part) {
        return sorted.get((int) (part * (sorted.size() - 1))) / 1e6;
    }
}
