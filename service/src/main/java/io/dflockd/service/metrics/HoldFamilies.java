package io.dflockd.service.metrics;

import static io.dflockd.service.metrics.Families.seconds;
import static io.dflockd.service.metrics.Families.word;

import io.dflockd.engine.HoldKind;
import io.dflockd.engine.Measures;
import io.dflockd.engine.Tally;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Who holds, who waits, and what became of it. */
final class HoldFamilies {
    private static final String KIND = "kind";

    private final Measures measures;
    private final Tally tally;

    HoldFamilies(Measures measures) {
        this.measures = measures;
        this.tally = measures.tally();
    }

    void addTo(Families families) {
        present(families);
        grants(families);
        ends(families);
    }

    private void present(Families families) {
        var census = measures.census();
        families.gauge("dflockd_holds", "What is held now, each permit and each reader counted.", family -> {
            census.holdsByKind().forEach((kind, count) -> family.add(count, KIND, word(kind)));
        });
        families.gauge("dflockd_waiters", "Places in the queues of all keys.", family -> {
            census.waitersByKind().forEach((kind, count) -> family.add(count, KIND, word(kind)));
        });
        families.gauge("dflockd_oldest_wait_seconds",
                "How long the one has waited that has waited longest for any key; 0 where nobody waits.",
                family -> family.add(seconds(measures.oldestWaitMs())));
    }

    private void grants(Families families) {
        families.counter("dflockd_grants_total", "Holds that were granted, by whether somebody had to wait.",
                family -> {
                    for (var kind : HoldKind.values()) {
                        family.add(tally.grants(kind, false), KIND, word(kind), "waited", "false");
                        family.add(tally.grants(kind, true), KIND, word(kind), "waited", "true");
                    }
                });
        families.histogram("dflockd_grant_wait_seconds",
                "How long whoever was granted a hold had waited for it; 0 where it was free.", family -> {
                    for (var kind : HoldKind.values()) {
                        family.addMs(tally.waits(kind), KIND, word(kind));
                    }
                });
        families.counter("dflockd_renewals_total", "Wishes to renew a lease, by what came of them.", family -> {
            for (var outcome : Tally.Renewal.values()) {
                family.add(tally.renewals(outcome), "outcome", word(outcome));
            }
        });
    }

    private void ends(Families families) {
        families.histogram("dflockd_hold_duration_seconds", "How long holds lasted that have ended.", family -> {
            for (var kind : HoldKind.values()) {
                family.addMs(tally.durations(kind), KIND, word(kind));
            }
        });
        families.counter("dflockd_holds_ended_total", "Holds that have ended, by the reason.", family -> {
            for (var kind : HoldKind.values()) {
                for (var end : Tally.HoldEnd.values()) {
                    family.add(tally.ended(kind, end), KIND, word(kind), "reason", word(end));
                }
            }
        });
        families.histogram("dflockd_lease_expiry_lag_seconds",
                "How long after its time the end of a lease was dealt with.",
                family -> family.addMs(tally.expiryLags()));
    }

    /** The groups by the names that the configuration gives them. */
    void addGroupsTo(Families families, List<KeyGroup> named) {
        families.gauge("dflockd_group_holds", "As dflockd_holds, of the keys of one group.",
                family -> addGroups(family, named, Measures.Group::holds));
        families.gauge("dflockd_group_waiters", "As dflockd_waiters, of the keys of one group.",
                family -> addGroups(family, named, Measures.Group::waiters));
        families.gauge("dflockd_group_oldest_wait_seconds",
                "As dflockd_oldest_wait_seconds, of the keys of one group.",
                family -> addGroups(family, named, group -> seconds(group.oldestWaitMs())));
        families.counter("dflockd_group_grants_total", "As dflockd_grants_total, of the keys of one group.",
                family -> addGroups(family, named, Measures.Group::grants));
    }

    private void addGroups(Families.Open family, List<KeyGroup> named, ToDoubleFunction<Measures.Group> number) {
        for (int i = 0; i < named.size(); i++) {
            family.add(number.applyAsDouble(measures.groups().get(i)), "group", named.get(i).name());
        }
    }
}
