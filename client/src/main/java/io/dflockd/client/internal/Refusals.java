package io.dflockd.client.internal;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.error.AcquireTimeoutException;
import io.dflockd.client.error.AlreadyQueuedException;
import io.dflockd.client.error.AnswerTooLargeException;
import io.dflockd.client.error.AuthenticationException;
import io.dflockd.client.error.BarrierCountMismatchException;
import io.dflockd.client.error.ClientClosedException;
import io.dflockd.client.error.ConnectionLostException;
import io.dflockd.client.error.DeniedException;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.error.LeaseExpiredException;
import io.dflockd.client.error.LimitMismatchException;
import io.dflockd.client.error.ListFullException;
import io.dflockd.client.error.MaxKeysException;
import io.dflockd.client.error.MaxLocksException;
import io.dflockd.client.error.MaxWaitersException;
import io.dflockd.client.error.NotFoundException;
import io.dflockd.client.error.NotQueuedException;
import io.dflockd.client.error.ProtocolException;
import io.dflockd.client.error.ServerDrainingException;
import io.dflockd.client.error.ServerErrorException;
import io.dflockd.client.error.TooManyRequestsException;
import io.dflockd.client.error.TypeMismatchException;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Status;
import java.time.Duration;

/** Turns an answer that is not what was hoped for into its exception. */
public final class Refusals {
    private Refusals() {}

    public static DflockdException of(Request request, Reply reply, ServerAddress server) {
        var about = Words.about(request, server);
        if (reply instanceof Reply.Word word) {
            return of(word.status(), request, about);
        }
        if (reply instanceof Reply.Unknown unknown && unknown.line().startsWith(Status.ERROR.word())) {
            return new ServerErrorException(about + "the server answered '" + Words.cut(unknown.line()) + "'");
        }
        return new ProtocolException(about + "the answer makes no sense: '" + lineOf(reply) + "'");
    }

    /** Whether the server is sure that there is no such hold, or none any more. */
    public static boolean meansGone(Reply reply) {
        return reply instanceof Reply.Word word
                && (word.status() == Status.ERROR || word.status() == Status.ERROR_LEASE_EXPIRED);
    }

    /** The answer was longer than this client reads. */
    public static AnswerTooLargeException tooLong(Request request, ServerAddress server, int maxBytes) {
        return new AnswerTooLargeException(
                Words.about(request, server) + "the answer is longer than " + maxBytes + " bytes");
    }

    /** What the request failed with that had no answer when its connection or its client ended, for this reason. */
    public static DflockdException ended(Request request, ServerAddress server, DflockdException why) {
        var message = Words.about(request, server) + Words.of(why);
        if (why instanceof AuthenticationException) {
            return new AuthenticationException(message, why);
        }
        return why instanceof ClientClosedException
                ? new ClientClosedException(message, why)
                : new ConnectionLostException(message, why);
    }

    public static boolean is(Reply reply, Status status) {
        return reply instanceof Reply.Word word && word.status() == status;
    }

    private static DflockdException of(Status status, Request request, String about) {
        return switch (status) {
            case TIMEOUT -> new AcquireTimeoutException(
                    about + "not granted within " + Words.of(Duration.ofMillis(request.waitMs())));
            case NIL -> new NotFoundException(about + "there is none");
            case ERROR_AUTH -> new AuthenticationException(about + "the server wants a valid token first");
            case ERROR_MAX_LOCKS -> new MaxLocksException(about + "the server holds as many locks as it may");
            case ERROR_MAX_KEYS -> new MaxKeysException(about + "the server stores as many keys as it may");
            case ERROR_MAX_WAITERS -> new MaxWaitersException(about + "the queue is as long as it may be");
            case ERROR_LIMIT_MISMATCH ->
                new LimitMismatchException(about + "the key is in use with another limit" + limitOf(request));
            case ERROR_TYPE_MISMATCH ->
                new TypeMismatchException(about + "the key is in use as another kind of lock");
            case ERROR_NOT_ENQUEUED -> new NotQueuedException(about + "this connection has no place in the queue");
            case ERROR_ALREADY_ENQUEUED ->
                new AlreadyQueuedException(about + "this connection already has a place in the queue");
            case ERROR_LEASE_EXPIRED -> new LeaseExpiredException(about + "the lease has run out");
            case ERROR_LIST_FULL -> new ListFullException(about + "the list is as long as it may be");
            case ERROR_BARRIER_COUNT_MISMATCH ->
                new BarrierCountMismatchException(about + "others wait for a different number of participants");
            case ERROR_DRAINING ->
                new ServerDrainingException(about + "the server is drained or shuts down, and takes nothing new");
            case ERROR_DENIED -> new DeniedException(about + "the server does not allow it to this client"
                    + (request instanceof Request.Revoke || request instanceof Request.Cluster
                            ? ", which has not shown the token of administrators"
                            : ""));
            case ERROR_TOO_LARGE ->
                new AnswerTooLargeException(about + "the answer is longer than the server lets answers be");
            case ERROR_MAX_CONNECTIONS -> new ServerErrorException(
                    about + "this client's identity has as many connections as the server lets it have");
            case ERROR_MAX_REQUESTS -> new TooManyRequestsException(
                    about + "this client's identity asks more often than the server lets it");
            case ERROR -> new ServerErrorException(about + "the server answered 'error'");
            case OK, ACQUIRED, QUEUED, CAS_CONFLICT ->
                new ProtocolException(about + "the answer makes no sense: '" + status.word() + "'");
        };
    }

    private static String limitOf(Request request) {
        if (request instanceof Request.Acquire acquire) {
            return " than " + acquire.limit();
        }
        return request instanceof Request.Enqueue enqueue ? " than " + enqueue.limit() : "";
    }

    private static String lineOf(Reply reply) {
        // A grant that nobody asked for would show its token.
        return reply instanceof Reply.Unknown unknown ? Words.cut(unknown.line()) : reply.getClass().getSimpleName();
    }
}
