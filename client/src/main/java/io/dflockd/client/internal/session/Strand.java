package io.dflockd.client.internal.session;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.connection.ConnectionOptions;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.internal.Margin;
import io.dflockd.client.internal.Nanos;
import io.dflockd.client.internal.Refusals;
import io.dflockd.client.internal.link.Holder;
import io.dflockd.client.internal.link.Link;
import io.dflockd.client.spi.TimeSource;
import io.dflockd.protocol.Push;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
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
    /** The requests that would give back what is held, by token. */
    private final Map<String, Request> held = new HashMap<>(2);
    /** The request that would give up the place that an enqueue took. */
    private @Nullable Request place;
    private @Nullable String claimed;
    private volatile @Nullable Consumer<Push> pushHandler;

    Strand(ServerSession session) {
        this.session = session;
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
            returns = new ArrayList<>(held.values());
            held.clear();
            if (place != null) {
                returns.add(place);
                place = null;
            }
        } finally {
            lock.unlock();
        }
        unanswered.forEach(exchange -> forsake(exchange, why));
        returns.forEach(this::giveBack);
        if (claimed != null) {
            session.strands().freePlace(claimed);
        }
        unsubscribe(why);
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
            held.clear();
            place = null;
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
        if (isClosed()) {
            return CompletableFuture.failedFuture(session.requests().why(request, closed.join()));
        }
        if (Subscriptions.concerns(request)) {
            return subscribe(request);
        }
        var exchange = session.requests().enqueue(request, replyNanos);
        exchange.orphan = late -> giveBack(request, late);
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
        if (over) {
            forsake(exchange, closed.join());
        }
        return exchange.reply.whenComplete((reply, failure) -> settle(exchange, reply, failure));
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

    private void forsake(Exchange exchange, DflockdException why) {
        fail(exchange, why);
        session.requests().abandon(exchange);
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
                account(exchange.request, reply);
            }
        } finally {
            lock.unlock();
        }
        if (late && reply != null && !exchange.precious) { // a value is still handed to whoever asked for it
            giveBack(exchange.request, reply);
        }
    }

    private void account(Request request, Reply reply) {
        if (reply instanceof Reply.Granted grant) {
            if (request instanceof Request.Wait) {
                place = null;
            }
            held.put(grant.token(), Returns.release(request, grant));
        } else if (request instanceof Request.Release release) {
            held.remove(release.token());
        } else if (request instanceof Request.Renew renew && Refusals.meansGone(reply)) {
            held.remove(renew.token());
        } else if (Refusals.is(reply, Status.QUEUED)) {
            place = Returns.leave(request);
        } else if (request instanceof Request.Wait) {
            place = null;
        }
    }

    /** Returns what an answer gave that came too late for anybody to want it. */
    private void giveBack(Request request, Reply reply) {
        if (reply instanceof Reply.Granted grant) {
            giveBack(Returns.release(request, grant));
        } else if (Refusals.is(reply, Status.QUEUED)) {
            giveBack(Returns.leave(request));
        } else {
            session.requests().putBack(request, reply);
        }
    }

    private void giveBack(Request request) {
        var exchange = session.requests().send(request, Nanos.of(options().responseTimeout()));
        var unused = exchange.reply.thenAccept(reply -> giveBack(request, reply));
    }
}
