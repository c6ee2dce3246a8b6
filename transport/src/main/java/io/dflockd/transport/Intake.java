package io.dflockd.transport;

import io.dflockd.protocol.Request;
import io.dflockd.protocol.RequestDecoder;
import java.util.function.LongSupplier;

/**
 * What a connection has read: cuts it into requests for the {@link Lane}. When the lane takes no more, what is left stays
 * here as the bytes that it came in, which take less than the requests that they say. Runs on the connection's thread.
 */
final class Intake {
    /** After so many bytes of requests other connections have their turn, as after {@value Lane#MAX_STARTS} of them. */
    static final int MAX_BYTES_IN_A_TURN = 256 << 10;
    /** After so many where all together have had enough. Whoever has little to say is not kept from it. */
    static final int LEAST_BYTES_IN_A_TURN = 8 << 10;

    private final RequestDecoder decoder;
    private final Lane lane;
    private final ConnectionDeadlines deadlines;
    private final Rest rest = new Rest();
    private final RequestDecoder.Sink sink = this::receive;
    private int requests;
    private long round;
    private int bytesInTurn;
    private int mostBytesInTurn = MAX_BYTES_IN_A_TURN;
    private boolean ended;

    Intake(RequestDecoder decoder, Lane lane, ConnectionDeadlines deadlines) {
        this.decoder = decoder;
        this.lane = lane;
        this.deadlines = deadlines;
    }

    /** In another round of the event loop than before what others had to say was heard. */
    void beginRound(long number) {
        if (round != number) {
            round = number;
            bytesInTurn = 0;
            mostBytesInTurn = MAX_BYTES_IN_A_TURN;
        }
    }

    /** All connections together have had enough in this round. */
    void endRound() {
        mostBytesInTurn = LEAST_BYTES_IN_A_TURN;
    }

    /** Takes bytes that were read at a time. They are not kept beyond the call, but copied where they must wait. */
    void read(byte[] bytes, int count, long now) {
        if (ended) {
            return;
        }
        if (!rest.isEmpty()) {
            rest.add(bytes, 0, count);
            return;
        }
        int stop = isTurnOver() ? 0 : decode(bytes, 0, count, now);
        if (stop < count && !ended) {
            rest.add(bytes, stop, count);
        }
    }

    /** Starts what may start now. Asks for the time only where there is more to cut into requests. */
    void proceed(LongSupplier nanoTime) {
        lane.proceed();
        while (canCut() && !ended) {
            int stop = decode(rest.first(), rest.from(), rest.end(), nanoTime.getAsLong());
            if (!ended) {
                rest.takenTo(stop);
            }
        }
    }

    /** Whether {@link #proceed} could start something. */
    boolean canProceed() {
        return lane.canProceed() || canCut();
    }

    private boolean canCut() {
        return !rest.isEmpty() && !isTurnOver() && !lane.isFull();
    }

    /** Whether nothing more should be read, because what was read waits. */
    boolean isFull() {
        return !rest.isEmpty() || isTurnOver() || lane.isFull();
    }

    /** Whether it has read something that has not started. */
    boolean hasMore() {
        return !rest.isEmpty() || !lane.isEmpty();
    }

    /** Whether so much started that others should have their turn before more does. */
    boolean isTurnOver() {
        return !ended && (bytesInTurn >= mostBytesInTurn || lane.isTurnOver());
    }

    /** For the moment there is no more to read of it. */
    void beginReading() {
        lane.beginTurn();
    }

    /** The connection's next turn has come. */
    void beginTurn() {
        bytesInTurn = 0;
        mostBytesInTurn = MAX_BYTES_IN_A_TURN;
        lane.beginTurn();
    }

    /** What the requests take that have not started, or have not arrived whole. */
    long heldBytes() {
        return rest.capacity() + decoder.heldBytes() + lane.bytes();
    }

    /** Takes no more bytes, and no more requests of those that it has. */
    void end() {
        ended = true;
        rest.clear();
    }

    private int decode(byte[] bytes, int from, int to, long now) {
        int before = decoder.isInsideRequest() ? 1 : 0;
        requests = 0;
        int stop = decoder.decode(bytes, from, to, sink);
        bytesInTurn += stop - from;
        int after = decoder.isInsideRequest() ? 1 : 0;
        deadlines.onBytes(now, requests + after - before, requests);
        return stop;
    }

    private void receive(String tag, Request request) {
        requests++;
        lane.submit(tag, request);
        if (ended || lane.isFull()) {
            decoder.pause();
        }
    }
}
