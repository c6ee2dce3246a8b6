package io.dflockd.acceptance.faults;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What must hold in every case: never two that believe; every loss told once by all that tell, before the second is
 * granted, and not taken back; fences that rise. The holder's last moment of belief is read before it is asked and the
 * second's grant after it has come, so that nothing is held against the client which was not so. What is told can come late
 * by as much as this machine stood still, no more.
 */
final class Judge {
    /** A loss has several tellers, which tell at the same moment, not within the same microsecond. */
    private static final long SAME_MOMENT_NANOS = MILLISECONDS.toNanos(20);
    private static final long HICCUP_BEFORE_NANOS = MILLISECONDS.toNanos(100);
    /** What is handed on in spite of hiccups that are too short to count. */
    private static final long HANDED_ON_NANOS = MILLISECONDS.toNanos(5);
    /** Who was stopped tells as soon as it goes on; what it believes is looked at as ever. */
    private static final long AFTER_WAKING_NANOS = MILLISECONDS.toNanos(500);
    private static final long COMMAND_AFTER_WAKING_NANOS = SECONDS.toNanos(3);
    /** With its connection gone at the server only, it finds out by its next renewal or ping, which is overdue then. */
    private static final long UNAWARE_NANOS = SECONDS.toNanos(25);

    private final FaultCase of;
    private final Scene scene;
    private final Journal journal;
    private final Rival rival;
    private final List<String> violations = new ArrayList<>();
    private final List<Long> toldBefore = new ArrayList<>();
    private boolean excused;

    Judge(FaultCase of, Scene scene, Journal journal, Rival rival) {
        this.of = of;
        this.scene = scene;
        this.journal = journal;
        this.rival = rival;
    }

    static boolean isToldByAll(FaultCase of, Journal journal) {
        var told = journal.toldOf().stream().map(Journal.Told::by).toList();
        return told.containsAll(of.kind().tellers());
    }

    /** @param grantedBeforeRelease whether the second was granted while the holder had not given anything back */
    Verdict judge(boolean kept, boolean grantedBeforeRelease) {
        long overlap = rival.isGranted() ? Math.max(0, journal.believedBeyond(beginOfOverlap())) : 0;
        if (overlap > 0) {
            judgeOverlap(overlap);
        }
        boolean lost = journal.isTold() || grantedBeforeRelease;
        if (lost) {
            judgeTelling();
        }
        if (!of.kind().isCommand() && journal.believedAfterTold() > SAME_MOMENT_NANOS) {
            violations.add("valid " + ms(journal.believedAfterTold()) + " after its loss was told");
        }
        if (journal.fence() != 0 && rival.isGranted() && rival.fence() <= journal.fence()
                && of.fault() != Fault.SERVER_KILLED) {
            violations.add("fence " + rival.fence() + " granted after " + journal.fence());
        }
        return new Verdict(of, lost && !kept, overlap, toldBefore, excused, violations);
    }

    /** A command that is stopped does nothing, so two begin when it is let go on. */
    private long beginOfOverlap() {
        boolean isStopped = of.fault() == Fault.HOLDER_STOPPED && of.kind().isCommand();
        return isStopped ? Math.max(rival.grantedAt(), scene.mendedAt()) : rival.grantedAt();
    }

    private void judgeOverlap(long overlap) {
        if (of.isApart()) {
            long most = most();
            if (overlap > most) {
                violations.add("two for " + ms(overlap) + ", more than the " + ms(most) + " that nobody can help");
            }
        } else if (of.kind().isCommand() && isHiccup(rival.grantedAt(), overlap)) {
            excused = true; // a process that is killed ends when it gets the processor
        } else {
            violations.add("two for %s%s, while the machine stood still for %s".formatted(ms(overlap), toldEarlier(),
                    ms(stoodStill(rival.grantedAt(), overlap))));
        }
    }

    private String toldEarlier() {
        return journal.toldOf()
                .stream()
                .map(told -> ", %s told %s before by %s".formatted(told.why(), ms(rival.grantedAt() - told.at()),
                        told.by()))
                .collect(Collectors.joining());
    }

    private long most() {
        return switch (of.fault()) {
            case SERVER_KILLED -> leaseNanos() + SAME_MOMENT_NANOS;
            case HOLDER_STOPPED -> COMMAND_AFTER_WAKING_NANOS;
            default -> Math.min(leaseNanos(), UNAWARE_NANOS);
        };
    }

    /** Where milliseconds are not understood, the shortest lease is a second. */
    private long leaseNanos() {
        return Math.max(of.lease().toNanos(), SECONDS.toNanos(1));
    }

    private void judgeTelling() {
        var told = journal.toldOf();
        for (var teller : of.kind().tellers()) {
            var by = told.stream().filter(it -> it.by().equals(teller)).toList();
            if (by.isEmpty()) {
                violations.add("never told by " + teller);
            } else if (by.size() > 1) {
                violations.add("told " + by.size() + " times by " + teller);
            }
        }
        if (rival.isGranted() && !of.isApart()) {
            told.forEach(this::judgeMoment);
        }
    }

    private void judgeMoment(Journal.Told told) {
        boolean isStopped = of.fault() == Fault.HOLDER_STOPPED;
        long latest = isStopped
                ? Math.max(rival.grantedAt(), scene.mendedAt() + AFTER_WAKING_NANOS)
                : rival.grantedAt();
        long before = latest - told.at();
        if (!isStopped) {
            toldBefore.add(before);
        }
        if (before < 0 && isHiccup(latest, -before)) {
            excused = true;
        } else if (before < 0) {
            violations.add(
                    "told %s late by %s (%s), while the machine stood still for %s".formatted(ms(-before), told.by(),
                            told.why(), ms(stoodStill(latest, -before))));
        }
    }

    /** Whether the machine stood still for as long around this moment. */
    private boolean isHiccup(long moment, long late) {
        return late <= HANDED_ON_NANOS + stoodStill(moment, late);
    }

    private long stoodStill(long moment, long late) {
        return scene.hiccups().between(moment - HICCUP_BEFORE_NANOS, moment + late);
    }

    private static String ms(long nanos) {
        return "%.1f ms".formatted(nanos / 1e6);
    }
}
