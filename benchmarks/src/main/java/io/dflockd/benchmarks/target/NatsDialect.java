package io.dflockd.benchmarks.target;

/** NATS, for its channels. In its verbose mode each publish is answered, which is what a window needs. */
final class NatsDialect implements Dialect {
    @Override
    public boolean hasLocks() {
        return false;
    }

    @Override
    public boolean hasChannels() {
        return true;
    }

    @Override
    public LockWire locks(Wire wire, byte[][] keys, Terms terms) {
        throw new UnsupportedOperationException("NATS has no locks");
    }

    @Override
    public ChannelLines channel() {
        return ChannelLines.of(
                "CONNECT {\"verbose\":true,\"pedantic\":false}\r\n",
                2,
                "SUB news 1\r\n",
                1,
                "PUB news " + ChannelLines.PAYLOAD_BYTES + "\r\n",
                "\r\n",
                "MSG news 1 " + ChannelLines.PAYLOAD_BYTES + "\r\n",
                "\r\n");
    }
}
