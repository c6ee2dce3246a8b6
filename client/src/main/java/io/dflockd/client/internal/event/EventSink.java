package io.dflockd.client.internal.event;

import io.dflockd.client.error.DflockdException;
import io.dflockd.client.event.Gap;
import io.dflockd.protocol.Push;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where pushes and gaps go. Must not block. */
public interface EventSink {
    void push(Push push);

    void gap(Gap gap);

    /** Nothing more comes; null where that was asked for. */
    void end(@Nullable DflockdException reason);

    /** Fills a stream with what {@code read} makes of pushes; null leaves a push out. */
    static <E> EventSink into(EventBuffer<E> stream, Class<E> type, Function<Push, @Nullable E> read) {
        return new EventSink() {
            @Override
            public void push(Push push) {
                if (push instanceof Push.Missed) {
                    gap(new Gap(Gap.Cause.RECONNECTED, 0));
                    return;
                }
                E event = read.apply(push);
                if (event != null) {
                    stream.offer(event);
                }
            }

            @Override
            public void gap(Gap gap) {
                stream.offer(type.cast(gap));
            }

            @Override
            public void end(@Nullable DflockdException reason) {
                stream.end(reason);
            }
        };
    }
}
