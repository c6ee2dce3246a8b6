package io.dflockd.transport;

import io.dflockd.service.SettingException;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Where whoever started a program is told how it is, as systemd wants it: a Unix datagram socket, of which the JDK knows none.
 * Each message finds its way anew, so that nothing is to be mended when the other side begins anew.
 */
public final class NotifySocket {
    /** What the address of such a socket has room for. */
    private static final int MOST_BYTES = 107;

    private final DomainSocketAddress address;

    private NotifySocket(DomainSocketAddress address) {
        this.address = address;
    }

    /**
     * The socket of this name: the path of a file, or {@code @} and a name that the kernel keeps without a file.
     *
     * @throws SettingException where there can be no such socket, or this machine cannot speak to it
     */
    public static NotifySocket of(String name) {
        boolean isPath = name.startsWith("/");
        if ((!isPath && !name.startsWith("@")) || name.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
            throw new SettingException(
                    "NOTIFY_SOCKET: \"%s\" is not valid, must be a path or @ and a name, of at most %d octets"
                            .formatted(name, MOST_BYTES));
        }
        if (!Epoll.isAvailable()) {
            throw new SettingException(
                    "NOTIFY_SOCKET: cannot be used here: " + Transport.reason(Epoll.unavailabilityCause()));
        }
        return new NotifySocket(new DomainSocketAddress(isPath ? name : '\0' + name.substring(1)));
    }

    /**
     * Sends one message without waiting.
     *
     * @return false where the other side has as many messages as it has room for, so that this one is to be sent later
     * @throws IOException where nobody listens there
     */
    public boolean send(String message) throws IOException {
        var bytes = message.getBytes(StandardCharsets.UTF_8);
        var buffer = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        var socket = Socket.newSocketDomainDgram();
        try {
            return socket.connect(address) && socket.write(buffer, 0, bytes.length) == bytes.length;
        } finally {
            socket.close();
        }
    }
}
