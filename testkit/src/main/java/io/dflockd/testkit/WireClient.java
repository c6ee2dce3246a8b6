package io.dflockd.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A raw connection that speaks lines. Lines are octets, each {@code char} one byte of the wire. Every read has a
 * deadline, so a server that says nothing fails a test instead of hanging it. What is not asked for stays unread, in the
 * socket. Not thread-safe.
 */
public final class WireClient implements AutoCloseable {
    /** What is read where no line is to come any more. */
    public static final String END = "<end of connection>";
    /** For what is expected. Far more than it takes, because the machine may be busy. */
    public static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final int CONNECT_TIMEOUT_MS = 10_000;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int BUFFER_BYTES = 16_384;

    private final Socket socket;
    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    /** What of the buffer was read and not yet taken; a negative limit is the end of the connection. */
    private int at;
    private int limit;
    private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
    /** A line that was read before somebody asked for it. */
    private @Nullable String ahead;

    /** Speaks over a socket that is connected; it is closed with this. */
    public WireClient(Socket socket) {
        try {
            this.socket = socket;
            this.in = socket.getInputStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A connection over plain TCP. */
    public static WireClient connect(InetSocketAddress address) {
        return new WireClient(dial(new Socket(), address));
    }

    /** A connection over TLS. Any certificate will do: the contract is about the lines, not about who signed it. */
    public static WireClient connectTls(InetSocketAddress address) {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[]{new TrustsAnyone()}, null);
            return new WireClient(context.getSocketFactory()
                    .createSocket(dial(new Socket(), address), address.getHostString(), address.getPort(), true));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no TLS in this JVM", e);
        } catch (IOException e) {
            throw new UncheckedIOException("no TLS with " + address, e);
        }
    }

    /** A connection whose kernel takes about so much and no more while nobody reads: for one that reads nothing. */
    public static WireClient connectWithBuffer(InetSocketAddress address, int receiveBytes) {
        var socket = new Socket();
        try {
            socket.setReceiveBufferSize(receiveBytes); // the window is agreed upon when the connection is made
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
        return new WireClient(dial(socket, address));
    }

    /** Sends these lines in one piece, normally the three of a request. */
    public WireClient send(String... lines) {
        return sendRaw(String.join("\n", lines) + "\n");
    }

    /** Sends exactly these octets in one piece. */
    public WireClient sendRaw(String octets) {
        return sendBytes(octets.getBytes(ISO_8859_1));
    }

    /** Sends exactly these bytes in one piece. */
    public WireClient sendBytes(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot send", e);
        }
    }

    /** The next line without its line feed, or {@link #END}. */
    public String line() {
        var line = line(PATIENCE);
        if (line == null) {
            throw new AssertionError("no line within " + PATIENCE);
        }
        return line;
    }

    /** The next line or {@link #END}, or null when the time is over first; the part of a line that came is kept. */
    public @Nullable String line(Duration most) {
        if (ahead != null) {
            var line = ahead;
            ahead = null;
            return line;
        }
        long until = System.nanoTime() + most.toNanos();
        while (!takeLine()) {
            if (!refill(until)) {
                return null;
            }
            if (limit < 0) {
                return END;
            }
        }
        var line = partial.toString(ISO_8859_1);
        partial.reset();
        return line;
    }

    /** Whether a line, or the end, has come that {@link #line} would return at once. */
    public boolean hasLine() {
        if (ahead == null) {
            ahead = line(Duration.ofMillis(1));
        }
        return ahead != null;
    }

    /** How many bytes have come to this machine that nobody has read. */
    public int unread() {
        try {
            return Math.max(0, limit - at) + in.available();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look", e);
        }
    }

    /** Sends a request and returns its answer. */
    public String ask(String... lines) {
        return send(lines).line();
    }

    /** Asks and returns the second word of the answer, which is the token of a grant. */
    public String askToken(String... lines) {
        var answer = ask(lines);
        var words = answer.split(" ", -1);
        if (words.length < 3) {
            throw new AssertionError("not a grant: " + answer);
        }
        return words[1];
    }

    /** Demands that the server ends the connection without another byte. */
    public void expectEnd() {
        var line = line();
        if (!line.equals(END) || partial.size() > 0) {
            throw new AssertionError("expected the end of the connection but got <"
                    + (partial.size() > 0 ? partial.toString(ISO_8859_1) : line) + ">");
        }
    }

    /** Demands that nothing comes within this time, the end of the connection included. */
    public void expectNothing(Duration time) {
        var line = line(time);
        if (line != null) {
            throw new AssertionError("expected nothing but got <" + line + ">");
        }
    }

    /** The socket itself, for what is asked of it alone. */
    public Socket socket() {
        return socket;
    }

    /** Ends what this side sends; it goes on reading. */
    public void halfClose() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot end the output", e);
        }
    }

    /** Ends the connection with a reset, as a machine does that lost its memory of it, also where bytes are unread. */
    public void reset() {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot reset", e);
        }
        close();
    }

    /** Ends the connection as a process does that exits: what it sent before still arrives. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close", e);
        }
    }

    /** Takes what is read up to a line feed; false where there is none yet. */
    private boolean takeLine() {
        int from = at;
        while (at < limit) {
            if (buffer[at++] == '\n') {
                partial.write(buffer, from, at - 1 - from);
                return true;
            }
        }
        partial.write(buffer, from, at - from);
        return false;
    }

    /** Waits for bytes, or for the end, which is a negative limit. Returns false where the time was over first. */
    private boolean refill(long until) {
        int leftMs = (int) ((until - System.nanoTime() + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
        if (leftMs <= 0) {
            return false;
        }
        at = 0;
        limit = 0;
        try {
            socket.setSoTimeout(leftMs);
            limit = in.read(buffer);
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException | SSLException e) {
            limit = -1; // a reset is an end too: the server closed with bytes of ours unread
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read", e);
        }
    }

    private static Socket dial(Socket socket, InetSocketAddress address) {
        try {
            socket.connect(address, CONNECT_TIMEOUT_MS);
            socket.setTcpNoDelay(true);
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot connect to " + address, e);
        }
    }

    private static final class TrustsAnyone implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {
            throw new IllegalStateException("this is a client");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
            if (chain.length == 0) {
                throw new IllegalStateException("no certificate");
            }
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
