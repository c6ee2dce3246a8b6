package io.dflockd.service.session;

import io.dflockd.engine.HolderList;
import io.dflockd.protocol.OctetBuffer;
import java.util.List;
import java.util.function.LongFunction;

/** Who holds a key and who waits for it, as a JSON object. Never has a token. */
final class HoldersReport implements LateReply {
    private static final int BYTES_OF_A_ROW = 160;

    private final HolderList list;
    private final BoundedLine line;

    private HoldersReport(HolderList list, List<String> holderPeers, List<String> waiterPeers, long maxBytes) {
        this.list = list;
        this.line = new BoundedLine(() -> new HoldersText(list, holderPeers, waiterPeers), Long.MAX_VALUE, maxBytes);
    }

    /** With the peers that the sessions have right now. */
    static HoldersReport of(HolderList list, LongFunction<String> peer, long maxBytes) {
        return new HoldersReport(
                list,
                list.holders().stream().map(holder -> peer.apply(holder.session())).toList(),
                list.waiters().stream().map(waiter -> peer.apply(waiter.session())).toList(),
                maxBytes);
    }

    @Override
    public boolean encode(OctetBuffer out) {
        return line.encode(out);
    }

    @Override
    public long bytes() {
        return BoundedLine.OBJECT_BYTES + (long) (list.holders().size() + list.waiters().size()) * BYTES_OF_A_ROW;
    }
}
