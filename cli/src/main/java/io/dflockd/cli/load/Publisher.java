package io.dflockd.cli.load;

import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Verb;
import java.io.IOException;
import java.util.Arrays;

/** Sends signals, a window of them without waiting for their answers. The payload begins with the time. */
final class Publisher implements Worker {
    private final Meter meter;
    private final Pace pace;
    private final Wire wire;
    private final Broadcast broadcast;
    private final int window;
    private final char[] payload;
    private int unanswered;
    private long taken;

    Publisher(Meter meter, Pace pace, Wire wire, Broadcast broadcast, int window, int payloadBytes) {
        this.meter = meter;
        this.pace = pace;
        this.wire = wire;
        this.broadcast = broadcast;
        this.window = window;
        this.payload = new char[payloadBytes];
        Arrays.fill(payload, 'p');
    }

    @Override
    public void run() throws IOException {
        while (true) {
            long start = pace.next();
            if (!meter.isRunning()) {
                break;
            }
            int batch = pace.isSet() ? 1 : window - unanswered;
            var signal = new Request.Signal(broadcast.channel(), Stamp.of(start, payload));
            for (int i = 0; i < batch; i++) {
                wire.put(signal);
                wire.flushIfLarge();
            }
            unanswered += batch;
            wire.flush();
            readAnswers(window);
        }
        readAnswers(1);
        broadcast.ending(taken);
        Arrays.fill(payload, Broadcast.GOODBYE);
        var unusedConfirmation = wire.ask(new Request.Signal(broadcast.channel(), new String(payload)));
    }

    /** Reads what is there, and waits until fewer than this many answers are missing. */
    private void readAnswers(int fewerThan) throws IOException {
        while (unanswered >= fewerThan || (unanswered > 0 && wire.hasLine())) {
            var reply = wire.read(Verb.SIGNAL);
            unanswered--;
            if (reply instanceof Reply.Count) {
                taken++;
            } else {
                meter.failures().refused("signal", reply);
            }
        }
    }

    @Override
    public void close() {
        wire.close();
    }
}
