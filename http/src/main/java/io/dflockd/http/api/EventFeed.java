package io.dflockd.http.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dflockd.http.route.Actor;
import io.dflockd.http.route.Feed;
import io.dflockd.http.route.JsonFields;
import io.dflockd.service.admin.EventRow;
import io.dflockd.service.admin.EventTail;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Set;
import java.util.function.LongSupplier;

/** Events as a browser's {@code EventSource} reads them, those that are wanted and may be seen. */
final class EventFeed implements Feed {
    /** So many are looked at, and so many bytes told, before it is seen whether they are taken. */
    private static final int MOST_LOOKED_AT = 1024;
    private static final int ENOUGH_BYTES = 64 * 1024;
    private static final int STEP = 64;
    private static final long COMMENT_NANOS = 15_000_000_000L;
    private static final byte[] NOTHING = {};
    private static final byte[] COMMENT = ":\n\n".getBytes(UTF_8);
    private static final byte[] BEGINNING = "retry: 3000\n:\n\n".getBytes(UTF_8);

    private final EventTail tail;
    private final Set<String> kinds;
    private final String prefix;
    private final LongSupplier clock;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private long toldAt;

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
        this.clock = clock;
        this.toldAt = clock.getAsLong();
        out.writeBytes(BEGINNING);
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
        for (int i = 0; i < MOST_LOOKED_AT && out.size() < ENOUGH_BYTES; i += STEP) {
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

    private void tell(EventRow event, Actor actor) {
        boolean isForAll = event.key().isEmpty();
        boolean isWanted = kinds.contains(event.kind())
                && (isForAll || (event.key().startsWith(prefix) && actor.maySee(event.key())));
        if (!isWanted) {
            return;
        }
        write("id: " + tail.epoch() + '-' + event.number() + "\ndata: ");
        out.writeBytes(JsonFields.object(json -> {
            json.number("seq", event.number());
            json.time("at", Instant.ofEpochMilli(event.atMs()));
            json.text("kind", event.kind());
            json.octets("key", event.key());
            json.number("fence", event.fence());
            json.number("session", event.session());
        }));
        write("\n\n");
    }

    /** {@code missed}: 0 where nobody knows how many. Whoever comes back behind it goes on where this one does. */
    private void gap(long missed) {
        write("event: gap\ndata: ");
        out.writeBytes(JsonFields.object(json -> json.number("missed", missed)));
        write("\n\n");
    }

    private void write(String text) {
        out.writeBytes(text.getBytes(UTF_8));
    }

    @Override
    public void close() {
        tail.close();
    }
}
