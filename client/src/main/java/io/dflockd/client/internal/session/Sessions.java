package io.dflockd.client.internal.session;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.error.AuthenticationException;
import io.dflockd.client.error.ClientClosedException;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.internal.Backoff;
import io.dflockd.client.internal.Futures;
import io.dflockd.client.internal.Members;
import io.dflockd.client.internal.Refusals;
import io.dflockd.client.internal.ServerCluster;
import io.dflockd.client.internal.ServerHello;
import io.dflockd.client.internal.SpinThenParkLock;
import io.dflockd.client.internal.link.Link;
import io.dflockd.client.internal.link.SocketLink;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Status;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of a client: one with each server, made when it is first needed. A server that knows no sessions gets a
 * connection for each link instead.
 */
public final class Sessions implements Members.Member {
    private static final String LOST = "lost";
    /** After so long a server that took no sessions is asked again; longer each time, up to the second. */
    private static final long FIRST_AGAIN_NANOS = 30_000_000_000L;
    private static final long LAST_AGAIN_NANOS = 600_000_000_000L;

    private final long graceSeconds;
    private final Request.Hello hello;
    private final SpinThenParkLock lock = new SpinThenParkLock();
    private final Map<ServerAddress, Known> servers = new HashMap<>();
    private boolean closed;

    /** What is known of a server. */
    private static final class Known {
        private CompletableFuture<Optional<ServerSession>> session = CompletableFuture
                .completedFuture(Optional.empty());
        /** The connection over which the session is begun. */
        private CompletableFuture<SocketLink> opening = CompletableFuture.failedFuture(new CancellationException());
        private final Backoff again = new Backoff(FIRST_AGAIN_NANOS, LAST_AGAIN_NANOS);
        private long askedAt;
        private long askAgainNanos;

        /** Whether the server is to be asked for a session, for the first time or again. */
        private boolean isToBeAsked(long now) {
            if (!session.isDone()) {
                return false;
            }
            return session.isCompletedExceptionally()
                    || (session.join().isEmpty() && now - askedAt - askAgainNanos >= 0);
        }

        private void goWithout(long now) {
            session = CompletableFuture.completedFuture(Optional.empty());
            askedAt = now;
            askAgainNanos = again.next();
        }
    }

    /** @param graceSeconds how long a session is to outlive its connection; 0 for no sessions */
    public Sessions(String clientName, long graceSeconds) {
        this.hello = hello(clientName);
        this.graceSeconds = graceSeconds;
    }

    /** How a client of that name greets. */
    static Request.Hello hello(String clientName) {
        return new Request.Hello(Set.of(LOST), clientName);
    }

    Request.Hello hello() {
        return hello;
    }

    /** Whether there are to be sessions at all. */
    boolean isWanted() {
        return graceSeconds > 0;
    }

    /** A strand of the session with the dialer's server, or a connection of its own where there can be none. */
    CompletableFuture<Link> open(Dialer dialer) {
        return choose(dialer, session -> session.ended().isDone() ? null : session.open());
    }

    /** As {@link #open}, for an enqueue: a session can have one place in the queue of a key. */
    CompletableFuture<Link> openForPlace(Dialer dialer, String key) {
        return choose(dialer, session -> session.strands().claimPlace(key) ? session.open().claiming(key) : null);
    }

    /** A session that is only being begun has nothing that a server would have to be told of. */
    @Override
    public CompletableFuture<?> clientClosed() {
        List<CompletableFuture<Optional<ServerSession>>> all;
        var begun = new HashMap<ServerAddress, CompletableFuture<SocketLink>>();
        lock.lock();
        try {
            closed = true;
            all = servers.values().stream().map(known -> known.session).toList();
            servers.forEach((server, known) -> {
                if (!known.session.isDone()) {
                    begun.put(server, known.opening);
                }
            });
            servers.clear();
        } finally {
            lock.unlock();
        }
        begun.forEach((server, opening) -> Futures.cancel(opening, link -> link.abort(closedClient(server))));
        return CompletableFuture.allOf(all.stream()
                .map(session -> session.thenCompose(Sessions::end).exceptionally(failure -> null))
                .toArray(CompletableFuture<?>[]::new));
    }

    private static CompletableFuture<?> end(Optional<ServerSession> session) {
        return session.<CompletableFuture<?>>map(ServerSession::close)
                .orElseGet(() -> CompletableFuture.completedFuture(true));
    }

