package io.dflockd.client.internal.session;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.error.TooManyRequestsException;
import io.dflockd.client.internal.Futures;
import io.dflockd.client.internal.Log;
import io.dflockd.client.internal.Refusals;
import io.dflockd.client.spi.TimeSource;
import io.dflockd.protocol.Octets;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Status;
import io.dflockd.protocol.Verb;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts a value back that was popped for a caller who had left before it came: to the end of the list that it came from, as
 * the server does with values that it cannot deliver. While the list has no room, it is tried again.
 */
public final class PutBack {
    private static final Log log = Log.of(PutBack.class);
    private static final long RETRY_NANOS = 1_000_000_000L;
    private static final int MAX_ATTEMPTS = 60;

    private final Request.Push push;
    private final ServerAddress server;
    private final TimeSource time;
    private final Supplier<CompletableFuture<Reply>> sending;
    private int attempts;

    private PutBack(Request.Push push, ServerAddress server, TimeSource time,
            Supplier<CompletableFuture<Reply>> sending) {
        this.push = push;
        this.server = server;
        this.time = time;
        this.sending = sending;
    }

    /** The request that undoes a pop; null for an answer that took nothing from a list. */
    public static Request.@Nullable Push of(Request request, Reply reply) {
        return reply instanceof Reply.Text value ? of(request, value.text()) : null;
    }

    /** Sends until it is done or there is no hope. Does not block. */
    public static void send(Request.Push push, ServerAddress server, TimeSource time,
            Supplier<CompletableFuture<Reply>> sending) {
        new PutBack(push, server, time, sending).attempt();
    }

    private static Request.@Nullable Push of(Request request, String value) {
        return switch (request.verb()) {
            case LPOP, BLPOP -> new Request.Push(Verb.LPUSH, request.key(), value);
            case RPOP, BRPOP -> new Request.Push(Verb.RPUSH, request.key(), value);
            default -> null;
        };
    }

    private void attempt() {
        attempts++;
        var unused = sending.get().whenComplete(this::answered);
    }

    private void answered(@Nullable Reply reply, @Nullable Throwable failure) {
        if (reply instanceof Reply.Count) {
            log.debug("{}: a value went back to its list, because who popped it had left", server);
        } else if (isFull(reply, failure) && attempts < MAX_ATTEMPTS) {
            var unused = time.after(RETRY_NANOS, this::attempt);
        } else {
            var why = reply == null ? failure : Refusals.of(push, reply, server);
            log.error("{}: a value of {} bytes is lost: who popped it had left, and it could not be put back",
                    Octets.toText(push.key()), push.value().length(), why);
        }
    }

    private static boolean isFull(@Nullable Reply reply, @Nullable Throwable failure) {
        if (reply == null) {
            return failure != null && Futures.unwrap(failure) instanceof TooManyRequestsException;
        }
        return Refusals.is(reply, Status.ERROR_MAX_REQUESTS) || Refusals.is(reply, Status.ERROR_LIST_FULL)
                || Refusals.is(reply, Status.ERROR_MAX_KEYS);
    }
}
