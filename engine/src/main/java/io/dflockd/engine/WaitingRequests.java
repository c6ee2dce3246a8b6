package io.dflockd.engine;

import org.jspecify.annotations.Nullable;

/**
 * The requests that wait, by session and number, so that calling one off costs the same however many there are. A hash
 * table whose chains go through the members themselves, because every wait passes here.
 */
final class WaitingRequests {
    private static final int INITIAL_CHAINS = 64;
    /** The golden ratio as a 64-bit fraction, which spreads numbers that follow one another. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private @Nullable Waiting[] chains = new @Nullable Waiting[INITIAL_CHAINS];
    private int size;

    @Nullable
    @SuppressWarnings("ReferenceEquality") // a session that has ended may have had the same number
    Waiting find(Session session, long request) {
        var waiting = chains[chain(session.id, request)];
        while (waiting != null && (waiting.request != request || waiting.session != session)) {
            waiting = waiting.nextInChain;
        }
        return waiting;
    }

    /** Adds one that is not in it. */
    void add(Waiting waiting) {
        if (size == chains.length) {
            resize(chains.length * 2);
        }
        prepend(waiting);
        size++;
    }

    /** Removes one that is in it. */
    void remove(Waiting waiting) {
        int chain = chain(waiting);
        var before = chains[chain];
        if (before == waiting) {
            chains[chain] = waiting.nextInChain;
        } else {
            while (before != null && before.nextInChain != waiting) {
                before = before.nextInChain;
            }
            if (before == null) {
                throw new IllegalStateException("request " + waiting.request + " is not known to wait");
            }
            before.nextInChain = waiting.nextInChain;
        }
        waiting.nextInChain = null;
        size--;
        if (size * 8 < chains.length && chains.length > INITIAL_CHAINS) {
            resize(chains.length / 2);
        }
    }

    private void resize(int count) {
        var former = chains;
        chains = new @Nullable Waiting[count];
        for (var first : former) {
            @Nullable Waiting next;
            for (var waiting = first; waiting != null; waiting = next) {
                next = waiting.nextInChain;
                prepend(waiting);
            }
        }
    }

    private void prepend(Waiting waiting) {
        int chain = chain(waiting);
        waiting.nextInChain = chains[chain];
        chains[chain] = waiting;
    }

    private int chain(Waiting waiting) {
        return chain(waiting.session.id, waiting.request);
    }

    private int chain(long session, long request) {
        long spread = (session * SPREAD + request) * SPREAD;
        return (int) (spread >>> Integer.SIZE) & (chains.length - 1);
    }
}
