package io.dflockd.service.admin;

import io.dflockd.engine.EventRing;

/** One who reads what happens, from a place on. Of one thread; takes no lock and waits for nobody. */
public final class EventTail implements AutoCloseable {
    private final Events events;
    private final EventRing ring;
    private final String epoch;
    private long next;
    private boolean isClosed;

    /** Is told events in their order. */
    public interface Reader {
        void event(EventRow event);

        /** So many events are there no more. */
        void missed(long count);
    }

    EventTail(Events events, EventRing ring, String epoch) {
        this.events = events;
        this.ring = ring;
        this.epoch = epoch;
        this.next = ring.next();
    }

    /** What the numbers of events belong to: where it is another, they say nothing of one another. */
    public String epoch() {
        return epoch;
    }

    /**
     * Goes on behind an event that was read before. Returns whether that can be told; where not, it goes on from now.
     *
     * @param number below 0 for none
     */
    public boolean goOnBehind(String ofEpoch, long number) {
        if (!ofEpoch.equals(epoch) || number < 0 || number >= ring.next()) {
            return false;
        }
        next = number + 1;
        return true;
    }

    /** The number of the next event that is told. */
    public long next() {
        return next;
    }

    /** Tells at most so many events. Returns how many were looked at. */
    public long read(int most, Reader reader) {
        long from = next;
        next = ring.read(next, most, new EventRing.Reader() {
            @Override
            public void event(long number, long atMs, EventRing.Kind kind, String key, long fence, long session) {
                reader.event(new EventRow(number, atMs, kind.word(), key, fence, session));
            }

            @Override
            public void missed(long count) {
                reader.missed(count);
            }
        });
        return next - from;
    }

    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            events.left();
        }
    }
}
