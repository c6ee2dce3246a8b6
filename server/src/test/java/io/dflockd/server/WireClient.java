package io.dflockd.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.dflockd.protocol.Octets;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;

/** A raw socket that speaks lines. Every read has a deadline. */
final class WireClient implements AutoCloseable {
    static final String END = "<end of connection>";
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final Socket socket;
    private final InputStream in;

    WireClient(Socket socket) {
        try {
            this.socket = socket;
            socket.setSoTimeout((int) DEADLINE.toMillis());
            this.in = new BufferedInputStream(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static WireClient connect(DflockdServer server) {
        return connect(server.address());
    }

    static WireClient connect(InetSocketAddress address) {
        try {
            return new WireClient(new Socket(address.getAddress(), address.getPort()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    WireClient send(String... lines) {
        return sendRaw(String.join("\n", lines) + "\n");
    }

    WireClient sendRaw(String text) {
        return sendOctets(Octets.ofText(text));
    }

    WireClient sendOctets(String octets) {
        try {
            socket.getOutputStream().write(octets.getBytes(ISO_8859_1));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next line; {@link #END} where there is none to come. */
    String line() {
        return Octets.toText(octets());
    }

    /** As {@link #line()}, each byte a character. */
    String octets() {
        try {
            var line = new ByteArrayOutputStream();
            for (int b = in.read(); b != '\n'; b = in.read()) {
                if (b < 0) {
                    return END;
                }
                line.write(b);
            }
            return line.toString(ISO_8859_1);
        } catch (SocketException e) {
            return END;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String ask(String... lines) {
        return send(lines).line();
    }

    /** Asks and returns the second word of the answer, which is the token of a grant. */
    String askToken(String... lines) {
        return ask(lines).split(" ", -1)[1];
    }

    Socket socket() {
        return socket;
    }

    /** Ends the connection in the way of a process that was killed with bytes unread. */
    void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
