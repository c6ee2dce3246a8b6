package io.dflockd.http.listener;

import io.dflockd.http.route.Problem;
import io.dflockd.service.Leader;
import io.dflockd.transport.AdminPassage;
import io.dflockd.transport.Introduction;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to the node that leads, over a connection of its own, and its answer on the way back. Nothing more is read
 * of that node than the client takes. It is in one of these states, each of which has an end in time:
 *
 * <pre>
 * SEEKING -> ASKED -> ANSWERED -> OVER
 * </pre>
 *
 * Where it fails while {@code SEEKING}, nothing was done. It ends with its client, and when another node leads. Used by the
 * listener's thread alone.
 */
final class PassedRequest {
    /** Until the node that leads serves it: it may be stopped. */
    private static final long LONGEST_WAY_MS = 3000;
    private static final long LOOK_MS = 250;
    private static final int LOOKS_A_CHECK = 4;
    /** No answer is silent for longer: what goes on has a comment each 15 s. */
    private static final int MOST_SILENT_LOOKS = 240;
    private static final List<CharSequence> PASSED_HEADERS = List.of(
            HttpHeaderNames.ACCEPT, HttpHeaderNames.AUTHORIZATION, HttpHeaderNames.CONTENT_TYPE,
            HttpHeaderNames.IF_MATCH, HttpHeaderNames.IF_NONE_MATCH, "Last-Event-ID", "X-Dflockd-Via");
    private static final List<CharSequence> OF_ONE_CONNECTION = List.of(
            HttpHeaderNames.CONNECTION, "Keep-Alive", HttpHeaderNames.TE, HttpHeaderNames.TRAILER,
            HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderNames.UPGRADE);

    private enum State {
        SEEKING,
        ASKED,
        ANSWERED,
        OVER
    }

    private final Passing passing;
    private final AdminPassage way;
    private final Leader to;
    private final Dispatcher.Admitted call;
    private final Introduction introduction;
    private final byte[] body;
    private final EventLoop loop;
    private final Client client;
    private final ScheduledFuture<?> looking;
    private final ScheduledFuture<?> wayEnds;
    private State state = State.SEEKING;
    /** Null before it is dialled. */
    private @Nullable Channel leader;
    private boolean goesOn;
    private int looks;
    /** Since something was heard, while the client took all. */
    private int silentLooks;

    /** Who asks. Told on the listener's thread. */
    interface Client {
        /** There will be no other answer. */
        void failed(Problem problem);

        /** {@code goesOn}: whether it ends with the connection and not before. */
        void begin(HttpResponse head, boolean goesOn);

        /** Must be released. */
        void go(HttpContent piece);

        void flush();

        /** What was said cannot be taken back, and there will not be more. */
        void cut();

        /** Whether more can be given. */
        boolean takesMore();

        /** Whether he may still have it. */
        boolean mayHaveMore();
    }

    private PassedRequest(
            Passing passing, AdminPassage way, Leader to, Dispatcher.Admitted call, Introduction introduction,
            byte[] body, EventLoop loop, Client client) {
        this.passing = passing;
        this.way = way;
        this.to = to;
        this.call = call;
        this.introduction = introduction;
        this.body = body;
        this.loop = loop;
        this.client = client;
        this.looking = loop.scheduleWithFixedDelay(this::look, LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS);
        this.wayEnds = loop.schedule(this::giveUp, LONGEST_WAY_MS, TimeUnit.MILLISECONDS);
    }

    /**
     * Begins. Throws a problem where it cannot; the client is told nothing then.
     *
     * @param introduction says who asks, where his request does not
     */
    static PassedRequest begin(
            Passing passing, AdminPassage way, Leader to, Dispatcher.Admitted call, Introduction introduction,
            byte[] body, EventLoop loop, Client client) {
        passing.enter();
        var request = new PassedRequest(passing, way, to, call, introduction, body, loop, client);
        way.find(to).whenComplete((address, failure) -> loop.execute(() -> {
            if (failure == null) {
                request.go(address);
            } else {
                request.fail("its address cannot be found");
            }
        }));
        return request;
    }

    private void go(InetSocketAddress address) {
        if (state != State.SEEKING) {
            return;
        }
        if (isNobodys() && !way.isEncrypted() && !address.getAddress().isLoopbackAddress()) {
            fail("what shows no token is passed on between nodes with certificates (--peer-tls-cert), or of one machine");
            return;
        }
        leader = way.dial(loop, address, to, introduction, new AdminPassage.Reached() {
            @Override
            public void welcomed(Channel channel) {
                ask(channel);
            }

            @Override
            public void refused() {
                end(Passing.busy("the node that leads, " + to.name() + ", answers as many passed requests as it may"));
            }

            @Override
            public void failed(String reason) {
                fail(reason);
            }
        });
    }

