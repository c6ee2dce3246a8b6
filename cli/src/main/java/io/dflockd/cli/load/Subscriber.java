package io.dflockd.cli.load;

import io.dflockd.protocol.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Takes signals. An operation is one delivery, timed from when it was sent. */
final class Subscriber implements Worker {
    private static final long PING_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final int number;
    private final Meter meter;
    private final Wire wire;
    private final Broadcast broadcast;
    private final byte[] head;
    private long received;
    private int goodbyes;

    private Subscriber(int number, Meter meter, Wire wire, Broadcast broadcast) {
        this.number = number;
        this.meter = meter;
        this.wire = wire;
        this.broadcast = broadcast;
        this.head = ("sig " + broadcast.channel() + " ").getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    /** Returns when the server has taken the subscription. */
    static Subscriber listening(int number, Meter meter, Wire wire, Broadcast broadcast) throws IOException {
        wire.expectOk(new Request.Listen(broadcast.channel(), ""));
        wire.answerWithin(Duration.ZERO);
        return new Subscriber(number, meter, wire, broadcast);
    }

    @Override
    public void run() throws IOException {
        try {
            receive();
        } catch (IOException e) {
            if (meter.isRunning() || broadcast.isComplete()) {
                throw e;
            }
            return; // A publisher failed, so there is nothing to compare with.
        }
        long missing = broadcast.published() - received;
        if (missing > 0) {
            meter.failures()
                    .add(Failures.NOT_DELIVERED, "a subscriber got " + received + " signals of "
                            + broadcast.published(), missing);
        }
    }

    private void receive() throws IOException {
        long pingAt = System.nanoTime() + PING_NANOS;
        while (goodbyes < broadcast.publishers()) {
            wire.nextLine();
            long now = System.nanoTime();
            delivered(now);
            if (now - pingAt >= 0) { // The existing server (Go) takes a subscriber that says nothing for dead.
                wire.put(new Request.Ping());
                wire.flush();
                pingAt = now + PING_NANOS;
            }
        }
    }

    private void delivered(long now) {
        int at = wire.lineStart() + head.length;
        if (wire.lineEnd() - at < Stamp.LETTERS || wire.inbound()[wire.lineStart()] != 's') {
            return; // the answer to a ping
        }
        if (wire.inbound()[at] == Broadcast.GOODBYE) {
            goodbyes++;
            return;
        }
        received++;
        meter.done(number, now - Stamp.read(wire.inbound(), at));
    }

    @Override
    public void close() {
        wire.close();
    }
}
