package io.dflockd.benchmarks.target;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.dflockd.benchmarks.library.RedisRelease;
import java.io.IOException;

/** The lock that Redis documents: {@code SET NX PX}, and a script that deletes the key if it still has our token. */
final class RedisDialect implements Dialect {
    @Override
    public boolean hasLocks() {
        return true;
    }

    @Override
    public boolean hasChannels() {
        return true;
    }

    @Override
    public void prepare(Wire wire) throws IOException {
        wire.put(bytes("SCRIPT", "LOAD", RedisRelease.SCRIPT)).flush();
        wire.readLine();
        wire.readLine();
    }

    @Override
    public LockWire locks(Wire wire, byte[][] keys, Terms terms) {
        return new Locks(wire, keys, terms);
    }

    @Override
    public ChannelLines channel() {
        var payload = "$" + ChannelLines.PAYLOAD_BYTES + "\r\n";
        return ChannelLines.of(
                "",
                0,
                command("SUBSCRIBE", "news"),
                6,
                "*3\r\n$7\r\nPUBLISH\r\n$4\r\nnews\r\n" + payload,
                "\r\n",
                "*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n" + payload,
                "\r\n");
    }

    private static String command(String... words) {
        var text = new StringBuilder().append('*').append(words.length).append("\r\n");
        for (var word : words) {
            text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return text.toString();
    }

    private static byte[] bytes(String... words) {
        return command(words).getBytes(US_ASCII);
    }

    private static final class Locks implements LockWire {
        private final Wire wire;
        private final byte[][] acquires;
        private final byte[][] releases;
        /** The slots in the order of their requests, in which Redis answers. */
        private final int[] order;
        private int asked;
        private int answered;

        Locks(Wire wire, byte[][] keys, Terms terms) {
            this.wire = wire;
            acquires = new byte[keys.length][];
            releases = new byte[keys.length][];
            order = new int[keys.length];
            for (int slot = 0; slot < keys.length; slot++) {
                var key = new String(keys[slot], US_ASCII);
                var token = RedisRelease.newToken();
                acquires[slot] = bytes("SET", key, token, "NX", "PX", Long.toString(terms.lease().toMillis()));
                releases[slot] = bytes("EVALSHA", RedisRelease.DIGEST, "1", key, token);
            }
        }

        @Override
        public void acquire(int slot) {
            put(slot);
            wire.put(acquires[slot]);
        }

        @Override
        public void release(int slot) {
            put(slot);
            wire.put(releases[slot]);
        }

        private void put(int slot) {
            order[asked] = slot;
            asked = (asked + 1) % order.length;
        }

        @Override
        public void flush() throws IOException {
            wire.flush();
        }

        @Override
        public int readReply() throws IOException {
            wire.readLine();
            int slot = order[answered];
            answered = (answered + 1) % order.length;
            int at = wire.lineStart();
            var line = wire.input();
            return switch (line[at]) {
                case '+' -> slot;
                case '$' -> ~slot;
                case ':' -> {
                    if (line[at + 1] != '1') {
                        throw wire.unexpected();
                    }
                    yield slot;
                }
                default -> throw wire.unexpected();
            };
        }

        @Override
        public boolean hasReply() {
            return wire.hasLine();
        }

        @Override
        public void close() throws IOException {
            wire.close();
        }
    }
}
