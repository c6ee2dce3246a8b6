package io.dflockd.service.admin;

import io.dflockd.protocol.Octets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Writes down who changed what and why: a line for each request that would change something, whether it was allowed or not. What
 * clients or operators chose cannot make a second line of it. Thread-safe.
 */
public final class AuditLog {
    private static final Logger LOG = LoggerFactory.getLogger("audit");
    private static final int LONGEST = 1024;

    private final Refusals refusals = new Refusals();

    /**
     * Who asks.
     *
     * @param via by what
     * @param source where from
     * @param request its number, which other lines of the log may have too
     */
    public record Asker(String actor, String via, String source, long request) {}

    /**
     * A request that was not let through. Whoever sends many does not fill the log: of each minute a few are told, and of the
     * others how many there were.
     *
     * @param code why
     */
    public void refused(Asker asker, String request, String code) {
        long untold = refusals.tellsNow(System.nanoTime());
        if (untold < 0) {
            return;
        }
        var line = begin("request.refused", asker).addKeyValue("what", plain(request)).addKeyValue("outcome", code);
        (untold == 0 ? line : line.addKeyValue("untold_before", untold)).log();
    }

    /** How many there were in the present minute. */
    private static final class Refusals {
        private static final long MINUTE_NANOS = 60_000_000_000L;
        private static final int TOLD_A_MINUTE = 20;

        private long minuteAt = System.nanoTime();
        private int count;
        private long untold;

        /** How many were not told since the last one that was; below 0 where this one is not to be told either. */
        synchronized long tellsNow(long now) {
            if (now - minuteAt >= MINUTE_NANOS) {
                minuteAt = now;
                count = 0;
            }
            if (++count > TOLD_A_MINUTE) {
                untold++;
                return -1;
            }
            long before = untold;
            untold = 0;
            return before;
        }
    }

    /**
     * Somebody wanted a hold ended.
     *
     * @param before who held the key and who waited for it just before
     */
    public void revoked(Asker asker, LockDetails before, long fence, String reason, String outcome) {
        var line = begin("hold.revoked", asker)
                .addKeyValue("key", octets(before.key()))
                .addKeyValue("fence", fence);
        for (var holder : before.holders()) {
            if (holder.fence() == fence) {
                line = line.addKeyValue("holder", octets(holder.text()))
                        .addKeyValue("held_s", holder.heldMs() / 1000.0);
            }
        }
        line = line.addKeyValue("waiters", before.waiterCount());
        if (outcome.equals("done") && !before.waiters().isEmpty()) {
            line = line.addKeyValue("next", octets(before.waiters().getFirst().text()));
        }
        line.addKeyValue("reason", plain(reason)).addKeyValue("outcome", outcome).log();
    }

    /** Somebody wanted a session or a connection ended. {@code whose}: octets. */
    public void ended(Asker asker, String event, long number, String whose, String reason, String outcome) {
        begin(event, asker)
                .addKeyValue("number", number)
                .addKeyValue("client", octets(whose))
                .addKeyValue("reason", plain(reason))
                .addKeyValue("outcome", outcome)
                .log();
    }

    private static LoggingEventBuilder begin(String event, Asker asker) {
        return LOG.atInfo()
                .setMessage("audit")
                .addKeyValue("event", event)
                .addKeyValue("actor", plain(asker.actor()))
                .addKeyValue("via", asker.via())
                .addKeyValue("source", asker.source())
                .addKeyValue("request", asker.request());
    }

    private static String octets(String octets) {
        return plain(Octets.toText(octets));
    }

    /** On one line, and without what ends a value or hides a part of it. */
    static String plain(String text) {
        var plain = new StringBuilder();
        for (int i = 0; i < text.length() && plain.length() < LONGEST; i++) {
            char c = text.charAt(i);
            int type = Character.getType(c);
            if (c == '"' || c == '\\') {
                plain.append('\\').append(c);
            } else if (Character.isISOControl(c) || type == Character.FORMAT || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR) {
                plain.append("\\u%04x".formatted((int) c));
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }
}
