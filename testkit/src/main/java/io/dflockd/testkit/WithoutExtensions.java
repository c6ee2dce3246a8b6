package io.dflockd.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands before a server and makes it one that knows no extension of the protocol: requests that the existing dflockd
 * server (Go) would not know arrive as an unknown command, which the server answers as such. Two threads a connection.
 */
public final class WithoutExtensions implements AutoCloseable {
    private static final Set<String> EXTENSIONS = Set.of("hello", "session", "bye", "ping", "cancel",
            "keep", "downgrade", "holders", "revoke");
    private static final byte[] UNKNOWN = "unknown\n".getBytes(ISO_8859_1);
    private static final int BUFFER_BYTES = 16 * 1024;
    private static final int LINES_OF_A_REQUEST = 3;

    private final Relay relay;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    /** Passes connections on to this server. */
    public WithoutExtensions(InetSocketAddress target) {
        relay = new Relay(target, "without-extensions", () -> true, this::connect);
    }

    /** What clients connect to. */
    public InetSocketAddress address() {
        return relay.address();
    }

    @Override
    public void close() {
        relay.close();
        sockets.forEach(Relay::quietly);
    }

    private void connect(Socket client, Socket server) {
        sockets.add(client);
        sockets.add(server);
        relay.start(() -> pass(client, server, true), "up");
        relay.start(() -> pass(server, client, false), "down");
    }

    private void pass(Socket from, Socket to, boolean requests) {
        try {
            if (requests) {
                passRequests(from, to);
            } else {
                passBytes(from, to);
            }
        } catch (IOException e) {
            // One end is gone, so the other goes too.
        }
        Relay.quietly(from);
        Relay.quietly(to);
        sockets.remove(from);
        sockets.remove(to);
    }

    private static void passRequests(Socket from, Socket to) throws IOException {
        var in = new BufferedInputStream(from.getInputStream(), BUFFER_BYTES);
        var out = new BufferedOutputStream(to.getOutputStream(), BUFFER_BYTES);
        for (long number = 0;; number++) {
            var line = new ByteArrayOutputStream();
            if (!readLine(in, line)) {
                return;
            }
            boolean isCommand = number % LINES_OF_A_REQUEST == 0;
            out.write(isCommand && isExtension(line.toString(ISO_8859_1)) ? UNKNOWN : line.toByteArray());
            if (in.available() == 0) {
                out.flush();
            }
        }
    }

    /** Reads until after the next line feed; false when the stream ends before one. */
    private static boolean readLine(InputStream in, ByteArrayOutputStream line) throws IOException {
        for (int octet = in.read(); octet >= 0; octet = in.read()) {
            line.write(octet);
            if (octet == '\n') {
                return true;
            }
        }
        return false;
    }

    private static boolean isExtension(String command) {
        return command.startsWith("@") || EXTENSIONS.contains(command.strip());
    }

    private static void passBytes(Socket from, Socket to) throws IOException {
        var unused = from.getInputStream().transferTo(to.getOutputStream());
    }
}
