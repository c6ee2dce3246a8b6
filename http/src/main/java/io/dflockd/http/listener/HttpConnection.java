package io.dflockd.http.listener;

import io.dflockd.http.route.Answer;
import io.dflockd.http.route.Call;
import io.dflockd.http.route.Feed;
import io.dflockd.http.route.Handler;
import io.dflockd.http.route.Pieces;
import io.dflockd.http.route.Problem;
import io.dflockd.http.route.ProblemException;
import io.dflockd.transport.AdminPassage;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.security.cert.X509Certificate;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to the listener. It takes one request after another: the next is read when the answer is written. Used by
 * the channel's thread alone. It is in one of these states, each of which has an end in time:
 *
 * <pre>
 * IDLE -> HEAD -> BODY -> ANSWERING -> WRITING -> IDLE
 *                                           \-> FEEDING -> closed, or WRITING again
 *                  \-> REFUSED (told why; the rest of its body is read and dropped) -> IDLE or closed
 * </pre>
 */
final class HttpConnection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);

    /** Pieces of requests that follow the one that is answered. */
    private static final int MOST_WAITING = 4;
    /** For so long one whose peer does not take what it is told may keep out others where there is no room, a probe among them. */
    private static final long STALLED_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** The node that leads says itself when it has waited for too long. */
    private static final int MORE_SECONDS_PASSED = 5;

    private enum State {
        IDLE(60),
        HEAD(10),
        BODY(30),
        ANSWERING(Handler.PATIENCE_SECONDS),
        WRITING(30),
        FEEDING(0),
        REFUSED(5);

        private final int seconds;

        State(int seconds) {
            this.seconds = seconds;
        }
    }

    private final Channel channel;
    private final @Nullable SslHandler tls;
    private final Dispatcher dispatcher;
    private final Admissions admissions;
    private final Sender sender;
    private final Responses responses;
    private volatile State state = State.IDLE;
    /** When it last came into a state, or its peer took something. */
    private volatile long movedAt;
    private volatile boolean mustYield;
    private @Nullable ScheduledFuture<?> deadline;
    private Dispatcher.@Nullable Admitted admitted;
    private RequestBody body = RequestBody.dropped();
    /** Of the answer that is made or being written, see {@link Call}. */
    private CompletableFuture<Boolean> written = new CompletableFuture<>();
    private boolean isBodyOver;
    private volatile boolean isAnswerWritten;
    private boolean isHead;
    private boolean isLast;
    private boolean isGoingOn;
    private @Nullable Outflow outflow;
    private @Nullable FeedFlow feed;
    private @Nullable PassedRequest passed;
    /** Behind an answer that has no end, nothing is heard. */
    private boolean isDeaf;
    private final ArrayDeque<Object> waiting = new ArrayDeque<>();

    /** {@code tls}: what the peer speaks through; null where that is nothing. */
    HttpConnection(
            Channel channel, Dispatcher dispatcher, Admissions admissions, Sender sender, @Nullable SslHandler tls) {
        this.tls = tls;
        this.channel = channel;
        this.dispatcher = dispatcher;
        this.admissions = admissions;
        this.sender = sender;
        this.responses = new Responses(dispatcher::node);
    }

    /**
     * Whether ending it takes nothing from anybody: nothing was done yet of what it asks, or it was told all that there is. Any
     * thread may ask; what was so may be so no more.
     */
    boolean isIdle() {
        return state == State.IDLE || state == State.HEAD || state == State.BODY
                || (state == State.REFUSED && isAnswerWritten);
    }

    /** Whether what it is told, or a piece of it, waits for its peer for longer than others should be kept out. Any thread may ask. */
    boolean isStalled() {
        return (state == State.WRITING || state == State.REFUSED) && hasUntaken()
                && channel.eventLoop().ticker().nanoTime() - movedAt >= STALLED_NANOS;
    }

    /**
     * Asks it to end behind the answer that it is being given, where it has asked for more already. False where it was asked
     * to, or is told something that has no end. Any thread may ask.
     */
    boolean askToYield() {
        if (mustYield || state == State.FEEDING) {
            return false;
        }
        mustYield = true;
        return true;
    }

    private boolean hasUntaken() {
        @Nullable ChannelOutboundBuffer untaken = channel.unsafe().outboundBuffer();
        return untaken != null && untaken.totalPendingWriteBytes() > 0;
    }

    void close() {
        channel.close();
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        enter(State.IDLE);
    }

    /** It is there already, and a request is about to come. */
    void beginWithin() {
        enter(State.HEAD);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stopClock();
        written.complete(false);
        if (feed != null) {
            feed.end();
        }
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
        if (outflow != null) {
            outflow.end();
        }
        if (passed != null) {
            passed.end();
        }
        admissions.left(this);
    }

    /** The first of some bytes have come, before anything is made of them. */
    void bytesCame() {
        if (state == State.IDLE) {
            enter(State.HEAD);
        }
    }

    /**
     * What comes while an answer is made waits. When some has come, nothing more is read meanwhile, so that there is never much;
     * until then it is noticed when the peer goes.
     */
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (isDeaf) {
            ReferenceCountUtil.release(message);
        } else if (isBusy() || !waiting.isEmpty()) {
            waiting.add(message);
            if (waiting.size() >= MOST_WAITING) {
                channel.config().setAutoRead(false);
            }
        } else {
            deal(message);
        }
    }

    private boolean isBusy() {
        return state == State.ANSWERING || state == State.WRITING || state == State.FEEDING;
    }

    private void deal(Object message) {
        try {
            if (message instanceof HttpRequest head) {
                begin(head);
            }
            if (message instanceof HttpContent content) {
                take(content);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    /** Goes on with what has waited. One that is answered at once must not deal with the next within itself. */
    private void goOn() {
        if (isGoingOn) {
            return;
        }
        isGoingOn = true;
        try {
            while (!isBusy() && !waiting.isEmpty()) {
                deal(waiting.remove());
            }
        } finally {
            isGoingOn = false;
        }
        if (waiting.isEmpty()) {
            channel.config().setAutoRead(true);
        }
    }

    private void begin(HttpRequest head) {
        admissions.counters().requests.increment();
        admitted = null;
        body = RequestBody.dropped();
        isBodyOver = false;
        isAnswerWritten = false;
        isHead = head.method().equals(HttpMethod.HEAD);
        isLast = sender.isPassed() || !HttpUtil.isKeepAlive(head);
        try {
            RequestHeads.requireDecoded(head);
            var candidate = dispatcher.admit(head, certificate(), sender);
            var itsBody = RequestBody.of(candidate);
            itsBody.requireRoomFor(HttpUtil.getContentLength(head, 0L));
            admitted = candidate;
            body = itsBody;
            enter(State.BODY);
            if (HttpUtil.is100ContinueExpected(head)) {
                channel.writeAndFlush(
                        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE,
                                Unpooled.EMPTY_BUFFER));
            }
        } catch (ProblemException e) {
            refuse(e.problem(), !RequestHeads.isWhole(head));
        } catch (RuntimeException e) {
            refuse(Problem.invalid("the head of the request cannot be read"), true);
        }
    }

    /** Of which an authority says that it is the peer's own; null where it showed none. */
    private @Nullable X509Certificate certificate() {
        try {
            return tls != null && tls.engine().getSession().getPeerCertificates()[0] instanceof X509Certificate shown
                    ? shown
                    : null;
        } catch (SSLPeerUnverifiedException e) {
            LOG.atTrace().setMessage("no certificate").addKeyValue("peer", sender.peer()).log();
            return null;
        }
    }

    private void take(HttpContent content) {
        if (content.decoderResult().isFailure()) {
            if (state == State.BODY) {
                close();
            }
            return; // nothing more can be made of what comes, and who was refused has some time to hear why
        }
        if (!body.takes(content.content())) {
            if (state == State.BODY) {
                refuse(body.tooLarge(), true);
            } else {
                close();
            }
            return;
        }
        if (!(content instanceof LastHttpContent)) {
            return;
        }
        isBodyOver = true;
        if (state == State.BODY) {
            answer();
        } else if (isAnswerWritten) {
            goOnWhenDone();
        } else {
            enter(State.WRITING);
        }
    }

    private void answer() {
        var call = admitted;
        if (call == null) {
            close();
            return;
        }
        var told = new CompletableFuture<Boolean>();
        written = told;
        int patience = call.match().route().handler().patienceSeconds();
        var way = dispatcher.wayOf(call);
        if (way.isPresent()) {
            enter(State.ANSWERING, patience + MORE_SECONDS_PASSED);
            pass(call, way.get(), told);
            return;
        }
        enter(State.ANSWERING, patience);
        dispatcher.answer(call, body.octets(), told)
                .whenComplete((answer, failure) -> {
                    var made = answer == null ? Dispatcher.answerTo(failure) : answer;
                    if (channel.eventLoop().inEventLoop()) {
                        answered(made, told);
                    } else {
                        channel.eventLoop().execute(() -> answered(made, told));
                    }
                });
    }

    private void pass(Dispatcher.Admitted call, AdminPassage way, CompletableFuture<Boolean> told) {
        try {
            passed = dispatcher.pass(call, body.bytes(), way, channel.eventLoop(), new AnswerOfLeader(call, told));
        } catch (ProblemException e) {
            refuseToPass(call, e.problem(), told);
        }
    }

    private void refuseToPass(Dispatcher.Admitted call, Problem problem, CompletableFuture<Boolean> told) {
        dispatcher.notPassed(call, problem);
        enter(State.WRITING);
        write(problem.answer(), told);
    }

    /** Gives on what the node that leads answers. */
    private final class AnswerOfLeader implements PassedRequest.Client {
        private final Dispatcher.Admitted call;
        private final CompletableFuture<Boolean> told;
        /** The head and pieces that are yet to be taken. */
        private int untaken;

        AnswerOfLeader(Dispatcher.Admitted call, CompletableFuture<Boolean> told) {
            this.call = call;
            this.told = told;
        }

        @Override
        public void failed(Problem problem) {
            passed = null;
            refuseToPass(call, problem, told);
        }

        @Override
        public void begin(HttpResponse head, boolean goesOn) {
            if (goesOn) {
                isLast = true;
                hearNothing();
            }
            if (head.status().code() >= Problem.BAD_REQUEST) {
                admissions.counters().problems.increment();
            }
            head.headers()
                    .set(HttpHeaderNames.CONNECTION, isLast ? HttpHeaderValues.CLOSE : HttpHeaderValues.KEEP_ALIVE);
            enter(State.WRITING);
            untaken++;
            channel.write(head).addListener(end -> taken(end.isSuccess(), false));
        }

        @Override
        public void go(HttpContent piece) {
            boolean isEnd = piece instanceof LastHttpContent;
            if (isEnd) {
                passed = null;
            }
            enter(State.WRITING);
            untaken++;
            channel.write(piece).addListener(end -> taken(end.isSuccess(), isEnd));
        }

        private void taken(boolean isTaken, boolean isEnd) {
            untaken--;
            if (!isTaken) {
                cut();
            } else if (isEnd) {
                told.complete(true);
                isAnswerWritten = true;
                goOnWhenDone();
            } else if (untaken == 0 && state == State.WRITING) {
                stopClock();
                state = State.FEEDING;
            }
        }

        @Override
        public void flush() {
            channel.flush();
        }

        @Override
        public void cut() {
            close();
        }

        @Override
        public boolean takesMore() {
            return channel.isWritable();
        }

        @Override
        public boolean mayHaveMore() {
            return dispatcher.again(call).isPresent();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (passed != null) {
            passed.balance();
        }
        context.fireChannelWritabilityChanged();
    }

    private void hearNothing() {
        isDeaf = true;
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
        channel.config().setAutoRead(true);
    }

    private void answered(Answer answer, CompletableFuture<Boolean> told) {
        if (told.isDone()) {
            drop(answer); // nobody waits for it any more
            return;
        }
        @Nullable Pieces pieces = answer.pieces();
        @Nullable Feed more = answer.feed();
        var asked = admitted;
        if (pieces != null) {
            stream(answer, pieces, told);
        } else if (more != null && asked != null && !isHead) {
            begin(more, asked, answer);
        } else if (admissions.hasRoomFor(answer.body().length)) {
            drop(answer);
            enter(State.WRITING);
            write(answer, told);
        } else {
            told.complete(false);
            enter(State.WRITING);
            write(Problem.unavailable("busy", "others have yet to take their answers", 1).answer(), told);
        }
    }

    private static void drop(Answer answer) {
        @Nullable Pieces pieces = answer.pieces();
        @Nullable Feed more = answer.feed();
        if (pieces != null) {
            pieces.close();
        }
        if (more != null) {
            more.close();
        }
    }

    private void stream(Answer answer, Pieces pieces, CompletableFuture<Boolean> told) {
        enter(State.WRITING);
        channel.write(responses.before(pieces.bytes(), answer, isLast));
        var flow = new Outflow(channel, pieces, admissions, new Outflow.Progress() {
            @Override
            public void moves() {
                enter(State.WRITING);
            }

            @Override
            public void done() {
                told.complete(true);
                isAnswerWritten = true;
                goOnWhenDone();
            }
        });
        outflow = flow;
        flow.next();
    }

    /** Its body ends with the connection. */
    private void begin(Feed more, Dispatcher.Admitted asked, Answer answer) {
        var flow = new FeedFlow(
                channel, more, () -> dispatcher.again(asked), admissions, new FeedFlow.Progress() {
                    @Override
                    public void moves() {
                        enter(State.WRITING);
                    }

                    @Override
                    public void rests() {
                        stopClock();
                        state = State.FEEDING;
                    }
                });
        feed = flow;
        isLast = true;
        hearNothing();
        enter(State.WRITING);
        channel.writeAndFlush(responses.unending(answer)).addListener(flow::taken);
    }

    /** Where its body is still coming, what comes of it is dropped: who is told while he speaks should hear it. */
    private void refuse(Problem problem, boolean isLastOne) {
        isLast |= isLastOne;
        enter(State.REFUSED);
        write(problem.answer(), new CompletableFuture<>());
    }

    private void write(Answer answer, CompletableFuture<Boolean> told) {
        if (answer.status() >= Problem.BAD_REQUEST) {
            admissions.counters().problems.increment();
        }
        int bytes = answer.body().length;
        admissions.owe(bytes);
        channel.writeAndFlush(responses.whole(answer, isHead, isLast)).addListener(end -> {
            admissions.owe(-bytes);
            told.complete(end.isSuccess());
            if (!end.isSuccess()) {
                close();
                return;
            }
            isAnswerWritten = true;
            goOnWhenDone();
        });
    }

    private void goOnWhenDone() {
        if (isAnswerWritten && isLast && !isBodyOver && channel instanceof DuplexChannel duplex) {
            // A socket that is closed with something unread in it takes the answer back.
            @Nullable SslHandler encryption = channel.pipeline().get(SslHandler.class);
            if (encryption == null) {
                duplex.shutdownOutput();
            } else {
                encryption.closeOutbound();
            }
        }
        if (!isAnswerWritten || !isBodyOver) {
            return;
        }
        if (isLast) {
            close();
        } else if (mustYield && !waiting.isEmpty()) {
            admissions.counters().madeRoom.increment();
            close();
        } else {
            mustYield = false;
            enter(State.IDLE);
            goOn();
        }
    }

    private void enter(State next) {
        enter(next, next.seconds);
    }

    private void enter(State next, int seconds) {
        stopClock();
        movedAt = channel.eventLoop().ticker().nanoTime();
        state = next;
        admissions.moved(this);
        deadline = channel.eventLoop().schedule(this::timedOut, seconds, TimeUnit.SECONDS);
    }

    private void stopClock() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    private void timedOut() {
        if (state == State.ANSWERING && passed != null) {
            passed.timedOut();
            return;
        }
        if (state == State.ANSWERING) {
            written.complete(false);
            enter(State.WRITING);
            write(Problem.unavailable("timeout", "the server did not answer in time", 1).answer(), written);
            return;
        }
        if (state != State.IDLE) {
            admissions.counters().timedOut.increment();
        }
        close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.atDebug()
                .setMessage("a connection to the admin listener ends")
                .addKeyValue("peer", sender.peer())
                .addKeyValue("reason", cause.getMessage())
                .log();
        close();
    }
}
