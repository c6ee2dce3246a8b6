package io.dflockd.benchmarks.target;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.dflockd.benchmarks.library.RedisRelease;
import java.io.IOException;
import java.util.List;

/**
 * The lock that Redis documents: {@code SET NX PX}, and a script that deletes the key if it still has our token. Where there are
 * replicas, each change is waited for until one of them has it.
 */
final class RedisDialect implements Dialect {
    private static final byte[] WAIT = bytes("WAIT", "1", "30000");
    private static final String REPLICATED = ":1";

    private final boolean waits;

    RedisDialect(boolean waits) {
        this.waits = waits;
    }

    @Override
    public boolean hasLocks() {
        return true;
    }

    @Override
    public boolean hasChannels() {
        return true;
    }

    @Override
    public int begin(List<Integer> ports) throws IOException {
        int first = Dialect.connectToEach(ports);
        try (var wire = Wire.connect(ports.getFirst())) {
            wire.put(bytes("SCRIPT", "LOAD", RedisRelease.SCRIPT)).flush();
            wire.readLine();
            wire.readLine();
            if (waits) {
                wire.put(bytes("SET", "begun", "yes")).put(WAIT).flush();
                wire.readLine();
                requireReplicated(wire);
            }
        }
        return first;
    }

    private static void requireReplicated(Wire wire) throws IOException {
        wire.readLine();
        if (!wire.line().equals(REPLICATED)) {
            throw wire.unexpected();
        }
    }

    @Override
    public LockWire locks(Wire wire, byte[][] keys, Terms terms) {
        return new Locks(wire, keys, terms, waits);
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
        private final boolean waits;
        private int asked;
        private int answered;

        Locks(Wire wire, byte[][] keys, Terms terms, boolean waits) {
            this.wire = wire;
            this.waits = waits;
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
            put(slot, acquires[slot]);
        }

        @Override
        public void release(int slot) {
            put(slot, releases[slot]);
        }

        private void put(int slot, byte[] request) {
            order[asked] = slot;
            asked = (asked + 1) % order.length;
            wire.put(request);
            if (waits) {
                wire.put(WAIT);
            }
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
            int outcome = switch (line[at]) {
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
            if (waits) {
                requireReplicated(wire);
            }
            return outcome;
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
