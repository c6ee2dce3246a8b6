package io.dflockd.replication;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/**
 * A snapshot on the disk: magic (4) · format (2) · rules (2) · term (8) · index (8) · number (8) · body · length of the body
 * (8) · CRC-32C over all before it (4). It has its name only when it is whole.
 */
final class SnapshotFile {
    /** The body of a snapshot. */
    @FunctionalInterface
    interface Body {
        void write(DataOutput out) throws IOException;
    }

    /** Makes something of the body of a snapshot. */
    @FunctionalInterface
    interface Reader<T> {
        T read(DataInput in) throws IOException;
    }

    /** The term and index are in the name, which is how Ratis names its own. */
    static final Pattern NAME = Pattern.compile("snapshot\\.(\\d{1,19})_(\\d{1,19})");

    /** "dfsn". */
    private static final int MAGIC = 0x6466736e;
    private static final int FORMAT = 1;
    private static final int MAX_FORMAT = (1 << Short.SIZE) - 1;
    private static final int MAX_RULES = (1 << Short.SIZE) - 1;
    private static final int HEAD_BYTES = 32;
    private static final int LENGTH_BYTES = Long.BYTES;
    private static final int CHECKSUM_BYTES = Integer.BYTES;
    private static final int BUFFER_BYTES = 1 << 16;

    private SnapshotFile() {}

    static String name(SnapshotHead head) {
        return "snapshot." + head.term() + '_' + head.index();
    }

    /** Writes it into the folder; when this returns it will outlive a power cut. */
    static Path write(Path folder, SnapshotHead head, Body body) throws IOException {
        var path = folder.resolve(name(head));
        try (var file = new DurableFile(path)) {
            write(file.out(), head, body);
            file.commit();
        }
        return path;
    }

    /** Writes what is to be in the file. */
    static void write(OutputStream file, SnapshotHead head, Body body) throws IOException {
        var checksum = new CRC32C();
        var buffer = new BufferedOutputStream(file, BUFFER_BYTES);
        var out = new CheckedOutputStream(buffer, checksum);
        out.write(octets(head));
        long length = writeBody(body, out);
        out.write(ByteBuffer.allocate(LENGTH_BYTES).putLong(length).array());
        buffer.write(ByteBuffer.allocate(CHECKSUM_BYTES).putInt((int) checksum.getValue()).array());
        buffer.flush();
    }

    /** What is in a whole one, and the checksum over all before that. */
    record Content(SnapshotHead head, long checksum) {}

    /** Reads all of it and says what it is of. */
    static SnapshotHead verify(Path path) throws IOException, BrokenSnapshotException {
        var head = verifyContent(path).head();
        if (!path.getFileName().toString().equals(name(head))) {
            throw new BrokenSnapshotException(
                    "is of term " + head.term() + " and index " + head.index() + ", unlike its name");
        }
        return head;
    }

    /** The same for a copy, whatever its name is. */
    static Content verifyContent(Path path) throws IOException, BrokenSnapshotException {
        long size = Files.size(path);
        if (size < HEAD_BYTES + LENGTH_BYTES + CHECKSUM_BYTES) {
            throw new BrokenSnapshotException("has only " + size + " bytes");
        }
        try (var in = Files.newInputStream(path)) {
            var checksum = new CRC32C();
            var first = ByteBuffer.wrap(in.readNBytes(HEAD_BYTES));
            checksum.update(first.array());
            check("magic", first.getInt() & 0xffff_ffffL, MAGIC);
            update(checksum, in, size - HEAD_BYTES - LENGTH_BYTES - CHECKSUM_BYTES);
            var last = ByteBuffer.wrap(in.readNBytes(LENGTH_BYTES + CHECKSUM_BYTES));
            checksum.update(last.array(), 0, LENGTH_BYTES);
            check("length of the body", last.getLong(), size - HEAD_BYTES - LENGTH_BYTES - CHECKSUM_BYTES);
            check("checksum", last.getInt() & 0xffff_ffffL, checksum.getValue());
            return new Content(head(path, first), checksum.getValue());
        }
    }

    /** Reads the body of one that was verified. */
    static <T> T read(Path path, Reader<T> reader) throws IOException {
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(path), BUFFER_BYTES))) {
            in.skipNBytes(HEAD_BYTES);
            return reader.read(in);
        }
    }

    private static byte[] octets(SnapshotHead head) {
        if (head.rules() < 0 || head.rules() > MAX_RULES) {
            throw new IllegalArgumentException("rules is " + head.rules() + ", must be from 0 to " + MAX_RULES);
        }
        return ByteBuffer.allocate(HEAD_BYTES)
                .putInt(MAGIC)
                .putShort((short) FORMAT)
                .putShort((short) head.rules())
                .putLong(head.term())
                .putLong(head.index())
                .putLong(head.number())
                .array();
    }

    private static SnapshotHead head(Path path, ByteBuffer in) throws DataFolderException {
        int format = in.getShort() & MAX_FORMAT;
        if (format != FORMAT) {
            // It is whole, so it must not be put aside as one that is broken.
            throw new DataFolderException(path, "has format " + format + ", this program reads format " + FORMAT,
                    "start the version that wrote it");
        }
        return new SnapshotHead(in.getShort() & MAX_RULES, in.getLong(), in.getLong(), in.getLong());
    }

    private static long writeBody(Body body, OutputStream out) throws IOException {
        var counted = new Counted(out);
        var data = new DataOutputStream(new BufferedOutputStream(counted, BUFFER_BYTES));
        body.write(data);
        data.flush();
        return counted.count;
    }

    private static void update(CRC32C checksum, InputStream in, long length) throws IOException {
        var buffer = new byte[BUFFER_BYTES];
        for (long rest = length; rest > 0;) {
            int read = in.readNBytes(buffer, 0, (int) Math.min(rest, buffer.length));
            if (read == 0) {
                throw new IOException("became shorter while it was read");
            }
            checksum.update(buffer, 0, read);
            rest -= read;
        }
    }

    private static void check(String what, long found, long expected) throws BrokenSnapshotException {
        if (found != expected) {
            throw new BrokenSnapshotException(what + " is " + found + ", must be " + expected);
        }
    }

    /** Counts what passes. */
    private static final class Counted extends OutputStream {
        private final OutputStream out;
        long count;

        Counted(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int octet) throws IOException {
            out.write(octet);
            count++;
        }

        @Override
        public void write(byte[] octets, int from, int length) throws IOException {
            out.write(octets, from, length);
            count += length;
        }
    }
}
