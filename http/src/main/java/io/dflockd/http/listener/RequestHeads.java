package io.dflockd.http.listener;

import io.dflockd.http.route.Problem;
import io.dflockd.http.route.ProblemException;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;

/** What the head of a request says before anybody asks what it is for. */
final class RequestHeads {
    private RequestHeads() {}

    /** Throws what to tell whoever sent something that is no head, or a too long one. */
    static void requireDecoded(HttpRequest head) throws ProblemException {
        var cause = head.decoderResult().cause();
        if (cause instanceof TooLongHttpLineException) {
            throw Problem.of(Problem.URI_TOO_LONG, "too_large",
                    "the first line of a request has at most " + Listener.MAX_LINE_BYTES + " bytes").exception();
        }
        if (cause instanceof TooLongHttpHeaderException) {
            throw Problem.of(Problem.HEAD_TOO_LARGE, "too_large",
                    "the headers of a request have at most " + Listener.MAX_HEADER_BYTES + " bytes").exception();
        }
        if (cause != null) {
            throw Problem.invalid("this is not HTTP/1.1").exception();
        }
    }

    /** Whether nothing belongs to the request but its head. */
    static boolean isWhole(HttpRequest head) {
        return head.decoderResult().isSuccess() && !HttpUtil.isTransferEncodingChunked(head)
                && HttpUtil.getContentLength(head, 0L) <= 0 && !HttpUtil.is100ContinueExpected(head);
    }
}
