package io.dflockd.client.internal.session;

import io.dflockd.client.error.AuthenticationException;
import io.dflockd.client.error.ConnectionLostException;
import io.dflockd.client.error.ProtocolException;
import io.dflockd.client.internal.Backoff;
import io.dflockd.client.internal.Futures;
import io.dflockd.client.internal.Log;
import io.dflockd.client.internal.Refusals;
import io.dflockd.client.internal.ServerCluster;
import io.dflockd.client.internal.ServerHello;
import io.dflockd.client.internal.Words;
import io.dflockd.client.internal.link.SocketLink;
import io.dflockd.client.spi.TimeSource;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Status;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Makes the connections of one session, one after the other, and tells the server each time which session it is. Where the
 * server does not take the name, all that the session had is lost and another name is tried, once; where it does not take
 * that either, there can be no session with it.
 */
final class SessionDialer {
    private static final Log log = Log.of(SessionDialer.class);
    private static final long FIRST_RETRY_NANOS = 20_000_000L;
    private static final long MAX_RETRY_NANOS = 1_000_000_000L;
    /** Two clients with one name would take the session from each other for ever; a connection that lasted is no such case. */
    private static final long SHORT_LIFE_NANOS = 5_000_000_000L;
    /** How often a node is asked where the others are, so that they are known when it falls, though all have moved. */
    private static final long LEARN_NANOS = 60_000_000_000L;
    private static final int ID_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Dialer dialer;
    private final Request.Hello hello;
    private final long graceSeconds;
    private final Joining joining;
    private final Backoff backoff = new Backoff(FIRST_RETRY_NANOS, MAX_RETRY_NANOS);
    private volatile String id = newId();
    private volatile boolean triedAnotherName;
    private volatile long joinedAt;
    private volatile boolean stopped;

    /** The session whose connections are made. Called on the thread that reads the connection; must not block. */
    interface Joining {
        /** Sees a connection before anything of the session can come over it. */
        void prepare(SocketLink over);

        void greeted(SocketLink over, ServerHello hello);

        /** How many answers were read so far. */
        long received();

        /**
         * Goes on over a connection that speaks for the session now. Told before anything that comes after the server's
         * answer. False where it cannot be that session.
         *
         * @param askedAt when {@code session} was written, or before
         */
        boolean joined(SocketLink over, Reply.Session session, long askedAt);

        /** How long an attempt to connect may take. */
        long attemptNanos();

        /** How long a connection may be silent that is to take the session up. */
        long joinNanos();

        /** The server knows nothing of the session that can be gone on with. */
        void nameRefused();

        /** The server does not accept the token any more. */
        void tokenRefused(AuthenticationException why);

        /** The server takes no sessions, at least not now. */
        void sessionsRefused();
    }

    SessionDialer(Dialer dialer, Request.Hello hello, long graceSeconds, Joining joining) {
        this.dialer = dialer;
        this.hello = hello;
        this.graceSeconds = graceSeconds;
        this.joining = joining;
    }

    /** Has a connection that was greeted already speak for the session; false where the server does not take sessions. */
    CompletableFuture<Boolean> join(SocketLink over) {
        joining.prepare(over);
        var joined = new CompletableFuture<Boolean>();
        name(over, joined);
        return joined;
    }

    /**
     * Goes on over another connection after the present one broke: at once if that had lasted, else after a pause, which
     * grows where again and again nothing was got on with, as where two clients go by one name. Does not block.
     */
    void reconnect(boolean gotOn) {
        boolean lasted = dialer.time().nanoTime() - joinedAt >= SHORT_LIFE_NANOS;
        if (lasted || gotOn) {
            backoff.reset();
        }
        if (lasted) {
            connect();
        } else {
            var unused = dialer.time().after(dialer.pauseNanos(backoff), this::connect);
        }
    }

    /** From the next connection on, it is another session. */
    void takeAnotherName() {
        id = newId();
    }

    /** Tries no more. */
    void stop() {
        stopped = true;
    }

