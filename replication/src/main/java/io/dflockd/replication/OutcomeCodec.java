package io.dflockd.replication;

import io.dflockd.engine.End;
import io.dflockd.engine.Outcome;
import java.util.ArrayList;
import java.util.List;

/** What a connection that ended did not take. The numbers and rows are as fixed as those of {@link ActionCodec}. */
final class OutcomeCodec {
    private static final int GRANTED = 1;
    private static final int GRANTED_AT_ONCE = 2;
    private static final int POPPED = 3;
    private static final End[] ENDS = End.values();

    private OutcomeCodec() {}

    /** Takes only those that are precious: no other must go back. */
    static void write(List<Outcome> outcomes, BatchOutput out) {
        out.number(outcomes.size());
        for (var outcome : outcomes) {
            if (!(outcome instanceof Outcome.Precious precious)) {
                throw new IllegalArgumentException(outcome.getClass().getSimpleName() + " cannot be given back");
            }
            write(precious, out);
        }
    }

    static List<Outcome> read(BatchInput in) throws BrokenBatchException {
        int count = in.count();
        var outcomes = new ArrayList<Outcome>();
        for (int i = 0; i < count; i++) {
            outcomes.add(readOne(in));
        }
        return outcomes;
    }

    private static void write(Outcome.Precious outcome, BatchOutput out) {
        switch (outcome) {
            case Outcome.Granted granted -> {
                out.octet(GRANTED);
                out.text(granted.key());
                out.text(granted.token());
                out.number(granted.leaseMs());
                out.number(granted.fence());
                out.flag(granted.inMs());
            }
            case Outcome.GrantedAtOnce granted -> {
                out.octet(GRANTED_AT_ONCE);
                out.text(granted.key());
                out.text(granted.token());
                out.number(granted.leaseMs());
                out.number(granted.fence());
                out.flag(granted.inMs());
            }
            case Outcome.Popped popped -> {
                out.octet(POPPED);
                out.text(popped.key());
                out.constant(popped.end());
                out.text(popped.value());
            }
        }
    }

    private static Outcome readOne(BatchInput in) throws BrokenBatchException {
        int kind = in.octet();
        return switch (kind) {
            case GRANTED -> new Outcome.Granted(in.text(), in.text(), in.number(), in.number(), in.flag());
            case GRANTED_AT_ONCE ->
                new Outcome.GrantedAtOnce(in.text(), in.text(), in.number(), in.number(), in.flag());
            case POPPED -> new Outcome.Popped(in.text(), in.constant(ENDS), in.text());
            default -> throw new BrokenBatchException("no outcome has kind " + kind);
        };
    }
}
