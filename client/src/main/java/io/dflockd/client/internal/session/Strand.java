package io.dflockd.client.internal.session;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.connection.ConnectionOptions;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.internal.Futures;
import io.dflockd.client.internal.Margin;
import io.dflockd.client.internal.Nanos;
import io.dflockd.client.internal.link.Holder;
import io.dflockd.client.internal.link.Link;
import io.dflockd.client.spi.TimeSource;
import io.dflockd.protocol.Push;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A link without a connection of its own: its requests go over the one connection of a {@link ServerSession}. To its user
 * it is like a connection: what was taken over it ends with it, because it gives everything back itself.
 */
public final class Strand implements Link, Subscriptions.Subscriber {
    private final ServerSession session;
    private final CompletableFuture<DflockdException> closed = new CompletableFuture<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Exchange> open = new HashSet<>(2);
    private final Takings takings;
    private @Nullable String claimed;
    private volatile @Nullable Consumer<Push> pushHandler;
    /** Why the session has lost it, if it has. Set before it is closed, which may have been done for another reason. */
    private volatile @Nullable DflockdException lostBecause;

    Strand(ServerSession session) {
        this.session = session;
        this.takings = new Takings(session);
    }

    /** Keeps the claim on a place of the session until the strand ends. */
    Strand claiming(String key) {
        claimed = key;
        return this;
    }

    @Override
    public ServerAddress address() {
        return session.dialer().address();
    }

    @Override
    public ConnectionOptions options() {
        return session.dialer().options();
    }

    @Override
    public TimeSource time() {
        return session.dialer().time();
    }

    @Override
    public CompletableFuture<DflockdException> closed() {
        return closed;
    }

    @Override
    public boolean isConnected() {
        return !isClosed() && session.state().isUp();
    }

    @Override
    public boolean takesMs() {
        return session.takesMs();
    }

    @Override
    public boolean keepsHolds() {
        return session.state().keepsHolds();
    }

    @Override
    public long keptNanos(Margin margin) {
        return session.keptNanos(margin);
    }

    @Override
    public long graceNanos() {
        return session.state().graceNanos();
    }

    @Override
    public void add(Holder holder) {
        session.add(holder);
    }

    @Override
    public void remove(Holder holder) {
        session.holders().remove(holder);
    }

    /** Gets what this strand subscribes to, and {@link Push.Missed} when the session went on over another connection. */
    @Override
    public void onPush(Consumer<Push> handler) {
        pushHandler = handler;
    }

    @Override
    public void push(Push push) {
        var handler = pushHandler;
        if (handler != null) {
            handler.accept(push);
        }
    }

    /** Nobody could tell the copies for a group from those for the session. */
    @Override
    public boolean takesGroups() {
        return false;
    }

    @Override
    public CompletableFuture<Reply> sendWithin(Request request, long replyNanos) {
        var reply = enqueue(request, replyNanos);
        session.flush(false);
        return reply;
    }

    @Override
    public CompletableFuture<Reply> sendHere(Request request, long waitNanos) {
        var reply = enqueue(request, Nanos.plus(waitNanos, Nanos.of(options().responseTimeout())));
        session.flush(true);
        return reply;
    }

    @Override
    public void flush() {
        session.flush(false);
    }

    /** The session keeps its connection alive. */
    @Override
    public long idleNanos() {
        return 0;
    }

    @Override
    public void close() {
        abort(session.closedByUser());
    }

    @Override
    public void abort(DflockdException why) {
        if (!closed.complete(why)) {
            return;
        }
        session.strands().remove(this);
        List<Exchange> unanswered;
        List<Request> returns;
        lock.lock();
        try {
            unanswered = new ArrayList<>(open);
            open.clear();
            returns = takings.takeAll();
        } finally {
            lock.unlock();
        }
        var confirmed = Stream.concat(unanswered.stream().map(exchange -> forsake(exchange, why)),
                returns.stream().map(takings::giveBack)).toArray(CompletableFuture<?>[]::new);
        // Before the server says so, the place is not free: another enqueue would find the session queued already.
        Futures.whenValue(CompletableFuture.allOf(confirmed), all -> freePlace());
        unsubscribe(why);
    }

    /** The server does not know the session any more, which goes on as another one without what was taken here. */
    void lose(DflockdException why) {
        lostBecause = why;
        end(why);
    }

