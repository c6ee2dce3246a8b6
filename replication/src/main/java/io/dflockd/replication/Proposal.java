package io.dflockd.replication;

import org.apache.ratis.protocol.Message;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/**
 * A batch on its way into the log.
 *
 * @param batch what this node applies, if it still leads by then
 * @param content what the log and the other nodes get: the same as octets
 */
record Proposal(Batch batch, ByteString content) implements Message {
    @Override
    public ByteString getContent() {
        return content;
    }

    @Override
    public String toString() {
        return "batch " + batch.number() + " of term " + batch.term();
    }
}
