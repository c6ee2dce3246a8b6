package io.dflockd.client.internal.session;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.error.AuthenticationException;
import io.dflockd.client.error.ConnectionFailedException;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.internal.Futures;
import io.dflockd.client.internal.Members;
import io.dflockd.client.internal.ServerHello;
import io.dflockd.client.internal.link.Link;
import io.dflockd.client.internal.link.SocketLink;
import io.dflockd.protocol.Request;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of a client: one with each server, made when it is first needed. A server that knows no sessions gets a
 * connection for each link instead.
 */
public final class Sessions implements Members.Member {
    private static final Set<String> NEEDED = Set.of("tags", "sessions", "cancel");

    private final long graceSeconds;
    private final Request.Hello hello;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<ServerAddress, CompletableFuture<Optional<ServerSession>>> sessions = new HashMap<>();
    private boolean closed;

    public Sessions(String clientName, long graceSeconds) {
        this.hello = new Request.Hello(Set.of(), clientName);
        this.graceSeconds = graceSeconds;
    }

    /** A strand of the session with the dialer's server, or a connection of its own where there can be none. */
    CompletableFuture<Link> open(Dialer dialer) {
        return choose(dialer, session -> session.ended().isDone() ? null : session.open());
    }

    /** As {@link #open}, for an enqueue: a session can have one place in the queue of a key. */
    CompletableFuture<Link> openForPlace(Dialer dialer, String key) {
        return choose(dialer, session -> session.claimPlace(key) ? session.open().claiming(key) : null);
    }

    @Override
    public CompletableFuture<?> clientClosed() {
        List<CompletableFuture<Optional<ServerSession>>> all;
        lock.lock();
        try {
            closed = true;
            all = new ArrayList<>(sessions.values());
            sessions.clear();
        } finally {
            lock.unlock();
        }
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
                return CompletableFuture
                        .failedFuture(new ConnectionFailedException(dialer.address() + ": the client is closed"));
            }
            var known = sessions.get(dialer.address());
            if (known == null || known.isCompletedExceptionally()) {
                known = begin(dialer);
                sessions.put(dialer.address(), known);
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    private CompletableFuture<Optional<ServerSession>> begin(Dialer dialer) {
        return dialer.openSocket(socket -> socket)
                .thenCompose(socket -> socket.send(hello, 0)
                        .thenCompose(reply -> begin(dialer, socket, ServerHello.of(reply)))
                        .whenComplete((session, failure) -> {
                            if (failure != null || session.isEmpty()) {
                                socket.close();
                            }
                        }));
    }

    private CompletableFuture<Optional<ServerSession>> begin(Dialer dialer, SocketLink socket, ServerHello greeting) {
        if (!greeting.extensions().containsAll(NEEDED)) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return ServerSession.begin(dialer, socket, hello, greeting, graceSeconds).thenApply(begun -> {
            begun.ifPresent(session -> {
                var unused = session.ended().thenAccept(why -> ended(dialer.address(), why));
            });
            return begun;
        });
    }

    /**
     * Each link gets a connection of its own, as with a server that knows no sessions. Where the token was not accepted, a
     * later one may be, so the next link begins a session.
     */
    private void ended(ServerAddress server, DflockdException why) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            if (why instanceof AuthenticationException) {
                sessions.remove(server);
            } else {
                sessions.put(server, CompletableFuture.completedFuture(Optional.empty()));
            }
        } finally {
            lock.unlock();
        }
    }
}
