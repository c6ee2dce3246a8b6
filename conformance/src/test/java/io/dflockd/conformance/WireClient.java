package io.dflockd.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One raw connection. Lines are octets, each {@code char} one byte. Every read has a deadline, so a server that says
 * nothing fails a test instead of hanging it. Not thread-safe.
 */
final class WireClient implements AutoCloseable {
    /** For what is expected. Far more than it takes, because the machine may be busy. */
    static final Duration PATIENCE = Duration.ofSeconds(20);
    /** For what is not expected. A line that comes later than this is missed. */
    private static final Duration QUIET = Duration.ofMillis(150);

    /** For an answer at a certain time. A server that errs by less is not found out, a busy machine is not either. */
    private static final long MOST_LATE_MS = 8000;

    private final String name;
    private final Socket socket;
    private final InputStream in;
    private final Bindings bindings;
    private final List<String> log;
    private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
    /** A line that was read before somebody asked for it. */
    private @Nullable String ahead;
    private long sentAt = System.nanoTime();

    WireClient(String name, Socket socket, Bindings bindings, List<String> log) throws IOException {
        this.name = name;
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
        this.bindings = bindings;
        this.log = log;
    }

    /** Sends these lines, normally the three of a request. */
    WireClient send(String... lines) {
        return sendOctets(String.join("\n", lines) + "\n");
    }

    /** Sends exactly these octets in one piece. */
    WireClient sendOctets(String octets) {
        log(">", octets.length() > 300 ? octets.substring(0, 300) + "… (" + octets.length() + " bytes)" : octets);
        sentAt = System.nanoTime();
        try {
            socket.getOutputStream().write(octets.getBytes(ISO_8859_1));
            socket.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(name + " cannot send", e);
        }
        return this;
    }

    /** Sends a request and expects its answer. */
    WireClient ask(String command, String key, String argument, String expected) {
        return send(command, key, argument).expect(expected);
    }

    /** Reads the next line and demands that it is {@code expected}, in the notation of {@link Bindings}. */
    WireClient expect(String expected) {
        var line = line();
        if (!bindings.matches(expected, line)) {
            throw failure("expected <" + expected + "> but got <" + line + ">");
        }
        return this;
    }

    /** Reads two lines, which may come in either order. */
    WireClient expectInAnyOrder(String one, String other) {
        var first = line();
        if (bindings.matches(one, first)) {
            return expect(other);
        }
        if (bindings.matches(other, first)) {
            return expect(one);
        }
        throw failure("expected <" + one + "> and <" + other + "> in either order but got <" + first + ">");
    }

    /** Demands that the time since the last request is about {@code seconds}: never less, and little more. */
    WireClient expectElapsedSeconds(long seconds) {
        long elapsedMs = (System.nanoTime() - sentAt) / 1_000_000;
        if (elapsedMs < seconds * 1000 - 5 || elapsedMs > seconds * 1000 + MOST_LATE_MS) {
            throw failure("expected the answer after " + seconds + " s but it took " + elapsedMs + " ms");
        }
        return this;
    }

    /** The next line without its line feed. */
    String line() {
        var line = read(PATIENCE);
        if (line == null) {
            throw failure("no line within " + PATIENCE);
        }
        return line;
    }

    /** Whether a line has come that {@link #line} would return at once. */
    boolean hasLine() {
        if (ahead == null) {
            ahead = read(Duration.ofMillis(1));
        }
        return ahead != null;
    }

    /** Demands that nothing comes for a short while. */
    WireClient expectQuiet() {
        var line = read(QUIET);
        if (line != null) {
            throw failure("expected nothing but got <" + line + ">");
        }
        return this;
    }

    /** Demands that the server ends the connection without another byte. */
    WireClient expectClosed() {
        try {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            int octet = in.read();
            if (octet >= 0) {
                throw failure("expected the end of the connection but got byte " + octet);
            }
        } catch (SocketTimeoutException e) {
            throw failure("still open after " + PATIENCE);
        } catch (IOException e) {
            // A reset is an end too: the server closed with bytes of ours unread.
        }
        log("<", "(closed)");
        return this;
    }

    Socket socket() {
        return socket;
    }

    /** Ends the connection as a process does that exits: what it sent before still arrives. */
    @Override
    public void close() {
        log(">", "(disconnects)");
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(name + " cannot close", e);
        }
    }

    /** Ends the connection with a reset, as a machine does that lost its memory of it. */
    void reset() {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(name + " cannot reset", e);
        }
        close();
    }

    AssertionError failure(String problem) {
        return new AssertionError(name + ": " + problem + "\nthe conversation so far:\n" + String.join("\n", log));
    }

    /** The next line, or null when the time is over first; the part that came is kept. */
    private @Nullable String read(Duration patience) {
        if (ahead != null) {
            var line = ahead;
            ahead = null;
            return line;
        }
        long until = System.nanoTime() + patience.toNanos();
        try {
            while (true) {
                int leftMs = (int) Math.ceilDiv(until - System.nanoTime(), 1_000_000);
                if (leftMs <= 0) {
                    return null;
                }
                socket.setSoTimeout(leftMs);
                int octet = in.read();
                if (octet < 0) {
                    throw failure("the server closed the connection; a line was expected");
                }
                if (octet == '\n') {
                    var line = partial.toString(ISO_8859_1);
                    partial.reset();
                    log("<", line);
                    return line;
                }
                partial.write(octet);
            }
        } catch (SocketTimeoutException e) {
            return null;
        } catch (IOException e) {
            throw failure("cannot read: " + e);
        }
    }

    private void log(String direction, String octets) {
        log.add("  " + name + direction + " " + octets.strip().replace("\n", " / "));
    }
}
