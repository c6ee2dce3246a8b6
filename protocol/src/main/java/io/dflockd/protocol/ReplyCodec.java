package io.dflockd.protocol;

import org.jspecify.annotations.Nullable;

/** Writes and reads replies, writer beside reader. */
public final class ReplyCodec {
    private static final String OK = Status.OK.word();
    private static final String NEW = "new";
    private static final String RESUMED = "resumed";

    private ReplyCodec() {}

    /** Appends the reply and its line feed. */
    public static void encode(Reply reply, OctetBuffer out) {
        encode(reply, Dialect.CURRENT, out);
    }

    /** Appends the reply and its line feed, as the clients of that dialect want it. */
    public static void encode(Reply reply, Dialect dialect, OctetBuffer out) {
        if (reply instanceof Reply.Word word) {
            out.put(word.status().word());
        } else if (reply instanceof Reply.Granted granted) {
            out.put(granted.status().word()).put(' ').put(granted.token());
            putLease(granted.leaseMs(), granted.form(), granted.fence(), dialect, out);
        } else if (reply instanceof Reply.Renewed renewed) {
            out.put(OK);
            putLease(renewed.leaseMs(), renewed.form(), renewed.fence(), dialect, out);
        } else if (reply instanceof Reply.Session session) {
            putSession(session, out);
        } else if (reply instanceof Reply.Count count) {
            out.put(OK).put(' ').put(count.value());
        } else if (reply instanceof Reply.Text text) {
            out.put(OK);
            if (!text.text().isEmpty()) {
                out.put(' ').put(text.text());
            }
        } else if (reply instanceof Reply.Unknown unknown) {
            out.put(unknown.line());
        }
        out.put('\n');
    }

    private static void putLease(long leaseMs, DurationForm form, long fence, Dialect dialect, OctetBuffer out) {
        out.put(' ');
        Durations.put(leaseMs, form, out);
        if (dialect == Dialect.CURRENT) {
            out.put(' ').put(fence);
        }
    }

    private static void putSession(Reply.Session session, OctetBuffer out) {
        out.put(OK).put(' ').put(session.resumed() ? RESUMED : NEW).put(' ').put(session.graceSeconds());
        if (session.resumed()) {
            out.put(' ').put(session.seen());
        }
    }

    /**
     * Reads the line, without its line feed, that answered a request with this verb. A fence that an old server leaves
     * out is read as 0. A line that does not fit the verb comes back as {@link Reply.Unknown}.
     */
    public static Reply decode(Verb verb, String line) {
        int blank = line.indexOf(' ');
        var status = Status.of(blank < 0 ? line : line.substring(0, blank));
        if (status == null) {
            return new Reply.Unknown(line);
        }
        if (blank < 0) {
            return new Reply.Word(status);
        }
        var reply = decodeRest(verb, status, line.substring(blank + 1));
        return reply == null ? new Reply.Unknown(line) : reply;
    }

    private static @Nullable Reply decodeRest(Verb verb, Status status, String rest) {
        var family = verb.family();
        if (family != null && verb != family.renew() && verb != family.release()) {
            boolean granted = status == Status.OK || status == Status.ACQUIRED;
            return granted ? granted(status, rest.split(" ", -1)) : null;
        }
        return status == Status.OK ? decodeOk(verb, rest) : null;
    }

    private static @Nullable Reply decodeOk(Verb verb, String rest) {
        var family = verb.family();
        if (family != null && verb == family.renew()) {
            return renewed(rest.split(" ", -1));
        }
        return switch (verb) {
            case KEEP -> renewed(rest.split(" ", -1));
            case DOWNGRADE -> granted(Status.OK, rest.split(" ", -1));
            case SESSION -> session(rest.split(" ", -1));
            case INCR, DECR, GET, LPUSH, RPUSH, LLEN, SIGNAL -> count(rest);
            default -> new Reply.Text(rest);
        };
    }

    private static @Nullable Reply granted(Status status, String[] fields) {
        if (fields.length < 2 || fields.length > 3 || fields[0].isEmpty()) {
            return null;
        }
        long leaseMs = Durations.parse(fields[1]);
        var fence = fields.length == 3 ? number(fields[2]) : Long.valueOf(0);
        return leaseMs == Durations.NONE || fence == null
                ? null
                : new Reply.Granted(status, fields[0], leaseMs, Durations.formOf(fields[1]), fence);
    }

    private static @Nullable Reply renewed(String[] fields) {
        if (fields.length > 2) {
            return null;
        }
        long leaseMs = Durations.parse(fields[0]);
        var fence = fields.length == 2 ? number(fields[1]) : Long.valueOf(0);
        return leaseMs == Durations.NONE || fence == null
                ? null
                : new Reply.Renewed(leaseMs, Durations.formOf(fields[0]), fence);
    }

    private static @Nullable Reply session(String[] fields) {
        boolean resumed = fields[0].equals(RESUMED);
        if (fields.length != (resumed ? 3 : 2) || (!resumed && !fields[0].equals(NEW))) {
            return null;
        }
        long graceSeconds = RequestNumber.parse(fields[1], 0, fields[1].length());
        long seen = resumed ? RequestNumber.parse(fields[2], 0, fields[2].length()) : 0;
        return graceSeconds == RequestNumber.NONE || seen == RequestNumber.NONE
                ? null
                : new Reply.Session(resumed, graceSeconds, seen);
    }

    private static @Nullable Reply count(String text) {
        var value = number(text);
        return value == null ? null : new Reply.Count(value);
    }

    private static @Nullable Long number(String field) {
        try {
            return Long.parseLong(field);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
