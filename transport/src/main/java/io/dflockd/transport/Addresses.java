package io.dflockd.transport;

import java.net.Inet6Address;
import java.net.InetSocketAddress;

/** Addresses and what goes wrong with them, as people read them. */
public final class Addresses {
    private Addresses() {}

    /** The address and the port, with brackets where an address has colons of its own. */
    public static String text(InetSocketAddress address) {
        var ip = address.getAddress();
        var host = ip == null ? address.getHostString() : ip.getHostAddress();
        return ip instanceof Inet6Address ? "[" + host + "]:" + address.getPort() : host + ":" + address.getPort();
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
