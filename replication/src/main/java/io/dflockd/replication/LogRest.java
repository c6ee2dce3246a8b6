package io.dflockd.replication;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * What is behind the last record of a log file that could be read: zeros, where room was reserved, or remains in which a
 * later record may be whole. A record is its length, an entry of Ratis that begins with its term and index, and a checksum
 * over both.
 */
final class LogRest {
    static final byte[] HEADER = "RaftLog1".getBytes(StandardCharsets.US_ASCII);

    private static final int CHECKSUM_BYTES = Integer.BYTES;
    private static final int MAX_LENGTH_BYTES = 5;
    /** The keys of the first two fields of an entry, which are numbers. */
    private static final int TERM_KEY = 1 << 3;
    private static final int INDEX_KEY = 2 << 3;

    private final ByteBuffer bytes;
    private final long offset;
    private final int maxRecord;
    private int at;

    /** Reads the channel from this offset on. */
    LogRest(FileChannel channel, long offset, int maxRecord) throws IOException {
        this.offset = offset;
        this.maxRecord = maxRecord;
        long length = Math.max(0, channel.size() - offset);
        bytes = length == 0 ? ByteBuffer.allocate(0) : channel.map(MapMode.READ_ONLY, offset, length);
    }

    static boolean hasHeader(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(HEADER.length), HEADER);
        }
    }

    /** How much of a file the record of an entry takes. */
    static long bytesOf(int entryBytes) {
        int lengthBytes = 1;
        for (int rest = entryBytes >>> 7; rest != 0; rest >>>= 7) {
            lengthBytes++;
        }
        return lengthBytes + (long) entryBytes + CHECKSUM_BYTES;
    }

    boolean isZeros() {
        for (int i = 0; i < bytes.limit(); i++) {
            if (bytes.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Where in the file there is a whole record of this index or a later one; -1 where there is none. */
    long wholeRecordAfter(long index) {
        for (int from = 0; from < bytes.limit(); from++) {
            if (bytes.get(from) != 0 && isWhole(from, index)) {
                return offset + from;
            }
        }
        return -1;
    }

    /** The checksum, which costs most, is only taken of what begins as a record that can stand here does. */
    private boolean isWhole(int from, long least) {
        at = from;
        long length = number(MAX_LENGTH_BYTES);
        long end = at + length;
        if (length <= 0 || length > maxRecord || end + CHECKSUM_BYTES > bytes.limit() || !isKey(TERM_KEY)) {
            return false;
        }
        long term = number(Long.BYTES + 2);
        if (term <= 0 || !isKey(INDEX_KEY)) {
            return false;
        }
        long index = number(Long.BYTES + 2);
        if (index < least || index - least > bytes.limit()) {
            return false;
        }
        var checksum = new CRC32C();
        checksum.update(bytes.slice(from, (int) end - from));
        return (int) checksum.getValue() == bytes.getInt((int) end);
    }

    private boolean isKey(int key) {
        return at < bytes.limit() && bytes.get(at++) == key;
    }

    /** Seven bits a byte, the lowest first; -1 where there is none of at most so many bytes. */
    private long number(int maxBytes) {
        long number = 0;
        for (int i = 0; i < maxBytes && at < bytes.limit(); i++) {
            int next = bytes.get(at++);
            number |= (next & 0x7fL) << (7 * i);
            if (next >= 0) {
                return number;
            }
        }
        return -1;
    }
}
