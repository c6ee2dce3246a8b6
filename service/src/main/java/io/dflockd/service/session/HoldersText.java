package io.dflockd.service.session;

import io.dflockd.engine.HolderList;
import io.dflockd.engine.Mode;
import io.dflockd.protocol.OctetBuffer;
import io.dflockd.protocol.Octets;
import io.dflockd.service.Leases;
import io.dflockd.service.stats.Json;
import java.util.List;
import java.util.Locale;

/** The JSON of a {@link HoldersReport}, row by row. */
final class HoldersText implements BoundedLine.Text {
    private static final double MS_PER_SECOND = 1000;

    private final HolderList list;
    private final List<String> holderPeers;
    private final List<String> waiterPeers;
    private boolean begun;
    private int holder;
    private boolean holdersDone;
    private int waiter;

    HoldersText(HolderList list, List<String> holderPeers, List<String> waiterPeers) {
        this.list = list;
        this.holderPeers = holderPeers;
        this.waiterPeers = waiterPeers;
    }

    @Override
    public boolean write(OctetBuffer out, int about) {
        if (!begun) {
            begun = true;
            out.put("{\"key\":").put(Json.quote(list.key()));
            out.put(",\"kind\":\"").put(kind()).put('"');
            out.put(",\"limit\":").put(list.readWrite() ? 0 : list.limit());
            out.put(",\"holders\":[");
        }
        int end = out.length() + about;
        for (; holder < list.holders().size(); holder++) {
            if (out.length() >= end) {
                return true;
            }
            putHolder(holder, out);
        }
        if (!holdersDone) {
            holdersDone = true;
            out.put("],\"holder_count\":").put(list.holderCount()).put(",\"waiters\":[");
        }
        for (; waiter < list.waiters().size(); waiter++) {
            if (out.length() >= end) {
                return true;
            }
            putWaiter(waiter, out);
        }
        out.put("],\"waiter_count\":").put(list.waiterCount()).put('}');
        return false;
    }

    private void putHolder(int index, OctetBuffer out) {
        var row = list.holders().get(index);
        begin(index, row.clientName(), holderPeers.get(index), row.mode(), out);
        out.put(",\"held_s\":").put(seconds(row.heldMs()));
        out.put(",\"lease_left_s\":").put(seconds(Leases.told(row.leaseLeftMs())));
        out.put(",\"fence\":").put(row.fence()).put('}');
    }

    private void putWaiter(int index, OctetBuffer out) {
        var row = list.waiters().get(index);
        begin(index, row.clientName(), waiterPeers.get(index), row.mode(), out);
        out.put(",\"waited_s\":").put(seconds(row.waitedMs())).put('}');
    }

    private static void begin(int index, String client, String peer, Mode mode, OctetBuffer out) {
        out.put(index == 0 ? "{" : ",{");
        out.put("\"client\":").put(Json.quote(client));
        out.put(",\"peer\":").put(Json.quote(Octets.ofText(peer)));
        out.put(",\"mode\":\"").put(mode.name().toLowerCase(Locale.ROOT)).put('"');
    }

    private static String seconds(long ms) {
        return Double.toString(ms / MS_PER_SECOND);
    }

    private String kind() {
        if (list.readWrite()) {
            return "read_write";
        }
        boolean led = list.holders().stream().anyMatch(one -> one.mode() == Mode.LEADERSHIP);
        return led ? "election" : list.limit() > 1 ? "semaphore" : "lock";
    }
}