    /** Makes a link of a session; null where that cannot be. */
    private interface Choice {
        @Nullable
        Link link(ServerSession session);
    }

    private CompletableFuture<Link> choose(Dialer dialer, Choice choice) {
        var result = new CompletableFuture<Link>();
        var unused = session(dialer).whenComplete((session, failure) -> {
            if (failure != null) {
                result.completeExceptionally(Futures.unwrap(failure));
                return;
            }
            var link = session.map(choice::link).orElse(null);
            if (link == null) {
                passOn(dialer.openAlone(), result);
            } else if (!result.complete(link)) {
                link.close();
            }
        });
        return result;
    }

    private static void passOn(CompletableFuture<Link> opening, CompletableFuture<Link> result) {
        var unused = opening.whenComplete((link, failure) -> {
            if (failure != null) {
                result.completeExceptionally(Futures.unwrap(failure));
            } else if (!result.complete(link)) {
                link.close();
            }
        });
        var ignored = result.whenComplete((link, failure) -> {
            if (result.isCancelled()) {
                opening.cancel(false);
            }
        });
    }

    private CompletableFuture<Optional<ServerSession>> session(Dialer dialer) {
        lock.lock();
        try {
            if (closed) {
                return CompletableFuture.failedFuture(closedClient(dialer.address()));
            }
            var known = servers.computeIfAbsent(dialer.server(), unused -> new Known());
            long now = dialer.time().nanoTime();
            if (known.isToBeAsked(now)) {
                known.askedAt = now;
                known.opening = dialer.openSocket(socket -> socket);
                known.session = begin(dialer, known.opening);
            }
            return known.session;
        } finally {
            lock.unlock();
        }
    }

    private static ClientClosedException closedClient(ServerAddress server) {
        return new ClientClosedException(server + ": the client is closed");
    }

    private CompletableFuture<Optional<ServerSession>> begin(Dialer dialer, CompletableFuture<SocketLink> opening) {
        return opening.thenCompose(socket -> begin(dialer, socket)).thenApply(session -> {
            if (session.isEmpty()) {
                goWithout(dialer);
            }
            return session;
        });
    }

    private CompletableFuture<Optional<ServerSession>> begin(Dialer dialer, SocketLink socket) {
        return socket.send(hello, 0)
                .thenCompose(reply -> begin(dialer, socket, reply))
                .whenComplete((session, failure) -> {
                    if (failure != null || session.isEmpty()) {
                        socket.close();
                    }
                });
    }

    private CompletableFuture<Optional<ServerSession>> begin(Dialer dialer, SocketLink socket, Reply reply) {
        if (reply instanceof Reply.Word && !Refusals.is(reply, Status.ERROR)) {
            // Such as a server that shuts down: it is asked again.
            throw Refusals.of(hello, reply, socket.address());
        }
        var greeting = ServerHello.of(reply);
        if (greeting.has(ServerCluster.EXTENSION)) {
            return dialer.toLeader(socket)
                    .thenCompose(leader -> leader.equals(socket)
                            ? begin(dialer, socket, greeting)
                            : begin(dialer, leader));
        }
        return begin(dialer, socket, greeting);
    }

    private CompletableFuture<Optional<ServerSession>> begin(Dialer dialer, SocketLink socket, ServerHello greeting) {
        if (!greeting.knowsSessions()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return ServerSession.begin(dialer, socket, hello, greeting, graceSeconds).thenApply(begun -> {
            begun.ifPresent(session -> {
                var unused = session.ended().thenAccept(why -> ended(dialer, why));
            });
            return begun;
        });
    }

    /** Where the token was not accepted, a later one may be, so the next link begins a session. */
    private void ended(Dialer dialer, DflockdException why) {
        if (!(why instanceof AuthenticationException)) {
            goWithout(dialer);
            return;
        }
        lock.lock();
        try {
            servers.remove(dialer.server());
        } finally {
            lock.unlock();
        }
    }

    /** Each link gets a connection of its own, as with a server that knows no sessions, until it is asked again. */
    private void goWithout(Dialer dialer) {
        lock.lock();
        try {
            var known = servers.get(dialer.server());
            if (!closed && known != null) {
                known.goWithout(dialer.time().nanoTime());
            }
        } finally {
            lock.unlock();
        }
    }
}