    /** The session is gone, and with it all that was taken over this strand. */
    void end(DflockdException why) {
        if (!closed.complete(why)) {
            return;
        }
        List<Exchange> unanswered;
        lock.lock();
        try {
            unanswered = new ArrayList<>(open);
            open.clear();
            var unused = takings.takeAll(); // nothing of it is left
        } finally {
            lock.unlock();
        }
        // What was not sent yet would be granted to a strand that has ended. All else may go to the next session.
        unanswered.stream()
                .filter(exchange -> Link.isTiedTo(exchange.request) && session.requests().withdraw(exchange))
                .forEach(exchange -> fail(exchange, why));
        unsubscribe(why);
    }

    @Override
    public CompletableFuture<Reply> enqueue(Request request, long replyNanos) {
        if (isClosed() && !goesOnWithout(request)) {
            return CompletableFuture.failedFuture(session.requests().why(request, closed.join()));
        }
        if (Subscriptions.concerns(request)) {
            return subscribe(request);
        }
        var exchange = session.requests().enqueue(request, replyNanos);
        exchange.orphan = late -> Futures.whenValue(takings.giveBack(request, late), back -> {});
        boolean over;
        lock.lock();
        try {
            over = closed.isDone();
            if (!over && !exchange.reply.isDone()) {
                open.add(exchange);
            }
        } finally {
            lock.unlock();
        }
        if (over && !goesOnWithout(request)) {
            var unused = forsake(exchange, closed.join());
        }
        return exchange.reply.whenComplete((reply, failure) -> settle(exchange, reply, failure));
    }

    /**
     * Whether the request, which has not left yet, may go to the session that comes after the one that was lost: whoever got
     * this strand a moment before that need not hear of it, unless the request is about holds, places or subscriptions.
     */
    @SuppressWarnings("ReferenceEquality") // which end of it this was
    private boolean goesOnWithout(Request request) {
        boolean isOfHold = request instanceof Request.Release || request instanceof Request.Renew
                || request instanceof Request.Keep || request instanceof Request.Downgrade;
        var why = lostBecause;
        boolean lost = why != null && closed.getNow(null) == why;
        return lost && !isOfHold && !Link.isTiedTo(request) && !Subscriptions.concerns(request);
    }

    private CompletableFuture<Reply> subscribe(Request request) {
        if (request instanceof Request.Listen listen && !listen.group().isEmpty()) {
            throw new IllegalArgumentException("a group is listened to over a connection of its own");
        }
        var answer = session.subscriptions().change(this, request);
        if (isClosed()) {
            session.subscriptions().leave(this, closed.join());
        }
        return answer;
    }

    private void unsubscribe(DflockdException why) {
        if (pushHandler != null) {
            session.subscriptions().leave(this, why);
        }
    }

    /** Completes when the server has answered and what that gave has gone back; at once where it was never asked. */
    private CompletableFuture<?> forsake(Exchange exchange, DflockdException why) {
        var settled = new CompletableFuture<Boolean>();
        exchange.orphan = late -> Futures.whenValue(takings.giveBack(exchange.request, late),
                back -> settled.complete(true));
        fail(exchange, why);
        session.requests().abandon(exchange);
        if (!exchange.isWritten() || !exchange.reply.isCompletedExceptionally()) {
            settled.complete(true);
        }
        return settled;
    }

    private void fail(Exchange exchange, DflockdException why) {
        exchange.reply.completeExceptionally(session.requests().why(exchange.request, why));
    }

    /** Keeps account of what is held over this strand, so that its end can give it back. */
    private void settle(Exchange exchange, @Nullable Reply reply, @Nullable Throwable failure) {
        boolean late;
        lock.lock();
        try {
            open.remove(exchange);
            late = closed.isDone() && failure == null;
            if (!late && reply != null) {
                takings.account(exchange.request, reply);
            }
        } finally {
            lock.unlock();
        }
        // A value is still handed to whoever asked for it.
        if (late && reply != null && !exchange.isPop() && !(exchange.request instanceof Request.Pop)) {
            var unused = takings.giveBack(exchange.request, reply);
        }
    }

    private void freePlace() {
        if (claimed != null) {
            session.strands().freePlace(claimed);
        }
    }
}
