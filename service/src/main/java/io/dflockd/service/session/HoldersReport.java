package io.dflockd.service.session;

import io.dflockd.engine.HolderList;
import io.dflockd.engine.Mode;
import io.dflockd.protocol.OctetBuffer;
import io.dflockd.protocol.Octets;
import io.dflockd.protocol.Status;
import io.dflockd.service.stats.Json;
import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;

/** Who holds a key and who waits for it, as a JSON object. Never has a token. */
public final class HoldersReport implements LateReply {
    private static final double MS_PER_SECOND = 1000;
    private static final int BYTES_OF_A_ROW = 160;

    private final HolderList list;
    private final List<String> holderPeers;
    private final List<String> waiterPeers;
    private final long maxBytes;

    private HoldersReport(HolderList list, List<String> holderPeers, List<String> waiterPeers, long maxBytes) {
        this.list = list;
        this.holderPeers = holderPeers;
        this.waiterPeers = waiterPeers;
        this.maxBytes = maxBytes;
    }

    /** With the peers that the sessions have right now. */
    public static HoldersReport of(HolderList list, LongFunction<String> peer, long maxBytes) {
        return new HoldersReport(
                list,
                list.holders().stream().map(holder -> peer.apply(holder.session())).toList(),
                list.waiters().stream().map(waiter -> peer.apply(waiter.session())).toList(),
                maxBytes);
    }

    @Override
    public void encode(OctetBuffer out) {
        var json = new StringBuilder();
        json.append("{\"key\":").append(Json.quote(list.key()));
        json.append(",\"kind\":\"").append(kind()).append('"');
        json.append(",\"limit\":").append(list.readWrite() ? 0 : list.limit());
        json.append(",\"holders\":[");
        for (int i = 0; i < list.holders().size(); i++) {
            var holder = list.holders().get(i);
            json.append(i == 0 ? "{" : ",{");
            begin(holder.clientName(), holderPeers.get(i), holder.mode(), json);
            json.append(",\"held_s\":").append(holder.heldMs() / MS_PER_SECOND);
            json.append(",\"lease_left_s\":").append(holder.leaseLeftMs() / MS_PER_SECOND);
            json.append(",\"fence\":").append(holder.fence()).append('}');
        }
        json.append("],\"holder_count\":").append(list.holderCount()).append(",\"waiters\":[");
        for (int i = 0; i < list.waiters().size(); i++) {
            var waiter = list.waiters().get(i);
            json.append(i == 0 ? "{" : ",{");
            begin(waiter.clientName(), waiterPeers.get(i), waiter.mode(), json);
            json.append(",\"waited_s\":").append(waiter.waitedMs() / MS_PER_SECOND).append('}');
        }
        json.append("],\"waiter_count\":").append(list.waiterCount()).append('}');
        if (json.length() > maxBytes) {
            out.put(Status.ERROR_TOO_LARGE.word());
        } else {
            out.put(Status.OK.word()).put(' ').put(json.toString());
        }
        out.put('\n');
    }

    @Override
    public long bytes() {
        return (long) (list.holders().size() + list.waiters().size()) * BYTES_OF_A_ROW;
    }

    private String kind() {
        if (list.readWrite()) {
            return "read_write";
        }
        boolean led = list.holders().stream().anyMatch(holder -> holder.mode() == Mode.LEADERSHIP);
        return led ? "election" : list.limit() > 1 ? "semaphore" : "lock";
    }

    private static void begin(String client, String peer, Mode mode, StringBuilder json) {
        json.append("\"client\":").append(Json.quote(client));
        json.append(",\"peer\":").append(Json.quote(Octets.ofText(peer)));
        json.append(",\"mode\":\"").append(mode.name().toLowerCase(Locale.ROOT)).append('"');
    }
}
