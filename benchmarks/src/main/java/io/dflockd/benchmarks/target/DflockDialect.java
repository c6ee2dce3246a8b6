package io.dflockd.benchmarks.target;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;

/** Three lines a request, one line an answer. */
public final class DflockDialect implements Dialect {
    private static final Pattern LEADER = Pattern
            .compile(" leader=(?<name>\\w+) .*\\b\\k<name>=127\\.0\\.0\\.1:(?<port>\\d+)");
    private static final int TOKEN_BYTES = 32;
    private static final int OK_BYTES = "ok ".length();

    @Override
    public boolean hasLocks() {
        return true;
    }

    @Override
    public boolean hasChannels() {
        return true;
    }

    /** Of a cluster the one that leads. */
    @Override
    public int begin(List<Integer> ports) throws IOException {
        int first = Dialect.connectToEach(ports);
        return ports.size() == 1 ? first : leader(ports);
    }

    private static int leader(List<Integer> ports) throws IOException {
        try (var wire = Wire.connect(ports.getFirst())) {
            wire.put("cluster\n_\n\n".getBytes(US_ASCII)).flush();
            wire.readLine();
            var leads = LEADER.matcher(wire.line());
            if (!leads.find()) {
                throw new IOException("nobody leads yet: " + wire.line());
            }
            return ports.indexOf(Integer.parseInt(leads.group("port")));
        }
    }

    @Override
    public LockWire locks(Wire wire, byte[][] keys, Terms terms) {
        return new Locks(wire, keys, terms);
    }

    @Override
    public ChannelLines channel() {
        return ChannelLines.of("", 0, "listen\nnews\n\n", 1, "signal\nnews\n", "\n", "sig news ", "\n");
    }

    private static final class Locks implements LockWire {
        private final Wire wire;
        private final byte[][] acquires;
        private final byte[][] releases;
        private final byte[][] tokens;
        private final boolean[] acquiring;
        private int latest;

        Locks(Wire wire, byte[][] keys, Terms terms) {
            this.wire = wire;
            acquires = new byte[keys.length][];
            releases = new byte[keys.length][];
            tokens = new byte[keys.length][TOKEN_BYTES];
            acquiring = new boolean[keys.length];
            for (int slot = 0; slot < keys.length; slot++) {
                var tag = terms.pipelined() ? "@" + slot + " " : "";
                var key = new String(keys[slot], US_ASCII);
                acquires[slot] = (tag + "l\n" + key + "\n" + terms.longestWait().toSeconds() + " "
                        + terms.lease().toSeconds() + "\n")
                        .getBytes(US_ASCII);
                releases[slot] = (tag + "r\n" + key + "\n").getBytes(US_ASCII);
            }
        }

        @Override
        public void acquire(int slot) {
            latest = slot;
            acquiring[slot] = true;
            wire.put(acquires[slot]);
        }

        @Override
        public void release(int slot) {
            latest = slot;
            acquiring[slot] = false;
            wire.put(releases[slot]).put(tokens[slot]).put((byte) '\n');
        }

        @Override
        public void flush() throws IOException {
            wire.flush();
        }

        @Override
        public int readReply() throws IOException {
            wire.readLine();
            var line = wire.input();
            int at = wire.lineStart();
            int slot = latest;
            if (line[at] == '@') {
                slot = 0;
                for (at++; line[at] != ' '; at++) {
                    slot = slot * 10 + line[at] - '0';
                }
                at++;
            }
            if (line[at] == 't') {
                return ~slot;
            }
            if (line[at] != 'o' || line[at + 1] != 'k') {
                throw wire.unexpected();
            }
            if (acquiring[slot]) {
                System.arraycopy(line, at + OK_BYTES, tokens[slot], 0, TOKEN_BYTES);
            }
            return slot;
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
