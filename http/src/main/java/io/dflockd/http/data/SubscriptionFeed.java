package io.dflockd.http.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dflockd.http.route.Actor;
import io.dflockd.http.route.Feed;
import io.dflockd.http.route.JsonFields;
import io.dflockd.protocol.Push;
import io.dflockd.service.visit.Visit;
import java.io.ByteArrayOutputStream;
import java.util.function.LongSupplier;

/** What was subscribed to, as a browser's {@code EventSource} reads it. Who does not take it in time is told so, at the end. */
final class SubscriptionFeed implements Feed {
    private static final int ENOUGH_BYTES = 64 * 1024;
    private static final long COMMENT_NANOS = 15_000_000_000L;
    private static final byte[] NOTHING = {};
    private static final byte[] COMMENT = ":\n\n".getBytes(UTF_8);
    private static final byte[] BEGINNING = "retry: 3000\n:\n\n".getBytes(UTF_8);
    private static final byte[] END = "event: end\ndata: {}\n\n".getBytes(UTF_8);

    private final Visit visit;
    private final LongSupplier clock;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private long toldAt;
    private boolean isOver;

    /** Tells what the visit is told. {@code clock}: in nanoseconds. */
    SubscriptionFeed(Visit visit, LongSupplier clock) {
        this.visit = visit;
        this.clock = clock;
        this.toldAt = clock.getAsLong();
        out.writeBytes(BEGINNING);
    }

    @Override
    public byte[] next(Actor actor) {
        while (out.size() < ENOUGH_BYTES) {
            var push = visit.nextPush();
            if (push.isEmpty()) {
                break;
            }
            tell(push.get());
        }
        if (!isOver && visit.isOver()) {
            isOver = true;
            out.writeBytes(END);
        }
        long now = clock.getAsLong();
        if (out.size() == 0 && now - toldAt < COMMENT_NANOS) {
            return NOTHING;
        }
        toldAt = now;
        if (out.size() == 0) {
            return COMMENT;
        }
        var bytes = out.toByteArray();
        out.reset();
        return bytes;
    }

    private void tell(Push push) {
        switch (push) {
            case Push.Signal signal -> tell("signal", JsonFields.object(json -> {
                json.octets("channel", signal.channel());
                json.octets("payload", signal.payload());
            }));
            case Push.Watch watch -> tell("change", JsonFields.object(json -> {
                json.octets("key", watch.key());
                json.text("event", watch.event());
            }));
            case Push.Missed missed ->
                tell("missed", JsonFields.object(json -> json.number("count", missed.count())));
            case Push.Leader leader -> throw new IllegalStateException("no election is observed here: " + leader);
            case Push.Lost lost -> throw new IllegalStateException("nothing is held here: " + lost);
        }
    }

    private void tell(String event, byte[] data) {
        out.writeBytes(("event: " + event + "\ndata: ").getBytes(UTF_8));
        out.writeBytes(data);
        out.write('\n');
        out.write('\n');
    }

    @Override
    public boolean isOver() {
        return isOver && out.size() == 0;
    }

    @Override
    public void close() {
        visit.leave();
    }
}
