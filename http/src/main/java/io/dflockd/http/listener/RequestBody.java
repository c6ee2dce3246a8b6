package io.dflockd.http.listener;

import io.dflockd.http.route.Handler;
import io.dflockd.http.route.Problem;
import io.dflockd.http.route.ProblemException;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The body of one request, as far as it has come; kept only for who reads it. */
final class RequestBody {
    private final int mostBytes;
    private final boolean isRead;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream(0);
    private long came;

    private RequestBody(int mostBytes, boolean isRead) {
        this.mostBytes = mostBytes;
        this.isRead = isRead;
    }

    static RequestBody of(Dispatcher.Admitted call) {
        return new RequestBody(call.match().route().handler().mostBodyBytes(), call.writes());
    }

    /** Of a request that is refused. */
    static RequestBody dropped() {
        return new RequestBody(Handler.MOST_BODY_BYTES, false);
    }

    void requireRoomFor(long bytes) throws ProblemException {
        if (bytes > mostBytes) {
            throw tooLarge().exception();
        }
    }

    /** Some of it has come. Returns whether it is not too large by now. */
    boolean takes(ByteBuf bytes) {
        came += bytes.readableBytes();
        if (came > mostBytes) {
            return false;
        }
        if (isRead) {
            try {
                bytes.readBytes(kept, bytes.readableBytes());
            } catch (IOException e) {
                throw new IllegalStateException("memory takes all bytes", e);
            }
        }
        return true;
    }

    Problem tooLarge() {
        return Problem.of(Problem.TOO_LARGE, "too_large", "a body has at most " + mostBytes + " bytes");
    }

    byte[] bytes() {
        return kept.toByteArray();
    }

    /** A character for each byte. */
    String octets() {
        return kept.toString(StandardCharsets.ISO_8859_1);
    }
}
