package io.dflockd.cli.load;

import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Verb;
import java.io.IOException;

/**
 * Wants a lock that the others want too, and gives it back at once. An operation is a grant to another connection than
 * the one before; the latency is that of the acquire, the wait for the turn included.
 */
final class Contender implements Worker {
    private final int number;
    private final Meter meter;
    private final Pace pace;
    private final Wire wire;
    private final Request.Acquire acquire;
    private final Exclusion exclusion;

    Contender(int number, Meter meter, Pace pace, Wire wire, Request.Acquire acquire, Exclusion exclusion) {
        this.number = number;
        this.meter = meter;
        this.pace = pace;
        this.wire = wire;
        this.acquire = acquire;
        this.exclusion = exclusion;
    }

    @Override
    public void run() throws IOException {
        while (true) {
            long start = pace.next();
            if (!meter.isRunning()) {
                return;
            }
            long askedAt = System.nanoTime();
            var reply = wire.ask(acquire);
            long end = System.nanoTime();
            if (!(reply instanceof Reply.Granted grant)) {
                meter.failures().refused("acquire", reply);
            } else if (handedOver(grant, askedAt)) {
                meter.done(number, end - start);
            }
        }
    }

    private boolean handedOver(Reply.Granted grant, long askedAt) throws IOException {
        var hold = new Exclusion.Hold(number, askedAt, grant.fence());
        boolean fromAnother = exclusion.enter(hold);
        wire.put(new Request.Release(Verb.UNLOCK, acquire.key(), grant.token()));
        exclusion.leave(hold);
        wire.flush();
        var released = wire.read(Verb.UNLOCK);
        if (!Wire.isOk(released)) {
            meter.failures().refused("release", released);
        }
        return fromAnother;
    }

    @Override
    public void close() {
        wire.close();
    }
}
