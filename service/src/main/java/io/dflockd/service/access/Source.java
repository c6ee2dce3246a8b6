package io.dflockd.service.access;

import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * Where somebody comes from: an IPv4 address, or the first half of an IPv6 address, which is what one customer of a provider
 * has.
 */
record Source(boolean ipv6, long prefix) {
    private static final int MAPPED_AT = 10;
    private static final int IPV4_AT = 12;

    static Source of(InetAddress address) {
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
