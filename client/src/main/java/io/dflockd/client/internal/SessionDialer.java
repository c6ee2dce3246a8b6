package io.dflockd.client.internal;

import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the connections of one session, one after the other, and tells the server each time which session it is. */
final class SessionDialer {
    private static final Logger log = LoggerFactory.getLogger(SessionDialer.class);
    private static final long FIRST_RETRY_NANOS = 20_000_000L;
    private static final long MAX_RETRY_NANOS = 1_000_000_000L;
    private static final int ID_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Dialer dialer;
    private final Request.Resume naming;
    private final Consumer<SocketLink> preparing;
    private final Joining joining;
    private final Backoff backoff = new Backoff(FIRST_RETRY_NANOS, MAX_RETRY_NANOS);
    private volatile boolean stopped;

    /** Who goes on over a connection that speaks for the session now; {@code resumed} if the server knew it already. */
    interface Joining {
        void joined(SocketLink over, boolean resumed);
    }

    /**
     * A dialer for a session with a new secret name.
     *
     * @param preparing sees each connection before anything of the session can come over it
     * @param joining is told before anything that comes after the server's answer
     */
    SessionDialer(Dialer dialer, long graceSeconds, Consumer<SocketLink> preparing, Joining joining) {
        this.dialer = dialer;
        this.naming = new Request.Resume(newId(), graceSeconds, 0);
        this.preparing = preparing;
        this.joining = joining;
    }

    /** Has a connection that is open already speak for the session. */
    CompletableFuture<?> join(SocketLink over) {
        preparing.accept(over);
        return over.send(naming, 0).thenAccept(reply -> {
            if (!(reply instanceof Reply.Text text)) {
                throw Refusals.of(naming, reply, dialer.address());
            }
            backoff.reset();
            joining.joined(over, text.text().equals("resumed"));
        });
    }

    /** Connects and joins, with growing delays until that works or is stopped. Does not block. */
    void connect() {
        if (stopped) {
            return;
        }
        var unused = dialer.openSocket(socket -> socket)
                .thenCompose(socket -> join(socket).whenComplete((done, failure) -> {
                    if (failure != null) {
                        socket.close();
                    }
                }))
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        log.debug("{}: not connected again yet", dialer.address(), Futures.unwrap(failure));
                        var unusedToo = dialer.time().after(backoff.next(), this::connect);
                    }
                });
    }

    /** Tries no more. */
    void stop() {
        stopped = true;
    }

    private static String newId() {
        var bytes = new byte[ID_BYTES];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
