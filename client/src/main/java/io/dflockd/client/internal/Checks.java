package io.dflockd.client.internal;

import io.dflockd.protocol.ChannelPattern;
import io.dflockd.protocol.Limits;
import io.dflockd.protocol.Members;
import io.dflockd.protocol.NewMember;
import io.dflockd.protocol.Octets;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What may be sent. Checked here, because the server closes the connection, and with it all holds, on some of what it
 * refuses. Methods that return a string return its octets, ready for the wire.
 */
public final class Checks {
    private static final int MAX_SHOWN_CHARS = 80;
    private static final long MS_PER_SECOND = 1000;
    private static final int NANOS_PER_MS = 1_000_000;
    private static final Duration LEAST_LEASE = Duration.ofMillis(250);

    private Checks() {}

    public static String key(String key) {
        return word("key", key);
    }

    public static String clientName(String text) {
        return line("client name", text, " \t\r\n", Limits.MAX_CLIENT_NAME_BYTES);
    }

    public static String memberName(String name) {
        if (!Members.isName(name)) {
            throw invalid("member", name,
                    "1 to 32 letters, digits, underscores and hyphens, and neither term nor leader");
        }
        return name;
    }

    public static String newMember(String node) {
        if (NewMember.parse(node) == null) {
            throw invalid("member", node, "NAME=HOST:CLIENTPORT:PEERPORT, an IPv6 address in brackets");
        }
        return node;
    }

    public static String setting(String name, String value) {
        var octets = word("setting", name + '=' + value);
        if (name.isEmpty() || value.isEmpty() || name.indexOf('=') >= 0) {
            throw invalid("setting", name + '=' + value, "a name and a value, neither of them empty");
        }
        return octets;
    }

    public static String pattern(String pattern) {
        var octets = word("pattern", pattern);
        if (!ChannelPattern.isValid(octets)) {
            throw invalid("pattern", pattern,
                    "tokens separated by dots, '*' only as a whole token and '>' only as the last");
        }
        return octets;
    }

    public static String channel(String channel) {
        var octets = word("channel", channel);
        if (ChannelPattern.hasWildcard(octets)) {
            throw invalid("channel", channel, "a name without '*' and '>'");
        }
        return octets;
    }

    /** The name of a queue group; empty for none. */
    public static String group(String group) {
        return group.isEmpty() ? "" : word("group", group);
    }

    /** The secret of a server, which may have blanks inside. Never shown in a message. */
    public static String authToken(String token) {
        var octets = secretOctets("auth token", token);
        if (octets.isEmpty() || octets.length() > Limits.DEFAULT_MAX_ARG_BYTES || !token.equals(token.strip())
                || token.indexOf('\r') >= 0 || token.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("auth token of " + octets.length() + " bytes is invalid; valid is 1 to "
                    + Limits.DEFAULT_MAX_ARG_BYTES + " bytes without line ends, and without white space around them");
        }
        return octets;
    }

    public static long fence(long fence) {
        if (fence < 1 || fence > Limits.MAX_NUMBER) {
            throw new IllegalArgumentException("fence is " + fence + "; valid is 1 to " + Limits.MAX_NUMBER);
        }
        return fence;
    }

    /** A token of a hold. Never shown in a message. */
    public static String token(String name, String token) {
        var octets = secretOctets(name, token);
        if (octets.isEmpty() || octets.length() > Limits.DEFAULT_MAX_ARG_BYTES
                || !token.codePoints().allMatch(Checks::isNoBlank)) {
            throw new IllegalArgumentException(name + " of " + octets.length()
                    + " bytes is invalid; valid is 1 to 65536 bytes without white space");
        }
        return octets;
    }

    /** A value that is sent alone in its line, so that it may contain TABs. */
    public static String payload(String name, String value) {
        return line(name, value, "\r\n", Limits.DEFAULT_MAX_ARG_BYTES);
    }

    /** A value that shares its line with a time to live of this many bytes. */
    public static String value(String name, String value, int otherBytes) {
        return line(name, value, "\r\n\t", Limits.DEFAULT_MAX_ARG_BYTES - otherBytes);
    }

    /** As {@link #payload(String, String)}, of bytes that need not be text. */
    public static String payload(String name, byte[] value) {
        return bytes(name, value, "\r\n", Limits.DEFAULT_MAX_ARG_BYTES);
    }

    /** As {@link #value(String, String, int)}, of bytes that need not be text. */
    public static String value(String name, byte[] value, int otherBytes) {
        return bytes(name, value, "\r\n\t", Limits.DEFAULT_MAX_ARG_BYTES - otherBytes);
    }

    public static long atLeast(long least, String name, long number) {
        if (number < least) {
            throw new IllegalArgumentException(name + " is " + number + "; valid is " + least + " or more");
        }
        return number;
    }

