package io.dflockd.cli.load;

import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Verb;
import java.io.IOException;
import java.util.List;

/** Acquires and releases locks of its own in turn. An operation is the pair. */
final class Pairs implements Worker {
    private final int number;
    private final Meter meter;
    private final Pace pace;
    private final Wire wire;
    private final List<Request.Acquire> acquires;

    Pairs(int number, Meter meter, Pace pace, Wire wire, List<Request.Acquire> acquires) {
        this.number = number;
        this.meter = meter;
        this.pace = pace;
        this.wire = wire;
        this.acquires = acquires;
    }

    @Override
    public void run() throws IOException {
        for (int turn = 0;; turn = (turn + 1) % acquires.size()) {
            long start = pace.next();
            if (!meter.isRunning()) {
                return;
            }
            if (pair(acquires.get(turn))) {
                meter.done(number, System.nanoTime() - start);
            }
        }
    }

    private boolean pair(Request.Acquire acquire) throws IOException {
        var granted = wire.ask(acquire);
        if (!(granted instanceof Reply.Granted grant)) {
            meter.failures().refused("acquire", granted);
            return false;
        }
        var released = wire.ask(new Request.Release(Verb.UNLOCK, acquire.key(), grant.token()));
        if (!Wire.isOk(released)) {
            meter.failures().refused("release", released);
            return false;
        }
        return true;
    }

    @Override
    public void close() {
        wire.close();
    }
}
