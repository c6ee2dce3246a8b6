package io.dflockd.service.access;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who may try to log in. Each source has so many tries, one of which comes back every six seconds; without any it is not
 * let in. A source is an IPv4 address or the first half of an IPv6 address, which is what one customer of a provider has. Of
 * too many sources the one that was least recently seen is forgotten. Not thread-safe.
 */
final class FailedLogins {
    static final int MOST_SOURCES = 10_000;
    static final long REGAIN_MS = 6_000;
    private static final int MAPPED_AT = 10;
    private static final int IPV4_AT = 12;

    private final int tries;
    /** When each source has all its tries again. One that is not here has all. */
    private final Map<Source, Long> wholeAtMs = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Source, Long> eldest) {
            return size() > MOST_SOURCES;
        }
    };

    private record Source(boolean ipv6, long prefix) {}

    /** Of 0 tries there is no end. */
    FailedLogins(int tries) {
        this.tries = tries;
    }

    void failed(InetAddress address, long nowMs) {
        if (tries > 0) {
            long latestMs = nowMs + tries * REGAIN_MS;
            wholeAtMs.merge(
                    sourceOf(address), nowMs + REGAIN_MS,
                    (former, first) -> Math.min(latestMs, Math.max(former, nowMs) + REGAIN_MS));
        }
    }

    /** Whether the source has at least one try. */
    boolean mayTry(InetAddress address, long nowMs) {
        if (wholeAtMs.isEmpty()) {
            return true;
        }
        var source = sourceOf(address);
        var wholeAt = wholeAtMs.get(source);
        if (wholeAt == null) {
            return true;
        }
        if (wholeAt <= nowMs) {
            wholeAtMs.remove(source);
        }
        return wholeAt - nowMs <= (tries - 1) * REGAIN_MS;
    }

    private static Source sourceOf(InetAddress address) {
        var bytes = address.getAddress();
        if (address instanceof Inet6Address && !isMapped(bytes)) {
            return new Source(true, number(bytes, 0, Long.BYTES));
        }
        return new Source(false, number(bytes, bytes.length - Integer.BYTES, bytes.length));
    }

    /** Whether this is how IPv6 writes an IPv4 address. */
    private static boolean isMapped(byte[] bytes) {
        return number(bytes, 0, Long.BYTES) == 0 && number(bytes, Long.BYTES, MAPPED_AT) == 0
                && number(bytes, MAPPED_AT, IPV4_AT) == 0xffff;
    }

    private static long number(byte[] bytes, int from, int to) {
        long number = 0;
        for (int i = from; i < to; i++) {
            number = number << Byte.SIZE | (bytes[i] & 0xff);
        }
        return number;
    }
}
