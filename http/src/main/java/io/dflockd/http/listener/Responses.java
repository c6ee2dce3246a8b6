package io.dflockd.http.listener;

import io.dflockd.http.route.Answer;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.function.Supplier;

/** Answers as they are written, with the headers that each has. */
final class Responses {
    private final Supplier<Optional<String>> node;

    /** {@code node}: this node's name in its cluster, if it is of one. */
    Responses(Supplier<Optional<String>> node) {
        this.node = node;
    }

    /** {@code isHead}: the body is only told of. {@code isLast}: the connection ends with it. */
    FullHttpResponse whole(Answer answer, boolean isHead, boolean isLast) {
        var content = isHead ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(answer.body());
        var response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.status()), content);
        fill(response.headers(), answer, isLast);
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, answer.body().length);
        return response;
    }

    /** A body of so many bytes follows in pieces. */
    HttpResponse before(long bytes, Answer answer, boolean isLast) {
        var head = unending(answer, isLast);
        head.headers().set(HttpHeaderNames.CONTENT_LENGTH, bytes);
        return head;
    }

    /** The body ends with the connection. */
    HttpResponse unending(Answer answer) {
        return unending(answer, true);
    }

    private HttpResponse unending(Answer answer, boolean isLast) {
        var head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.status()));
        fill(head.headers(), answer, isLast);
        return head;
    }

    private void fill(HttpHeaders headers, Answer answer, boolean isLast) {
        headers.set(HttpHeaderNames.CONTENT_TYPE, answer.type());
        headers.set(HttpHeaderNames.DATE,
                DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)));
        headers.set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        headers.set(HttpHeaderNames.CONNECTION, isLast ? HttpHeaderValues.CLOSE : HttpHeaderValues.KEEP_ALIVE);
        node.get().ifPresent(name -> headers.set("Dflockd-Node", name));
        answer.headers().forEach(headers::set);
    }
}
