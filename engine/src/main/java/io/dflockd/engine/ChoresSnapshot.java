package io.dflockd.engine;

import java.io.IOException;
import java.util.ArrayList;

/** What earlier steps left over. */
final class ChoresSnapshot {
    private ChoresSnapshot() {}

    /** The order is part of the format: new ones come last. */
    private enum Kind {
        SESSION_END,
        SETTLEMENT,
        BARRIER_END,
        RETURN,
        DRAINAGE,
        LIST_SETTLEMENT,
        UNPARKING,
        TERM_OPENING
    }

    private static final Kind[] KINDS = Kind.values();

    static void write(Chores chores, SnapshotOutput out) throws IOException {
        out.all(chores.all(), chore -> {
            switch (chore) {
                case SessionEnd end -> {
                    out.constant(Kind.SESSION_END);
                    out.session(end.session);
                }
                case Settlement settlement -> {
                    out.constant(Kind.SETTLEMENT);
                    out.text(settlement.resource.key);
                }
                case BarrierEnd end -> {
                    out.constant(Kind.BARRIER_END);
                    BarriersSnapshot.writeEnded(end.barrier, out);
                }
                case Return back -> {
                    out.constant(Kind.RETURN);
                    out.owner(back.owner);
                    out.all(back.outcomes.subList(back.next, back.outcomes.size()),
                            outcome -> AnswersSnapshot.write(outcome, out));
                }
                case Drainage drainage -> {
                    out.constant(Kind.DRAINAGE);
                    out.all(drainage.numbers, out::number);
                }
                case ListSettlement settlement -> {
                    out.constant(Kind.LIST_SETTLEMENT);
                    out.text(settlement.list.key);
                }
                case Unparking unparking -> {
                    out.constant(Kind.UNPARKING);
                    out.session(unparking.session);
                }
                case TermOpening ignoredTheOnlyOne -> out.constant(Kind.TERM_OPENING);
            }
        });
    }

    static void read(Engine engine, SnapshotInput in) throws IOException {
        in.all(() -> engine.chores.add(readOne(engine, in)));
    }

    private static Chore readOne(Engine engine, SnapshotInput in) throws IOException {
        return switch (in.constant(KINDS)) {
            case SESSION_END -> new SessionEnd(in.session(), engine);
            case SETTLEMENT -> {
                var key = in.text();
                var resource = engine.locks.resources.find(key);
                if (resource == null) {
                    throw new IOException("broken snapshot: " + key + " cannot be settled");
                }
                yield new Settlement(resource, engine.locks);
            }
            case BARRIER_END -> new BarrierEnd(BarriersSnapshot.readEnded(in), engine.barriers);
            case RETURN -> {
                var owner = in.owner();
                var outcomes = new ArrayList<Outcome>();
                in.all(() -> outcomes.add((Outcome) AnswersSnapshot.read(in)));
                yield new Return(outcomes, owner, engine);
            }
            case DRAINAGE -> {
                var numbers = new ArrayList<Long>();
                in.all(() -> numbers.add(in.number()));
                yield new Drainage(numbers, engine.sessions, engine.locks, engine.lists, engine.barriers);
            }
            case LIST_SETTLEMENT -> new ListSettlement(engine.lists.open(in.text(), null), engine.lists);
            case UNPARKING -> engine.topics.unparking(in.session());
            case TERM_OPENING -> engine.termOpening;
        };
    }
}
