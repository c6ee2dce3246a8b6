package io.dflockd.protocol;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the bytes of one connection into requests. Requests that arrive whole are read where they lie; only the part of
 * a request that is still incomplete is copied and kept, so a silent connection holds no buffer here.
 *
 * <p>A carriage return is dropped wherever it stands and counts for nothing. A line that is too long is read to its line
 * feed without being stored; then {@link ProtocolError#LINE_TOO_LONG} comes out, under the tag of its request, and every
 * later byte is ignored. Not thread-safe.
 */
public final class RequestDecoder {
    /** Takes the requests in the order of their bytes. */
    @FunctionalInterface
    public interface Sink {
        /** The tag is empty for a request without one. */
        void accept(String tag, Request request);
    }

    private static final byte LF = '\n';
    private static final byte CR = '\r';
    private static final int COMMAND = 0;
    private static final int KEY = 1;
    private static final int ARGUMENT = 2;
    private static final int SMALLEST_BUFFER_BYTES = 64;
    private static final byte[] NOTHING = {};

    private final int maxArgBytes;
    /** Until a client has shown its token, only the line that does so may be long. */
    private boolean onlyAuthIsLong;
    private final RequestParser parser = new RequestParser();

    /** The incomplete request without its line feeds and carriage returns. */
    private byte[] held = NOTHING;
    private int heldLength;
    /** Where the command and the key end in {@code held}. */
    private int commandEnd;
    private int keyEnd;
    private int line = COMMAND;
    private boolean lineTooLong;
    private boolean started;
    private boolean finished;
    private boolean paused;

    /** Accepts argument lines of up to {@code maxArgBytes} for the commands that carry a value. */
    public RequestDecoder(int maxArgBytes) {
        this(maxArgBytes, false);
    }

    private RequestDecoder(int maxArgBytes, boolean onlyAuthIsLong) {
        this.maxArgBytes = maxArgBytes;
        this.onlyAuthIsLong = onlyAuthIsLong;
    }

    /**
     * The decoder of a client that has not shown its token yet: no argument line but that of {@code auth} may be long, so
     * that a stranger can make it keep little, until {@link #authenticated}.
     */
    public static RequestDecoder beforeAuth(int maxArgBytes) {
        return new RequestDecoder(maxArgBytes, true);
    }

    /** From the next request on, all may have the long argument lines. May be called by the sink. */
    public void authenticated() {
        onlyAuthIsLong = false;
    }

    /** How many bytes it keeps for a request that has not arrived whole. */
    public int heldBytes() {
        return held.length;
    }

    /** Whether a request has begun and not ended yet, so that the peer owes bytes. */
    public boolean isInsideRequest() {
        return started;
    }

    /** Whether a line was too long, so that nothing more will come out. */
    public boolean isFinished() {
        return finished;
    }

    /**
     * Passes each request that these bytes complete to {@code sink}. The bytes are not kept. Returns where it stopped, which
     * is before {@code to} after {@link #pause} only.
     */
    public int decode(byte[] bytes, int from, int to, Sink sink) {
        paused = false;
        int at = from;
        while (at < to && !finished && !paused) {
            int next = started ? -1 : decodeWhole(bytes, at, to, sink);
            at = next >= 0 ? next : decodeLine(bytes, at, to, sink);
        }
        return finished ? to : at;
    }

    /** Has {@link #decode} stop behind the request that it passes on right now. For the sink to call. */
    public void pause() {
        paused = true;
    }

    /** Reads one request in place. Returns where it ends, or -1 where it needs the other path. */
    private int decodeWhole(byte[] bytes, int from, int to, Sink sink) {
        int commandStop = plainLineEnd(bytes, from, to, Limits.MAX_LINE_BYTES);
        if (commandStop < 0) {
            return -1;
        }
        int keyStop = plainLineEnd(bytes, commandStop + 1, to, Limits.MAX_LINE_BYTES);
        if (keyStop < 0) {
            return -1;
        }
        int prefix = Tag.prefixLength(bytes, from, commandStop);
        var verb = Verb.of(bytes, from + prefix, commandStop);
        int argumentStop = plainLineEnd(bytes, keyStop + 1, to, maxArgumentOf(verb));
        if (argumentStop < 0) {
            return -1;
        }
        var request = parse(verb, bytes, from, commandStop, commandStop + 1, keyStop, keyStop + 1, argumentStop);
        sink.accept(Tag.ofPrefix(bytes, from, prefix), request);
        return argumentStop + 1;
    }

    /** The place of the line feed; -1 where there is none yet, the line is too long or has a carriage return. */
    private static int plainLineEnd(byte[] bytes, int from, int to, int maxBytes) {
        int limit = (int) Math.min(to, (long) from + maxBytes + 1);
        for (int i = from; i < limit; i++) {
            byte b = bytes[i];
            if (b == LF) {
                return i;
            }
            if (b == CR) {
                return -1;
            }
        }
        return -1;
    }

    /** Takes the bytes up to the next line feed or the end into {@code held}. Returns where it stopped. */
    private int decodeLine(byte[] bytes, int from, int to, Sink sink) {
        started = true;
        int stop = from;
        while (stop < to && bytes[stop] != LF) {
            stop++;
        }
        hold(bytes, from, stop);
        if (stop == to) {
            return to;
        }
        endLine(sink);
        return stop + 1;
    }

    private void hold(byte[] bytes, int from, int to) {
        int most = maxOfLine();
        for (int i = from; i < to && !lineTooLong; i++) {
            if (bytes[i] == CR) {
                continue;
            }
            if (heldLength - lineStart() == most) {
                lineTooLong = true;
            } else {
                append(bytes[i], most);
            }
        }
    }

    private int maxOfLine() {
        return line == ARGUMENT ? maxArgumentOf(heldVerb()) : Limits.MAX_LINE_BYTES;
    }

    private void append(byte b, int most) {
        if (heldLength == held.length) {
            int grown = Math.max(SMALLEST_BUFFER_BYTES, held.length * 2);
            held = Arrays.copyOf(held, Math.max(heldLength + 1, Math.min(grown, lineStart() + most)));
        }
        held[heldLength++] = b;
    }

    private void endLine(Sink sink) {
        if (lineTooLong) {
            finished = true;
            int stop = line == COMMAND ? heldLength : commandEnd;
            var command = Octets.ofBytes(held, 0, stop);
            var tag = Tag.of(held, 0, stop);
            reset();
            sink.accept(tag, new Request.Malformed(ProtocolError.LINE_TOO_LONG, command));
        } else if (line == COMMAND) {
            commandEnd = heldLength;
            line = KEY;
        } else if (line == KEY) {
            keyEnd = heldLength;
            line = ARGUMENT;
        } else {
            var request = parse(heldVerb(), held, 0, commandEnd, commandEnd, keyEnd, keyEnd, heldLength);
            var tag = Tag.of(held, 0, commandEnd);
            reset();
            sink.accept(tag, request);
        }
    }

    private void reset() {
        held = NOTHING;
        heldLength = 0;
        line = COMMAND;
        lineTooLong = false;
        started = false;
    }

    private int lineStart() {
        return line == COMMAND ? 0 : line == KEY ? commandEnd : keyEnd;
    }

    private @Nullable Verb heldVerb() {
        return Verb.of(held, Tag.prefixLength(held, 0, commandEnd), commandEnd);
    }

    private int maxArgumentOf(@Nullable Verb verb) {
        boolean mayBeLong = verb != null && verb.carriesValue() && (verb == Verb.AUTH || !onlyAuthIsLong);
        return mayBeLong ? maxArgBytes : Limits.MAX_LINE_BYTES;
    }

    private Request parse(
            @Nullable Verb verb,
            byte[] bytes,
            int commandFrom,
            int commandTo,
            int keyFrom,
            int keyTo,
            int argumentFrom,
            int argumentTo) {
        var error = ProtocolError.UNKNOWN_COMMAND;
        if (verb != null) {
            try {
                var key = Octets.ofBytes(bytes, keyFrom, keyTo);
                return parser.parse(verb, key, bytes, argumentFrom, argumentTo);
            } catch (MalformedRequestException e) {
                error = e.error();
            }
        }
        return new Request.Malformed(error, Octets.ofBytes(bytes, commandFrom, commandTo));
    }
}
