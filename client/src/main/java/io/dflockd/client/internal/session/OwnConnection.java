package io.dflockd.client.internal.session;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.connection.ConnectionOptions;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.internal.Nanos;
import io.dflockd.client.internal.ServerCluster;
import io.dflockd.client.internal.ServerHello;
import io.dflockd.client.internal.link.Holder;
import io.dflockd.client.internal.link.Link;
import io.dflockd.client.internal.link.Route;
import io.dflockd.client.internal.link.SocketLink;
import io.dflockd.client.spi.TimeSource;
import io.dflockd.protocol.Push;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * A connection for who takes holds, and for them alone. The first request for a hold goes out behind a greeting, which tells whether the server
 * keeps holds when their connection ends, and asks to be told of those that it ends itself.
 */
final class OwnConnection implements Link {
    private final SocketLink socket;
    private final Request.Hello hello;
    private final Route route;
    private final Holders holders;
    private final AtomicBoolean greeted = new AtomicBoolean();
    private volatile boolean keepsHolds;
    private volatile Consumer<Push> pushHandler = push -> {};

    OwnConnection(SocketLink socket, Request.Hello hello, Route route) {
        this.socket = socket;
        this.hello = hello;
        this.route = route;
        this.holders = new Holders(socket.time(), margin -> Nanos.FOREVER);
        socket.onPush(this::push);
    }

    private void push(Push push) {
        if (push instanceof Push.Lost loss) {
            holders.lost(loss);
        } else {
            pushHandler.accept(push);
        }
    }

    private void greetBefore(Request request) {
        boolean givesHold = request instanceof Request.Acquire || request instanceof Request.Enqueue;
        if (givesHold && greeted.compareAndSet(false, true)) {
            var unused = socket.sendThen(hello, reply -> {
                var greeting = ServerHello.of(reply);
                keepsHolds = greeting.keepsHolds();
                if (greeting.has(ServerCluster.EXTENSION) && !route.isCluster()) {
                    ClusterDial.learn(route, socket);
                }
                return true;
            });
        }
    }

    @Override
    public CompletableFuture<Reply> sendWithin(Request request, long replyNanos) {
        greetBefore(request);
        return socket.sendWithin(request, replyNanos);
    }

    @Override
    public CompletableFuture<Reply> enqueue(Request request, long replyNanos) {
        greetBefore(request);
        return socket.enqueue(request, replyNanos);
    }

    @Override
    public CompletableFuture<Reply> sendHere(Request request, long waitNanos) {
        greetBefore(request);
        return socket.sendHere(request, waitNanos);
    }

    @Override
    public void flush() {
        socket.flush();
    }

    @Override
    public boolean keepsHolds() {
        return keepsHolds;
    }

    @Override
    public void add(Holder holder) {
        holders.add(holder);
    }

    @Override
    public void remove(Holder holder) {
        holders.remove(holder);
    }

    @Override
    public void onPush(Consumer<Push> handler) {
        pushHandler = handler;
    }

    @Override
    public ServerAddress address() {
        return socket.address();
    }

    @Override
    public ConnectionOptions options() {
        return socket.options();
    }

    @Override
    public TimeSource time() {
        return socket.time();
    }

    @Override
    public CompletableFuture<DflockdException> closed() {
        return socket.closed();
    }

    @Override
    public boolean isClosed() {
        return socket.isClosed();
    }

    @Override
    public boolean isConnected() {
        return socket.isConnected();
    }

    @Override
    public long idleNanos() {
        return socket.idleNanos();
    }

    @Override
    public void close() {
        socket.close();
    }

    @Override
    public void abort(DflockdException why) {
        socket.abort(why);
    }
}
