package io.dflockd.conformance;

import io.dflockd.testkit.WireClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * One connection of a conversation: what it gets is compared in the notation of {@link Bindings}, and a failure shows what
 * was said so far. Not thread-safe.
 */
final class Speaker implements AutoCloseable {
    /** For what is not expected. A line that comes later than this is missed. */
    private static final Duration QUIET = Duration.ofMillis(150);
    /** For an answer at a certain time. A server that errs by less is not found out, a busy machine is not either. */
    private static final long MOST_LATE_MS = 8000;
    private static final int MOST_LOGGED = 300;
    private static final int MOST_SHOWN = 100;
    private static final int STEADY_POLLS = 15;
    private static final long POLL_NANOS = 20_000_000;

    private final String name;
    private final WireClient wire;
    private final Bindings bindings;
    private final List<String> log;
    private long sentAt = System.nanoTime();

    Speaker(String name, WireClient wire, Bindings bindings, List<String> log) {
        this.name = name;
        this.wire = wire;
        this.bindings = bindings;
        this.log = log;
    }

    /** Sends these lines, normally the three of a request. */
    Speaker send(String... lines) {
        return sendOctets(String.join("\n", lines) + "\n");
    }

    /** Sends exactly these octets in one piece. */
    Speaker sendOctets(String octets) {
        log(">", octets);
        sentAt = System.nanoTime();
        wire.sendRaw(octets);
        return this;
    }

    /** Sends a request and expects its answer. */
    Speaker ask(String command, String key, String argument, String expected) {
        return send(command, key, argument).expect(expected);
    }

    /** Reads the next line and demands that it is {@code expected}, in the notation of {@link Bindings}. */
    Speaker expect(String expected) {
        var line = line();
        if (!bindings.matches(expected, line)) {
            throw failure("expected <" + shortened(expected) + "> but got <" + shortened(line) + ">");
        }
        return this;
    }

    /** Reads two lines, which may come in either order. */
    Speaker expectInAnyOrder(String one, String other) {
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
    Speaker expectElapsedSeconds(long seconds) {
        long elapsedMs = (System.nanoTime() - sentAt) / 1_000_000;
        if (elapsedMs < seconds * 1000 - 5 || elapsedMs > seconds * 1000 + MOST_LATE_MS) {
            throw failure("expected the answer after " + seconds + " s but it took " + elapsedMs + " ms");
        }
        return this;
    }

    /** The next line without its line feed. */
    String line() {
        var line = wire.line(WireClient.PATIENCE);
        if (line == null) {
            throw failure("no line within " + WireClient.PATIENCE);
        }
        if (line.equals(WireClient.END)) {
            throw failure("the server closed the connection; a line was expected");
        }
        log("<", line);
        return line;
    }

    /** Whether a line has come that {@link #line} would return at once. */
    boolean hasLine() {
        return wire.hasLine();
    }

    /** Demands that nothing comes for a short while. */
    Speaker expectQuiet() {
        try {
            wire.expectNothing(QUIET);
        } catch (AssertionError e) {
            throw failure(e.getMessage());
        }
        return this;
    }

    /** Demands that the server ends the connection without another byte. */
    Speaker expectClosed() {
        try {
            wire.expectEnd();
        } catch (AssertionError e) {
            throw failure(e.getMessage());
        }
        log("<", "(closed)");
        return this;
    }

    /** Ends what this side sends; it goes on reading. */
    void halfClose() {
        log(">", "(ends its output)");
        wire.halfClose();
    }

    /** Ends the connection as a process does that exits: what it sent before still arrives. */
    @Override
    public void close() {
        log(">", "(disconnects)");
        wire.close();
    }

    /** Ends the connection with a reset, as a machine does that lost its memory of it. */
    void reset() {
        log(">", "(resets)");
        wire.reset();
    }

    /** Waits, reading nothing, until no more bytes come because the socket is full. */
    void awaitFullSocket() {
        int before = -1;
        int same = 0;
        long until = System.nanoTime() + WireClient.PATIENCE.toNanos();
        for (int unread = wire.unread(); same < STEADY_POLLS || unread == 0; unread = wire.unread()) {
            if (System.nanoTime() > until) {
                throw failure("the socket is not full: " + unread + " bytes unread, and no rest");
            }
            same = unread == before ? same + 1 : 0;
            before = unread;
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** The connection itself, for what is not compared and not shown. */
    WireClient wire() {
        return wire;
    }

    AssertionError failure(String problem) {
        int skipped = Math.max(0, log.size() - MOST_SHOWN);
        var before = skipped == 0 ? "" : "  (" + skipped + " lines before)\n";
        return new AssertionError(name + ": " + problem + "\nthe conversation so far:\n" + before
                + String.join("\n", log.subList(skipped, log.size())));
    }

    private void log(String direction, String octets) {
        log.add("  " + name + direction + " " + shortened(octets).strip().replace("\n", " / "));
    }

    private static String shortened(String octets) {
        return octets.length() <= MOST_LOGGED
                ? octets
                : octets.substring(0, MOST_LOGGED) + "… (" + octets.length() + " bytes)";
    }
}
