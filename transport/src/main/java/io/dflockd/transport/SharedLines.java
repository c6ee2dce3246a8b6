package io.dflockd.transport;

import io.dflockd.service.session.LongPush;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/** Finds the line of a long push that others were told just before, so that all of them share one. Thread-safe. */
final class SharedLines {
    private final ConnectionMemory memory;
    private WeakReference<LongPush> latest = new WeakReference<>(null);
    private @Nullable SharedLine line;

    SharedLines(ConnectionMemory memory) {
        this.memory = memory;
    }

    /** The line of this push, with one more reference, which is the caller's. */
    synchronized SharedLine of(LongPush push) {
        if (line != null && latest.refersTo(push) && line.retain()) {
            return line;
        }
        var made = new SharedLine(push, memory);
        latest = new WeakReference<>(push);
        line = made;
        return made;
    }
}
