package io.dflockd.protocol;

import org.jspecify.annotations.Nullable;

/** Writes and reads replies, writer beside reader. */
public final class ReplyCodec {
    private static final String OK = Status.OK.word();

    private ReplyCodec() {}

    /** Appends the reply and its line feed. */
    public static void encode(Reply reply, OctetBuffer out) {
        if (reply instanceof Reply.Word word) {
            out.put(word.status().word());
        } else if (reply instanceof Reply.Granted granted) {
            out.put(granted.status().word()).put(' ').put(granted.token());
            out.put(' ').put(granted.leaseSeconds()).put(' ').put(granted.fence());
        } else if (reply instanceof Reply.Renewed renewed) {
            out.put(OK).put(' ').put(renewed.leaseSeconds()).put(' ').put(renewed.fence());
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
        return switch (verb) {
            case LOCK, SEM_LOCK, READ_LOCK, WRITE_LOCK, ELECT, ENQUEUE, SEM_ENQUEUE, READ_ENQUEUE, WRITE_ENQUEUE, WAIT,
                    SEM_WAIT, READ_WAIT, WRITE_WAIT ->
                status == Status.OK || status == Status.ACQUIRED ? granted(status, rest.split(" ", -1)) : null;
            default -> status == Status.OK ? decodeOk(verb, rest) : null;
        };
    }

    private static @Nullable Reply decodeOk(Verb verb, String rest) {
        return switch (verb) {
            case RENEW, SEM_RENEW, READ_RENEW, WRITE_RENEW -> renewed(rest.split(" ", -1));
            case INCR, DECR, GET, LPUSH, RPUSH, LLEN, SIGNAL -> count(rest);
            default -> new Reply.Text(rest);
        };
    }

    private static @Nullable Reply granted(Status status, String[] fields) {
        if (fields.length < 2 || fields.length > 3 || fields[0].isEmpty()) {
            return null;
        }
        var lease = number(fields[1]);
        var fence = fields.length == 3 ? number(fields[2]) : Long.valueOf(0);
        return lease == null || fence == null ? null : new Reply.Granted(status, fields[0], lease, fence);
    }

    private static @Nullable Reply renewed(String[] fields) {
        if (fields.length > 2) {
            return null;
        }
        var lease = number(fields[0]);
        var fence = fields.length == 2 ? number(fields[1]) : Long.valueOf(0);
        return lease == null || fence == null ? null : new Reply.Renewed(lease, fence);
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