    /** Connects and joins, with growing delays until that works or is stopped. */
    private void connect() {
        if (stopped) {
            return;
        }
        var opening = dialer.openSocket(socket -> socket);
        // Half of the internet swallows what it does not like: another attempt may go through where this one hangs.
        var alarm = dialer.time().after(joining.attemptNanos(), () -> opening.cancel(false));
        var unused = opening.whenComplete((socket, failure) -> alarm.cancel())
                .thenCompose(socket -> greetAndJoin(socket).whenComplete((joined, failure) -> {
                    if (failure == null && !joined) {
                        joining.sessionsRefused();
                    }
                    if (failure != null) {
                        dialer.route().fails(socket.address());
                    }
                    if (failure != null || !joined) {
                        socket.close();
                    }
                }))
                .whenComplete((joined, failure) -> {
                    if (failure != null && Futures.unwrap(failure) instanceof AuthenticationException refused) {
                        joining.tokenRefused(refused);
                    } else if (failure != null) {
                        log.debug("{}: not connected again yet", dialer.address(), Futures.unwrap(failure));
                        var unusedToo = dialer.time().after(dialer.pauseNanos(backoff), this::connect);
                    }
                });
    }

    /** The two go out together; the answers come in order. */
    private CompletableFuture<Boolean> greetAndJoin(SocketLink over) {
        // A connection that falls silent now is as dead as one that does so later, and all requests wait for it.
        var alarm = dialer.time()
                .after(joining.joinNanos(), () -> over.abort(new ConnectionLostException(
                        over.address() + ": the server has been silent for too long")));
        var unused = over.sendThen(hello, reply -> {
            var greeting = ServerHello.of(reply);
            if (Refusals.is(reply, Status.ERROR) || (reply instanceof Reply.Text && !greeting.knowsSessions())) {
                joining.sessionsRefused(); // another server than before, which need not even refuse a session properly
                over.close();
            } else {
                joining.greeted(over, greeting);
                if (greeting.has(ServerCluster.EXTENSION) && !dialer.route().isCluster()) {
                    dialer.learn(over);
                }
            }
            return true;
        });
        return join(over).whenComplete((joined, failure) -> alarm.cancel());
    }

    private void name(SocketLink over, CompletableFuture<Boolean> result) {
        long askedAt = dialer.time().nanoTime();
        var naming = new Request.Resume(id, graceSeconds, joining.received());
        var unused = over.sendThen(naming, reply -> {
            named(over, naming, reply, askedAt, result);
            return true;
        }).exceptionally(failure -> result.completeExceptionally(Futures.unwrap(failure)));
    }

    private void named(SocketLink over, Request.Resume naming, Reply reply, long askedAt,
            CompletableFuture<Boolean> result) {
        if (reply instanceof Reply.Session session) {
            joinedAt = dialer.time().nanoTime();
            if (joining.joined(over, session, askedAt)) {
                triedAnotherName = false;
                keepLearning(over);
                result.complete(true);
            } else if (tryAnotherName()) {
                throw new ProtocolException(Words.about(naming, over.address())
                        + "the server has taken requests that were never written"); // so over another connection
            } else {
                result.complete(false);
            }
        } else if (!Refusals.is(reply, Status.ERROR) && !(reply instanceof Reply.Unknown)) {
            throw Refusals.of(naming, reply, over.address());
        } else if (tryAnotherName()) {
            name(over, result);
        } else {
            result.complete(false);
        }
    }

    /** Once for each connection. */
    private void keepLearning(SocketLink over) {
        if (dialer.route().isCluster()) {
            var alarm = new AtomicReference<TimeSource.Alarm>(() -> {});
            learnLater(over, alarm);
            var unused = over.closed().thenAccept(why -> alarm.get().cancel());
        }
    }

    private void learnLater(SocketLink over, AtomicReference<TimeSource.Alarm> alarm) {
        alarm.set(dialer.time().after(LEARN_NANOS, () -> {
            if (!over.isClosed()) {
                dialer.learn(over);
                learnLater(over, alarm);
            }
        }));
    }

    private boolean tryAnotherName() {
        joining.nameRefused();
        boolean first = !triedAnotherName;
        triedAnotherName = true;
        if (first) {
            takeAnotherName();
        }
        return first;
    }

    private static String newId() {
        var bytes = new byte[ID_BYTES];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
