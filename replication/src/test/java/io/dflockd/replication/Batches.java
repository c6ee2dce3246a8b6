package io.dflockd.replication;

import io.dflockd.engine.Action;
import io.dflockd.engine.Command;
import io.dflockd.engine.RandomHistory;
import java.util.ArrayList;
import java.util.SplittableRandom;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/** A random history in batches, and what must come of it. */
final class Batches {
    final RandomHistory history;
    final EngineApplier reference;
    private final SplittableRandom random;
    private long term;
    private long number;

    Batches(long seed) {
        history = new RandomHistory(seed);
        reference = new EngineApplier(history.limits());
        random = new SplittableRandom(seed);
    }

    /** The next batch, which the reference has applied when this returns. */
    Proposal next(long ofTerm) {
        number = ofTerm == term ? number + 1 : 0;
        term = ofTerm;
        long timeMs = reference.engine().nowMs() + random.nextInt(3_000);
        var actions = new ArrayList<Action>();
        for (int n = random.nextInt(20); n > 0; n--) {
            var action = withoutNeedlessSalt(history.next(reference.engine()).action());
            actions.add(action);
            reference.apply(timeMs, action);
        }
        if (actions.isEmpty()) {
            reference.apply(timeMs, Action.ofDriver(new Command.Tick()));
        }
        return proposal(new Batch(1, term, number, timeMs, actions));
    }

    private static Action withoutNeedlessSalt(Action action) {
        boolean grants = action.command() instanceof Command.Acquire || action.command() instanceof Command.Enqueue;
        return grants
                ? action
                : new Action(0, action.connection(), action.session(), action.request(),
                        action.received(), action.command());
    }

    static Proposal proposal(Batch batch) {
        var out = new BatchOutput(BatchCodec.HEADER_BYTES);
        out.resize(BatchCodec.HEADER_BYTES);
        long former = ActionCodec.NONE_BEFORE;
        for (var action : batch.actions()) {
            ActionCodec.write(action, former, out);
            former = action.connection();
        }
        BatchCodec.seal(out, batch.actions().size(), batch.rules(), batch.term(), batch.number(), batch.timeMs());
        return new Proposal(batch, ByteString.copyFrom(out.array(), 0, out.size()));
    }
}
