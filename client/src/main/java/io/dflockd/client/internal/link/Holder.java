package io.dflockd.client.internal.link;

import io.dflockd.client.internal.Margin;

/** Who relies on a hold that was taken over a link, and so must know when it is no more. Must not block. */
public interface Holder {
    /** The fence of the hold; 0 where the server told none. */
    long fence();

    /** How much earlier than the server's its time ends. */
    Margin margin();

    /** The server has ended the hold; the reason is a word of {@link io.dflockd.protocol.Push.Lost}. */
    void ended(String reason);

    /** It may be that nothing proves any more that the server keeps the hold: see {@link Link#keptNanos}. */
    void unproved();
}
