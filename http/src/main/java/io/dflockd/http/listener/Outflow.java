package io.dflockd.http.listener;

import io.dflockd.http.route.Pieces;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a long body: a piece is made when the one before it was taken, so that there is never more than one of them here. A peer
 * that takes it slowly is ended when it has had its time, as others wait for what it takes. Used by the channel's thread alone.
 */
final class Outflow {
    private static final Logger LOG = LoggerFactory.getLogger(Outflow.class);
    private static final long LEAST_BYTES_PER_SECOND = 256 * 1024;
    private static final long LEAST_SECONDS = 60;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final Channel channel;
    private final Pieces pieces;
    private final Admissions admissions;
    private final Progress progress;
    private final long endsAt;
    private long sent;
    private boolean isOver;

    /** Who is told how it goes. */
    interface Progress {
        /** A piece is about to be sent, which must be taken in time. */
        void moves();

        /** All of it was taken. */
        void done();
    }

    Outflow(Channel channel, Pieces pieces, Admissions admissions, Progress progress) {
        this.channel = channel;
        this.pieces = pieces;
        this.admissions = admissions;
        this.progress = progress;
        this.endsAt = System.nanoTime()
                + (LEAST_SECONDS + pieces.bytes() / LEAST_BYTES_PER_SECOND) * NANOS_PER_SECOND;
    }

    void next() {
        pieces.next().whenComplete((piece, failure) -> channel.eventLoop().execute(() -> send(piece, failure)));
    }

    private void send(byte @Nullable [] piece, @Nullable Throwable failure) {
        if (isOver) {
            return;
        }
        if (piece == null || piece.length == 0 || sent + piece.length > pieces.bytes()) {
            giveUp(failure == null ? "it is not as long as was said" : String.valueOf(failure.getMessage()));
            return;
        }
        if (System.nanoTime() - endsAt > 0) {
            giveUp("it is taken too slowly");
            return;
        }
        sent += piece.length;
        boolean isLast = sent == pieces.bytes();
        progress.moves();
        admissions.owe(piece.length);
        var bytes = Unpooled.wrappedBuffer(piece);
        HttpContent content = isLast ? new DefaultLastHttpContent(bytes) : new DefaultHttpContent(bytes);
        channel.writeAndFlush(content).addListener(written -> {
            admissions.owe(-piece.length);
            if (!written.isSuccess()) {
                end();
                channel.close();
            } else if (isLast) {
                end();
                progress.done();
            } else if (!isOver) {
                next();
            }
        });
    }

    /** What was sent cannot be taken back: whoever gets it sees that it is too short. */
    private void giveUp(String reason) {
        LOG.atWarn()
                .setMessage("a long answer of the admin listener ends before its time")
                .addKeyValue("sent", sent)
                .addKeyValue("of", pieces.bytes())
                .addKeyValue("reason", reason)
                .log();
        end();
        channel.close();
    }

    void end() {
        if (!isOver) {
            isOver = true;
            pieces.close();
        }
    }
}
