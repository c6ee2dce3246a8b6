package io.dflockd.protocol;

import org.jspecify.annotations.Nullable;

/** Writes and reads pushes. No reply ever starts with one of their words, so both can share a connection. */
public final class PushCodec {
    private static final String SIGNAL = "sig ";
    private static final String WATCH = "watch ";
    private static final String LEADER = "leader ";
    private static final String MISSED = "missed ";
    private static final String LOST = "lost ";
    private static final String EVENTS = "events";

    private PushCodec() {}

    /** Appends the push and its line feed. */
    public static void encode(Push push, OctetBuffer out) {
        if (push instanceof Push.Signal signal) {
            put(SIGNAL, signal.channel(), signal.payload(), out);
        } else if (push instanceof Push.Watch watch) {
            put(WATCH, watch.event(), watch.key(), out);
        } else if (push instanceof Push.Leader leader) {
            put(LEADER, leader.event(), leader.key(), out);
        } else if (push instanceof Push.Lost lost) {
            out.put(LOST).put(lost.key()).put(' ').put(lost.fence()).put(' ').put(lost.reason()).put('\n');
        } else if (push instanceof Push.Missed missed) {
            put(MISSED, EVENTS, Long.toString(missed.count()), out);
        }
    }

    /** How many bytes {@link #encode} appends for a signal. */
    public static int lengthOf(Push.Signal signal) {
        return SIGNAL.length() + signal.channel().length() + signal.payload().length() + 2;
    }

    /** Whether the line, without its line feed, is a push and not the answer to a request. */
    public static boolean isPush(String line) {
        return line.startsWith(SIGNAL) || line.startsWith(WATCH) || line.startsWith(LEADER)
                || line.startsWith(MISSED) || line.startsWith(LOST);
    }

    /** Reads a push; null where the line lacks its second part. */
    public static @Nullable Push decode(String line) {
        int first = line.indexOf(' ');
        int second = line.indexOf(' ', first + 1);
        if (first < 0 || second < 0) {
            return null;
        }
        var one = line.substring(first + 1, second);
        var other = line.substring(second + 1);
        if (line.startsWith(SIGNAL)) {
            return new Push.Signal(one, other);
        }
        if (line.startsWith(WATCH)) {
            return new Push.Watch(one, other);
        }
        if (line.startsWith(LEADER)) {
            return new Push.Leader(one, other);
        }
        if (line.startsWith(LOST)) {
            return lost(one, other);
        }
        return line.startsWith(MISSED) && one.equals(EVENTS) ? missed(other) : null;
    }

    private static @Nullable Push lost(String key, String fenceAndReason) {
        int blank = fenceAndReason.indexOf(' ');
        long fence = blank < 0 ? RequestNumber.NONE : RequestNumber.parse(fenceAndReason, 0, blank);
        return fence == RequestNumber.NONE ? null : new Push.Lost(key, fence, fenceAndReason.substring(blank + 1));
    }

    private static @Nullable Push missed(String count) {
        try {
            return new Push.Missed(Long.parseLong(count));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static void put(String word, String one, String other, OctetBuffer out) {
        out.put(word).put(one).put(' ').put(other).put('\n');
    }
}
