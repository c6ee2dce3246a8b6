package io.dflockd.http.api;

import io.dflockd.http.route.Actor;
import io.dflockd.http.route.EventText;
import io.dflockd.http.route.Feed;
import io.dflockd.http.route.JsonFields;
import io.dflockd.service.admin.EventRow;
import io.dflockd.service.admin.EventTail;
import java.time.Instant;
import java.util.Set;
import java.util.function.LongSupplier;

/** Events as a browser's {@code EventSource} reads them, those that are wanted and may be seen. */
final class EventFeed implements Feed {
    /** So many are looked at, and so many bytes told, before it is seen whether they are taken. */
    private static final int MOST_LOOKED_AT = 1024;
    private static final int STEP = 64;

    private final EventTail tail;
    private final Set<String> kinds;
    private final String prefix;
    private final EventText text;

    /**
     * Begins now, or behind the event that was read last.
     *
     * @param last its id; empty for none
     * @param clock in nanoseconds
     */
    EventFeed(EventTail tail, Set<String> kinds, String prefix, String last, LongSupplier clock) {
        this.tail = tail;
        this.kinds = kinds;
        this.prefix = prefix;
        this.text = new EventText(clock);
        if (!last.isEmpty() && !goOnBehind(last)) {
            gap(0);
        }
    }

    private boolean goOnBehind(String last) {
        int dash = last.indexOf('-');
        try {
            return dash > 0 && tail.goOnBehind(last.substring(0, dash), Long.parseLong(last.substring(dash + 1)));
        } catch (NumberFormatException e) {
            return false;
        }
    }

    @Override
    public byte[] next(Actor actor) {
        for (int i = 0; i < MOST_LOOKED_AT && !text.isEnough(); i += STEP) {
            long read = tail.read(STEP, new EventTail.Reader() {
                @Override
                public void event(EventRow event) {
                    tell(event, actor);
                }

                @Override
                public void missed(long count) {
                    gap(count);
                }
            });
            if (read == 0) {
                break;
            }
        }
        return text.take();
    }

    private void tell(EventRow event, Actor actor) {
        boolean isForAll = event.key().isEmpty();
        boolean isWanted = kinds.contains(event.kind())
                && (isForAll || (event.key().startsWith(prefix) && actor.maySee(event.key())));
        if (!isWanted) {
            return;
        }
        text.numbered(tail.epoch() + '-' + event.number(), JsonFields.object(json -> {
            json.number("seq", event.number());
            json.time("at", Instant.ofEpochMilli(event.atMs()));
            json.text("kind", event.kind());
            json.octets("key", event.key());
            json.number("fence", event.fence());
            json.number("session", event.session());
        }));
    }

    /** {@code missed}: 0 where nobody knows how many. Whoever comes back behind it goes on where this one does. */
    private void gap(long missed) {
        text.event("gap", JsonFields.object(json -> json.number("missed", missed)));
    }

    @Override
    public void close() {
        tail.close();
    }
}
