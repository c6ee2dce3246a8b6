package io.dflockd.replication;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads what {@link BatchOutput} wrote. Believes no length that is not there, so broken octets cost no memory. */
final class BatchInput {
    private final ByteBuffer in;

    BatchInput(ByteBuffer in) {
        this.in = in;
    }

    int position() {
        return in.position();
    }

    boolean isAtEnd() {
        return !in.hasRemaining();
    }

    int octet() throws BrokenBatchException {
        require(1);
        return in.get() & 0xff;
    }

    boolean flag() throws BrokenBatchException {
        int octet = octet();
        if (octet > 1) {
            throw new BrokenBatchException("flag " + octet + " is neither 0 nor 1");
        }
        return octet == 1;
    }

    <E extends Enum<E>> E constant(E[] constants) throws BrokenBatchException {
        int code = octet();
        if (code >= constants.length) {
            throw new BrokenBatchException("constant " + code + " where there are " + constants.length);
        }
        return constants[code];
    }

    long fixed() throws BrokenBatchException {
        require(Long.BYTES);
        return in.getLong();
    }

    long number() throws BrokenBatchException {
        long number = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            int octet = octet();
            if (shift == Long.SIZE - 1 && octet > 1) {
                break;
            }
            number |= (octet & 0x7fL) << shift;
            if (octet < 0x80) {
                return number;
            }
        }
        throw new BrokenBatchException("a number is longer than 64 bits");
    }

    long signed() throws BrokenBatchException {
        long number = number();
        return (number >>> 1) ^ -(number & 1);
    }

    /** A number from 0 to the greatest {@code int}. */
    int count() throws BrokenBatchException {
        long number = number();
        if (number < 0 || number > Integer.MAX_VALUE) {
            throw new BrokenBatchException("number " + number + " is not from 0 to " + Integer.MAX_VALUE);
        }
        return (int) number;
    }

    String text() throws BrokenBatchException {
        int length = count();
        require(length);
        var octets = new byte[length];
        in.get(octets);
        return new String(octets, StandardCharsets.ISO_8859_1);
    }

    private void require(int bytes) throws BrokenBatchException {
        if (bytes > in.remaining()) {
            throw new BrokenBatchException("it ends at byte " + in.limit() + ", " + bytes + " more are wanted at byte "
                    + in.position());
        }
    }
}
