package io.dflockd.protocol;

import java.util.Arrays;

/** A growing array of bytes that lines are written to. Not thread-safe. */
public final class OctetBuffer {
    private static final int MAX_LONG_DIGITS = 20;

    private byte[] bytes;
    private int length;

    public OctetBuffer(int initialBytes) {
        bytes = new byte[initialBytes];
    }

    public OctetBuffer put(char octet) {
        ensure(1);
        bytes[length++] = (byte) octet;
        return this;
    }

    /** Appends a string of octets. */
    public OctetBuffer put(String octets) {
        return put(octets, 0, octets.length());
    }

    /** Appends a part of a string of octets, up to the octet before {@code to}. */
    @SuppressWarnings("deprecation") // this getBytes keeps the low byte of each char, which is what octets are
    public OctetBuffer put(String octets, int from, int to) {
        ensure(to - from);
        octets.getBytes(from, to, bytes, length);
        length += to - from;
        return this;
    }

    /** Appends the first bytes of an array. */
    public OctetBuffer put(byte[] octets, int count) {
        ensure(count);
        System.arraycopy(octets, 0, bytes, length, count);
        length += count;
        return this;
    }

    /** Appends the number in decimal. */
    public OctetBuffer put(long number) {
        if (number < 0) {
            return put(Long.toString(number));
        }
        ensure(MAX_LONG_DIGITS);
        int end = length + MAX_LONG_DIGITS;
        int at = end;
        long rest = number;
        do {
            bytes[--at] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest > 0);
        System.arraycopy(bytes, at, bytes, length, end - at);
        length += end - at;
        return this;
    }

    /** Forgets what was written behind this length. */
    public OctetBuffer truncate(int newLength) {
        length = Math.min(length, newLength);
        return this;
    }

    /** The bytes written so far are at 0 to {@link #length()} of this array, which the next write may replace. */
    public byte[] array() {
        return bytes;
    }

    public int length() {
        return length;
    }

    public boolean isEmpty() {
        return length == 0;
    }

    /** Forgets what was written and keeps the room for it. */
    public void clear() {
        length = 0;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    private void ensure(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
