package io.dflockd.transport;

import io.netty.channel.Channel;

/** Where HTTP requests of operators go that other members pass on. */
@FunctionalInterface
public interface AdminEntrance {
    /**
     * Serves one request that comes over the channel from now on, and closes it after that. Called on the channel's thread; must
     * not wait for anything.
     *
     * @param isTrusted whether the member showed a certificate of the authority of members
     * @return false where there are as many as there may be; nothing was done to the channel then
     */
    boolean enter(Channel channel, Introduction introduction, boolean isTrusted);
}
