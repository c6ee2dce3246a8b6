package io.dflockd.cli.load;

import io.dflockd.protocol.OctetBuffer;
import io.dflockd.protocol.Octets;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.ReplyCodec;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.RequestEncoder;
import io.dflockd.protocol.Status;
import io.dflockd.protocol.Verb;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;

/** A blocking connection. Belongs to one thread; closing it from another ends what that one waits for. */
final class Wire implements Closeable {
    private static final int OUTBOUND_BYTES = 512;
    private static final int MAX_OUTBOUND_BYTES = 256 * 1024;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final OctetBuffer outbound = new OctetBuffer(OUTBOUND_BYTES);
    private final byte[] inbound;
    private int inboundEnd;
    private int lineStart;
    private int lineEnd;
    private int next;
    private int searched;

    private Wire(Socket socket, int bufferBytes) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
        this.inbound = new byte[bufferBytes];
    }

    /**
     * Connects, and authenticates where there is a token.
     *
     * @param bufferBytes the longest line that can be read
     */
    static Wire open(Endpoint endpoint, int bufferBytes) throws IOException {
        var socket = endpoint.connect();
        try {
            var wire = new Wire(socket, bufferBytes);
            wire.answerWithin(endpoint.connectTimeout());
            if (endpoint.token() != null) {
                wire.expectOk(new Request.Auth(Octets.ofText(endpoint.token())));
            }
            return wire;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Sets how long a read may wait; zero for as long as it takes. */
    void answerWithin(Duration timeout) throws IOException {
        socket.setSoTimeout((int) Math.min(timeout.toMillis(), Integer.MAX_VALUE));
    }

    /** Adds to what the next flush sends. */
    void put(Request request) {
        RequestEncoder.encode(request, outbound);
    }

    void put(String tag, Request request) {
        RequestEncoder.encode(tag, request, outbound);
    }

    void flush() throws IOException {
        if (!outbound.isEmpty()) {
            out.write(outbound.array(), 0, outbound.length());
            outbound.clear();
        }
    }

    /** Keeps what is to be sent within bounds. */
    void flushIfLarge() throws IOException {
        if (outbound.length() > MAX_OUTBOUND_BYTES) {
            flush();
        }
    }

    /** Sends one request and waits for its answer. */
    Reply ask(Request request) throws IOException {
        put(request);
        flush();
        return read(request.verb());
    }

    void expectOk(Request request) throws IOException {
        var reply = ask(request);
        if (!isOk(reply)) {
            throw new IOException("the server refused " + request.verb().word() + ": " + Failures.kindOf(reply));
        }
    }

    static boolean isOk(Reply reply) {
        return reply instanceof Reply.Word word && word.status() == Status.OK;
    }

    /** Waits for the next answer. */
    Reply read(Verb verb) throws IOException {
        return ReplyCodec.decode(verb, readLine());
    }

    String readLine() throws IOException {
        nextLine();
        return Octets.ofBytes(inbound, lineStart, lineEnd);
    }

    /** Waits for the next line; {@link #lineStart} to {@link #lineEnd} of {@link #inbound} are its bytes. */
    void nextLine() throws IOException {
        while (!hasLine()) {
            receive();
        }
        lineStart = next;
        next = lineEnd + 1;
        searched = next;
        if (lineEnd > lineStart && inbound[lineEnd - 1] == '\r') {
            lineEnd--;
        }
    }

    /** Whether a whole line has been received already. */
    boolean hasLine() {
        for (; searched < inboundEnd; searched++) {
            if (inbound[searched] == '\n') {
                lineEnd = searched;
                return true;
            }
        }
        return false;
    }

    byte[] inbound() {
        return inbound;
    }

    int lineStart() {
        return lineStart;
    }

    int lineEnd() {
        return lineEnd;
    }

    private void receive() throws IOException {
        if (next > 0) {
            System.arraycopy(inbound, next, inbound, 0, inboundEnd - next);
            inboundEnd -= next;
            searched -= next;
            next = 0;
        }
        if (inboundEnd == inbound.length) {
            throw new IOException("the server sent a line of more than " + inbound.length + " bytes");
        }
        int count = in.read(inbound, inboundEnd, inbound.length - inboundEnd);
        if (count < 0) {
            throw new EOFException("closed by the server");
        }
        inboundEnd += count;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // There is nothing left to save on a socket that we give up.
        }
    }
}
