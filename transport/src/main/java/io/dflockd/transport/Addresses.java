package io.dflockd.transport;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Addresses and what goes wrong with them, as people read them. */
public final class Addresses {
    private Addresses() {}

    /** The address and the port, with brackets where an address has colons of its own. */
    public static String text(InetSocketAddress address) {
        var ip = address.getAddress();
        var host = ip == null ? address.getHostString() : ip.getHostAddress();
        return ip instanceof Inet6Address ? "[" + host + "]:" + address.getPort() : host + ":" + address.getPort();
    }

    /** The same of a peer; a word where it has no internet address. */
    static String text(@Nullable SocketAddress peer) {
        return peer instanceof InetSocketAddress address ? text(address) : "unknown";
    }

    /** The address of a peer without its port; null where it has none. */
    static @Nullable InetAddress source(@Nullable SocketAddress peer) {
        return peer instanceof InetSocketAddress address ? address.getAddress() : null;
    }

    /** The host of {@code host:port}, without the brackets of an IPv6 address. */
    static String hostOf(String address) {
        var host = address.substring(0, address.lastIndexOf(':'));
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    /** The port of {@code host:port}. */
    static int portOf(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    /** Why an address cannot be listened on. */
    static String reason(Throwable cause) {
        var message = String.valueOf(cause.getMessage());
        if (message.contains("Address already in use")) {
            return "the address is in use, is another server running?";
        }
        if (message.contains("Permission denied")) {
            return "permission denied, ports below 1024 need privileges";
        }
        if (message.contains("Cannot assign requested address")) {
            return "this machine does not have that address";
        }
        return message;
    }
}