    public static Duration positive(String name, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(name + " is " + duration + "; valid is more than zero");
        }
        inRange(name, duration);
        return duration;
    }

    public static Duration sessionGrace(Duration grace) {
        notNegative("session grace", grace);
        if (grace.compareTo(Duration.ofSeconds(Limits.MAX_GRACE_SECONDS)) > 0) {
            throw new IllegalArgumentException(
                    "session grace is " + grace + "; valid is at most " + Limits.MAX_GRACE_SECONDS + " seconds");
        }
        return Duration.ofSeconds(seconds("session grace", grace));
    }

    public static Duration notNegative(String name, Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException(name + " is " + duration + "; valid is zero or more");
        }
        inRange(name, duration);
        return duration;
    }

    /** As milliseconds that are whole seconds, rounded up, so that nothing is waited for shorter than asked. */
    static long wholeSecondsMs(String name, Duration duration) {
        return seconds(name, duration) * MS_PER_SECOND;
    }

    /** The least whole number of seconds that is as long, in milliseconds. */
    public static long roundedUpToSeconds(long ms) {
        return Math.floorDiv(ms + MS_PER_SECOND - 1, MS_PER_SECOND) * MS_PER_SECOND;
    }

    /** As milliseconds, rounded up, so that nothing is waited for shorter than asked. */
    public static long wholeMs(String name, Duration duration) {
        notNegative(name, duration);
        return duration.toMillis() + (duration.toNanosPart() % NANOS_PER_MS > 0 ? 1 : 0);
    }

    private static long seconds(String name, Duration duration) {
        notNegative(name, duration);
        return duration.getSeconds() + (duration.getNano() > 0 ? 1 : 0);
    }

    /** Milliseconds that are whole seconds, rounded up; 0 for null, which lets the server choose. */
    public static long leaseMs(@Nullable Duration lease) {
        return lease == null || lease.isZero() ? 0 : wholeSecondsMs("lease TTL", lease);
    }

    /** Zero lets the server choose. What is shorter than the least could not be renewed in time. */
    public static Duration leaseTtl(Duration ttl) {
        notNegative("lease TTL", ttl);
        if (!ttl.isZero() && ttl.compareTo(LEAST_LEASE) < 0) {
            throw new IllegalArgumentException(
                    "lease TTL is " + ttl + "; valid is zero, for the server's, or at least " + LEAST_LEASE);
        }
        return ttl;
    }

    private static String word(String name, String text) {
        return line(name, text, " \t\r\n", Limits.MAX_LINE_BYTES);
    }

    private static String line(String name, String text, String forbidden, int maxBytes) {
        int half = loneSurrogate(text);
        if (half >= 0) {
            throw invalid(name, text.replace(text.charAt(half), '\uFFFD'),
                    "text that UTF-8 has bytes for, and the char at index " + half
                            + " is half of a pair whose other half is missing: U+"
                            + Integer.toHexString(text.charAt(half)).toUpperCase(Locale.ROOT));
        }
        var octets = Octets.ofText(text);
        boolean clean = text.chars().noneMatch(c -> forbidden.indexOf(c) >= 0);
        if (octets.isEmpty() || octets.length() > maxBytes || !clean) {
            throw invalid(name, text, "1 to " + maxBytes + " bytes of UTF-8 without " + named(forbidden));
        }
        return octets;
    }

    private static String bytes(String name, byte[] value, String forbidden, int maxBytes) {
        var octets = Octets.ofBytes(value, 0, value.length);
        if (octets.isEmpty() || octets.length() > maxBytes || !octets.chars().allMatch(c -> forbidden.indexOf(c) < 0)) {
            throw new IllegalArgumentException(name + " of " + value.length + " bytes is invalid; valid is 1 to "
                    + maxBytes + " bytes without " + named(forbidden));
        }
        return octets;
    }

    private static String named(String forbidden) {
        return forbidden.startsWith(" ")
                ? "blanks, TABs and line ends"
                : forbidden.endsWith("\t") ? "TABs and line ends" : "line ends";
    }

    /** The octets of a text that no message may show. */
    private static String secretOctets(String name, String secret) {
        if (loneSurrogate(secret) >= 0) {
            throw new IllegalArgumentException(
                    name + " is invalid; valid is text that UTF-8 has bytes for, without halves of surrogate pairs");
        }
        return Octets.ofText(secret);
    }

    /** Where there is half of a surrogate pair alone, which UTF-8 cannot say; -1 for nowhere. */
    private static int loneSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                return i;
            }
        }
        return -1;
    }

    private static void inRange(String name, Duration duration) {
        if (duration.compareTo(Duration.ofSeconds(Limits.MAX_SECONDS)) > 0) {
            throw new IllegalArgumentException(
                    name + " is " + duration + "; valid is at most " + Limits.MAX_SECONDS + " seconds");
        }
    }

    private static boolean isNoBlank(int codePoint) {
        return !Character.isWhitespace(codePoint) && !Character.isSpaceChar(codePoint) && codePoint != 0x85;
    }

    private static IllegalArgumentException invalid(String name, String value, String valid) {
        var shown = value.length() <= MAX_SHOWN_CHARS ? value : value.substring(0, MAX_SHOWN_CHARS) + "…";
        return new IllegalArgumentException(
                name + " '" + shown + "' of " + Octets.ofText(value).length() + " bytes is invalid; valid is " + valid);
    }
}
