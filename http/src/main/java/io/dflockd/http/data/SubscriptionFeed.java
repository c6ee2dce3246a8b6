package io.dflockd.http.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dflockd.http.route.Actor;
import io.dflockd.http.route.EventText;
import io.dflockd.http.route.Feed;
import io.dflockd.http.route.JsonFields;
import io.dflockd.protocol.Push;
import io.dflockd.service.visit.Visit;
import java.util.function.LongSupplier;

/** What was subscribed to, while it happens. Who does not take it in time is told so, at the end. */
final class SubscriptionFeed implements Feed {
    private static final byte[] NOTHING_MORE = "{}".getBytes(UTF_8);

    private final Visit visit;
    private final EventText text;
    private boolean hasEnded;

    /** Tells what the visit is told. {@code clock}: in nanoseconds. */
    SubscriptionFeed(Visit visit, LongSupplier clock) {
        this.visit = visit;
        this.text = new EventText(clock);
    }

    @Override
    public byte[] next(Actor actor) {
        while (!text.isEnough()) {
            var push = visit.nextPush();
            if (push.isEmpty()) {
                break;
            }
            tell(push.get());
        }
        if (!hasEnded && visit.isOver()) {
            hasEnded = true;
            text.event("end", NOTHING_MORE);
        }
        return text.take();
    }

    private void tell(Push push) {
        switch (push) {
            case Push.Signal signal -> text.event("signal", JsonFields.object(json -> {
                json.octets("channel", signal.channel());
                json.octets("payload", signal.payload());
            }));
            case Push.Watch watch -> text.event("change", JsonFields.object(json -> {
                json.octets("key", watch.key());
                json.text("event", watch.event());
            }));
            case Push.Missed missed ->
                text.event("missed", JsonFields.object(json -> json.number("count", missed.count())));
            case Push.Leader leader -> throw new IllegalStateException("no election is observed here: " + leader);
            case Push.Lost lost -> throw new IllegalStateException("nothing is held here: " + lost);
        }
    }

    @Override
    public boolean isOver() {
        return hasEnded && text.isEmpty();
    }

    @Override
    public void close() {
        visit.leave();
    }
}
