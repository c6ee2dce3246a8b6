package io.dflockd.transport;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Who speaks over a channel, which need not be who is at its other end. The address is null where it has none on the internet. */
record Peer(@Nullable InetSocketAddress address) {
    static Peer of(@Nullable SocketAddress remote) {
        return new Peer(remote instanceof InetSocketAddress internet ? internet : null);
    }

    /** As people read it. */
    String text() {
        return Addresses.text((SocketAddress) address);
    }

    /** Without the port. */
    @Nullable
    InetAddress source() {
        return Addresses.source(address);
    }
}
