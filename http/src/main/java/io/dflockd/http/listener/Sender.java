package io.dflockd.http.listener;

import io.dflockd.http.access.Voucher;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who sends requests over a connection.
 *
 * @param peer where from, for people
 * @param address the same; null where it has none
 * @param passedBy the member of the cluster that passes them on; empty where they come here themselves
 * @param voucher what that member says of him; null where there is none
 */
record Sender(String peer, @Nullable InetSocketAddress address, String passedBy, @Nullable Voucher voucher) {
    /** Who is at the other end. */
    static Sender of(Channel channel) {
        @Nullable SocketAddress remote = channel.remoteAddress();
        var address = remote instanceof InetSocketAddress internet ? internet : null;
        return new Sender(text(address), address, "", null);
    }

    /** Whose request another member passes on. */
    static Sender passed(@Nullable InetSocketAddress address, String by, Voucher voucher) {
        return new Sender(text(address), address, by, voucher);
    }

    private static String text(@Nullable InetSocketAddress address) {
        @Nullable InetAddress ip = address == null ? null : address.getAddress();
        if (address == null || ip == null) {
            return "unknown";
        }
        var host = ip.getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }

    /** Without the port; null where he has no address. */
    @Nullable
    InetAddress source() {
        return address == null ? null : address.getAddress();
    }

    boolean isPassed() {
        return voucher != null;
    }
}
