package io.dflockd.replication;

import java.util.Arrays;

/** The octets of a batch while it is written. {@link BatchInput} reads them. Not thread-safe. */
final class BatchOutput {
    private static final int MAX_NUMBER_BYTES = 10;

    private byte[] bytes;
    private int size;

    BatchOutput(int capacity) {
        bytes = new byte[capacity];
    }

    int size() {
        return size;
    }

    int capacity() {
        return bytes.length;
    }

    /** The octets themselves, of which {@link #size} are in use. The next that is written may replace the array. */
    byte[] array() {
        return bytes;
    }

    /** Forgets all behind so many octets; where there are fewer, their content is anything. */
    void resize(int newSize) {
        reserve(newSize - size);
        size = newSize;
    }

    void octet(int value) {
        reserve(1);
        bytes[size++] = (byte) value;
    }

    void flag(boolean flag) {
        octet(flag ? 1 : 0);
    }

    /** The order of an enum's constants is part of the format: new ones come last. */
    @SuppressWarnings("EnumOrdinal") // see above
    void constant(Enum<?> constant) {
        octet(constant.ordinal());
    }

    void fixed(long value) {
        reserve(Long.BYTES);
        for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            bytes[size++] = (byte) (value >>> shift);
        }
    }

    /** Seven bits an octet, the lowest first; a small number is short. Takes also negative ones, in ten octets. */
    void number(long value) {
        reserve(MAX_NUMBER_BYTES);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    /** As {@link #number}, but short also where it is a little below 0. */
    void signed(long value) {
        number((value << 1) ^ (value >> (Long.SIZE - 1)));
    }

    /** Each {@code char} is an octet. */
    @SuppressWarnings("deprecation") // which copies octets, and nothing else does that without an array in between
    void text(String octets) {
        int length = octets.length();
        number(length);
        reserve(length);
        octets.getBytes(0, length, bytes, size);
        size += length;
    }

    void append(BatchOutput other) {
        reserve(other.size);
        System.arraycopy(other.bytes, 0, bytes, size, other.size);
        size += other.size;
    }

    private void reserve(int more) {
        if (more > bytes.length - size) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(size, more)));
        }
    }
}
