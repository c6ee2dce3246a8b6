package io.dflockd.acceptance.faults;

import java.util.ArrayList;
import java.util.List;

/**
 * What became of a case.
 *
 * @param lost whether its holder lost what it had; else it kept it through the fault
 * @param overlapNanos how long both believed; 0 if never
 * @param toldBeforeNanos how long before the grant of the second the holder had been told by everything that tells; only
 *     where it was, and where no process was stopped
 * @param excused whether something came late by no more than the time that this machine stood still
 * @param violations what must not have been
 */
record Verdict(FaultCase of, boolean lost, long overlapNanos, List<Long> toldBeforeNanos, boolean excused,
        List<String> violations) {
    Verdict {
        toldBeforeNanos = List.copyOf(toldBeforeNanos);
        violations = List.copyOf(violations);
    }

    /** With what else must not have been. */
    Verdict with(List<String> more) {
        var all = new ArrayList<>(violations);
        all.addAll(more);
        return new Verdict(of, lost, overlapNanos, toldBeforeNanos, excused, all);
    }

    /** Of a case that could not be carried out. */
    static Verdict failed(FaultCase of, Throwable failure) {
        return new Verdict(of, false, 0, List.of(), false, List.of("not carried out: " + failure));
    }
}
