package io.dflockd.transport;

import io.dflockd.service.Leader;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;

/**
 * The way of an operator's HTTP request to the member that leads: a connection of its own to that member. Thread-safe.
 */
public interface AdminPassage {
    /** What this member is called. */
    String self();

    /** Whether members show each other certificates, so that one may say to another who asks. */
    boolean isEncrypted();

    /** Where a member takes what is passed on, looked up. Returns at once; many who ask at once wait for one answer. */
    CompletableFuture<InetSocketAddress> find(Leader member);

    /**
     * Goes there and waits to be let in, as long as the channel that is returned is not closed. Returns at once.
     *
     * @param loop one of the JDK's own selectors, which all runs on
     */
    Channel dial(EventLoop loop, InetSocketAddress address, Leader to, Introduction introduction, Reached reached);

    /** Who is told, on the channel's thread, how it went; once. */
    interface Reached {
        /** The member serves what is sent to it from now on. Handlers that are added last get what it answers. */
        void welcomed(Channel leader);

        /** It serves as many as it can. Nothing was sent, and the channel closes. */
        void refused();

        /** There is no way, or the member does not do that. Nothing was sent, and the channel closes. */
        void failed(String reason);
    }
}
