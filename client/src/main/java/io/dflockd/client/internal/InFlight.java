package io.dflockd.client.internal;

import io.dflockd.protocol.Request;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The requests of a {@link ServerSession} that have no answer yet, in the order of their sending. Guarded by the lock of
 * the session.
 */
final class InFlight {
    /** The server remembers this many answers at least, so no more requests may be in doubt; most wait and are not. */
    static final int MAX = 131_072;

    private final Meter meter;
    private final LinkedHashMap<String, Exchange> byTag = new LinkedHashMap<>();
    /** Those that the server answers at once. */
    private final LinkedHashSet<Exchange> prompt = new LinkedHashSet<>();
    private long lastTag;
    /** How many answers are being dealt with. */
    private int settling;

    InFlight(Meter meter) {
        this.meter = meter;
    }

    /** A tag that was never used. */
    String nextTag() {
        return Long.toString(++lastTag, Character.MAX_RADIX);
    }

    boolean isFull() {
        return byTag.size() >= MAX;
    }

    void add(Exchange exchange) {
        byTag.put(exchange.tag, exchange);
        meter.sent();
        if (exchange.request.waitMs() == 0) {
            prompt.add(exchange);
        }
    }

    boolean contains(Exchange exchange) {
        return byTag.containsKey(exchange.tag);
    }

    void remove(Exchange exchange) {
        if (byTag.remove(exchange.tag) != null) {
            meter.settled(1);
        }
        prompt.remove(exchange);
    }

    /** Takes out the one whose answer came, which is dealt with until {@link #settled}; null where there is none. */
    @Nullable
    Exchange answered(String tag) {
        var exchange = byTag.get(tag);
        if (exchange != null) {
            remove(exchange);
            settling++;
        }
        return exchange;
    }

    void settled() {
        settling--;
    }

    /** Whether a value could get lost if the session ended now. */
    boolean hasPrecious() {
        return settling > 0 || byTag.values().stream().anyMatch(exchange -> exchange.precious);
    }

    /** When the one was sent that has been waiting longest for an answer that the server gives at once; null for none. */
    @Nullable
    Long oldestPromptSentAt() {
        return prompt.isEmpty() ? null : Long.valueOf(prompt.iterator().next().sentAt);
    }

    /** The pops that wait for a value. */
    List<Exchange> waitingPops() {
        return byTag.values()
                .stream()
                .filter(exchange -> exchange.request instanceof Request.BlockingPop)
                .toList();
    }

    /** Writes all to a connection, in their old order and under their old tags. */
    void enqueueAll(SocketLink over, long now) {
        for (var exchange : byTag.values()) {
            exchange.sent = true;
            exchange.sentAt = now;
            over.enqueueTagged(exchange.tag, exchange.request);
        }
    }

    /** Takes out all, or those that may have reached the server. */
    List<Exchange> takeAll(boolean onlySent) {
        var taken = new ArrayList<Exchange>();
        for (var exchange : List.copyOf(byTag.values())) {
            if (!onlySent || exchange.sent) {
                remove(exchange);
                taken.add(exchange);
            }
        }
        return taken;
    }
}
