package io.dflockd.http.listener;

import io.dflockd.http.route.Actor;
import io.dflockd.http.route.Feed;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends what happens, while it does: the next when what was before it was taken. Asks from time to time whether its reader may
 * still have it. Used by the channel's thread alone.
 */
final class FeedFlow {
    /** How often a feed is asked whether there is more, and how often whether its reader may still have it. */
    private static final long REST_NANOS = 25_000_000;
    private static final int FEEDS_A_CHECK = 40;

    private final Channel channel;
    private final Feed feed;
    private final Supplier<Optional<Actor>> readers;
    private final Admissions admissions;
    private final Progress progress;
    private @Nullable Actor reader;
    private int unchecked;
    private @Nullable ScheduledFuture<?> rest;
    private boolean isOver;

    /** Who is told how it goes. */
    interface Progress {
        /** A piece is about to be sent, which must be taken in time. */
        void moves();

        /** All was taken, and there is nothing more for now. */
        void rests();
    }

    /** {@code readers}: who may have it at the moment; empty for nobody any more. */
    FeedFlow(
            Channel channel, Feed feed, Supplier<Optional<Actor>> readers, Admissions admissions, Progress progress) {
        this.channel = channel;
        this.feed = feed;
        this.readers = readers;
        this.admissions = admissions;
        this.progress = progress;
    }

    /** What was sent before it is on its way; or was not taken, which is its end. */
    void taken(Future<?> written) {
        if (written.isSuccess()) {
            // Not at once: what is always taken at once must not go deeper and deeper.
            channel.eventLoop().execute(this::next);
        } else {
            channel.close();
        }
    }

    private void next() {
        if (isOver || !channel.isActive()) {
            return;
        }
        if (reader == null || ++unchecked >= FEEDS_A_CHECK) {
            unchecked = 0;
            reader = readers.get().orElse(null);
            if (reader == null) {
                channel.close();
                return;
            }
        }
        var bytes = feed.next(reader);
        if (bytes.length == 0 && feed.isOver()) {
            channel.close();
            return;
        }
        if (bytes.length == 0) {
            progress.rests();
            rest = channel.eventLoop().schedule(this::next, REST_NANOS, TimeUnit.NANOSECONDS);
            return;
        }
        progress.moves();
        admissions.owe(bytes.length);
        channel.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(bytes))).addListener(written -> {
            admissions.owe(-bytes.length);
            taken(written);
        });
    }

    void end() {
        if (!isOver) {
            isOver = true;
            feed.close();
            if (rest != null) {
                rest.cancel(false);
            }
        }
    }
}