    private boolean isNobodys() {
        return introduction.credential().isEmpty() && !call.showsToken();
    }

    private void ask(Channel channel) {
        if (state != State.SEEKING) {
            channel.close();
            return;
        }
        FullHttpRequest request;
        try {
            request = request();
        } catch (IllegalArgumentException e) {
            end(Problem.invalid("the head of the request cannot be passed on"));
            return;
        }
        state = State.ASKED;
        wayEnds.cancel(false);
        channel.pipeline()
                .addLast(
                        new HttpClientCodec(
                                Listener.MAX_LINE_BYTES, Listener.MAX_HEADER_BYTES, Listener.MAX_CHUNK_BYTES),
                        new Answers());
        channel.writeAndFlush(request).addListener((ChannelFutureListener) sent -> {
            if (!sent.isSuccess()) {
                fail("the connection to it ended");
            }
        });
    }

    private FullHttpRequest request() {
        HttpRequest head = call.head();
        var request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, head.method(), head.uri(), Unpooled.wrappedBuffer(body));
        var headers = request.headers();
        for (var name : PASSED_HEADERS) {
            headers.add(name, head.headers().getAll(name));
        }
        headers.set(HttpHeaderNames.HOST, "localhost");
        headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        if (call.writes()) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        }
        return request;
    }

    /** What the node that leads says. */
    private final class Answers extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            try {
                silentLooks = 0;
                if (message instanceof HttpResponse head) {
                    begin(head);
                }
                if (message instanceof HttpContent piece) {
                    take(piece);
                }
            } finally {
                ReferenceCountUtil.release(message);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            if (state == State.ANSWERED) {
                client.flush();
                balance();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            fail("it ended the connection");
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            fail(String.valueOf(cause.getMessage()));
        }
    }

    private void begin(HttpResponse head) {
        if (state != State.ASKED || head.decoderResult().isFailure()) {
            fail("its answer cannot be read");
            return;
        }
        state = State.ANSWERED;
        goesOn = !HttpUtil.isContentLengthSet(head);
        var passed = new DefaultHttpResponse(HttpVersion.HTTP_1_1, head.status());
        passed.headers().set(head.headers());
        OF_ONE_CONNECTION.forEach(passed.headers()::remove);
        client.begin(passed, goesOn);
    }

    private void take(HttpContent piece) {
        if (state != State.ANSWERED) {
            return;
        }
        if (piece.decoderResult().isFailure()) {
            fail("its answer cannot be read");
            return;
        }
        boolean isLast = piece instanceof LastHttpContent;
        if (isLast) {
            finish();
        }
        client.go(piece.retain());
        if (isLast) {
            client.flush();
        }
    }

    /** The client takes more by now, or no more for the moment. */
    void balance() {
        if (state == State.ANSWERED && leader != null) {
            leader.config().setAutoRead(client.takesMore());
        }
    }

    private void look() {
        var now = passing.leading().other();
        if (!now.equals(Optional.of(to)) && state == State.SEEKING) {
            end(Passing.notLeader(now, ""));
        } else if (!now.equals(Optional.of(to))) {
            fail("it leads no more");
        } else if (state == State.ANSWERED) {
            boolean isSilent = client.takesMore() && ++silentLooks > MOST_SILENT_LOOKS;
            boolean isOver = goesOn && ++looks % LOOKS_A_CHECK == 0 && !client.mayHaveMore();
            if (isSilent || isOver) {
                fail("it tells no more");
            }
        }
    }

    private void giveUp() {
        if (state == State.SEEKING) {
            fail("it does not answer");
        }
    }

    private void fail(String reason) {
        if (state == State.ANSWERED) {
            finish();
            client.cut();
        } else {
            end(state == State.ASKED && call.writes()
                    ? Passing.unknown("the node that leads, " + to.name() + ", was asked, and " + reason)
                    : Passing.notLeader(Optional.of(to), reason));
        }
    }

    private void end(Problem problem) {
        if (state != State.OVER) {
            finish();
            client.failed(problem);
        }
    }

    /** Nobody waits for it any more. What waits for it at the node that leads is left then. */
    void end() {
        if (state != State.OVER) {
            finish();
        }
    }

    /** The time for an answer is over. */
    void timedOut() {
        fail("it did not answer in time");
    }

    private void finish() {
        state = State.OVER;
        looking.cancel(false);
        wayEnds.cancel(false);
        passing.left();
        if (leader != null) {
            leader.close();
        }
    }
}
