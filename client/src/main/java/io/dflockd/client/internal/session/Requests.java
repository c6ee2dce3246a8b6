package io.dflockd.client.internal.session;

import io.dflockd.client.error.ConnectionLostException;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.internal.Nanos;
import io.dflockd.client.internal.Refusals;
import io.dflockd.client.internal.Words;
import io.dflockd.client.spi.TimeSource;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.ReplyCodec;
import io.dflockd.protocol.Request;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The requests of a session as those who ask see them: each gets its answer, or is told why it does not. */
final class Requests {
    private static final long PUT_BACK_NANOS = Nanos.ofSeconds(24 * 3600);

    private final Dialer dialer;
    private final TimeSource time;
    private final SessionState state;
    private final Conversation conversation;

    Requests(Dialer dialer, SessionState state, Conversation conversation) {
        this.dialer = dialer;
        this.time = dialer.time();
        this.state = state;
        this.conversation = conversation;
    }

    /** Sends now, or when there is a connection again. */
    Exchange send(Request request, long replyNanos) {
        var exchange = enqueue(request, replyNanos);
        conversation.flush(false);
        return exchange;
    }

    /** As {@link #send}, but the request may stay behind until the conversation is flushed. */
    Exchange enqueue(Request request, long replyNanos) {
        return enqueue(new Exchange(request), replyNanos, null);
    }

    /** While the other one has no answer, if it is about another one. */
    private Exchange enqueue(Exchange exchange, long replyNanos, @Nullable Exchange about) {
        var refusal = conversation.take(exchange, about,
                taken -> taken.overdue = time.after(replyNanos, () -> overdue(taken)));
        if (refusal != null) {
            exchange.reply.completeExceptionally(refusal);
        }
        return exchange;
    }

    /** An answer that is late means that the connection is not what it seems. The request itself has failed. */
    private void overdue(Exchange exchange) {
        var late = new ConnectionLostException(
                Words.about(exchange.request, dialer.address()) + "the answer is overdue");
        if (conversation.isLate(exchange, late)) {
            dialer.meter().late();
            abandon(exchange);
        }
    }

    /**
     * Nobody waits for this answer any more. A wait at the server is ended; what is granted all the same goes to the
     * exchange's orphan handler.
     */
    void abandon(Exchange exchange) {
        if (!withdraw(exchange) && conversation.abandon(exchange)) {
            // While the session can be taken up again, so must be the end of this wait.
            long patience = Nanos.plus(state.graceNanos(), Nanos.of(dialer.options().responseTimeout()));
            var unused = enqueue(new Exchange(new Request.Cancel(Long.toString(exchange.number))), patience, exchange);
            conversation.flush(false);
        }
    }

    /** Takes a request back that has not left yet; false if it may have. */
    boolean withdraw(Exchange exchange) {
        boolean withdrawn = conversation.withdraw(exchange);
        if (withdrawn) {
            exchange.overdue.cancel();
        }
        return withdrawn;
    }

    /** Hands the answer to whoever waits for it, or deals with what it gave to nobody. */
    Reply settle(Exchange exchange, String line, boolean cut) {
        exchange.overdue.cancel();
        var reply = ReplyCodec.decode(exchange.request.verb(), line);
        if (cut) {
            exchange.reply.completeExceptionally(
                    Refusals.tooLong(exchange.request, dialer.address(), line.length()));
        } else if (!exchange.reply.complete(reply)) {
            exchange.orphan.accept(reply);
        }
        return reply;
    }

    /** Puts back what this answer took from a list for nobody. */
    void putBack(Request request, Reply reply) {
        var push = PutBack.of(request, reply);
        if (push != null) {
            PutBack.send(push, dialer.address(), time, () -> {
                var exchange = new Exchange(push);
                exchange.precious = true;
                var unused = enqueue(exchange, PUT_BACK_NANOS, null);
                conversation.flush(false);
                return exchange.reply;
            });
        }
    }

    /** Ends the pops that wait, so that a value that is on its way goes back to its list. */
    void endPops(DflockdException why) {
        for (var pop : conversation.waitingPops()) {
            pop.reply.completeExceptionally(why(pop.request, why));
            abandon(pop);
        }
    }

    void fail(List<Exchange> failed, DflockdException why) {
        for (var exchange : failed) {
            exchange.overdue.cancel();
            exchange.reply.completeExceptionally(why(exchange.request, why));
        }
    }

    /** Why this request failed, where the reason concerns many. */
    DflockdException why(Request request, DflockdException reason) {
        return Refusals.ended(request, dialer.address(), reason);
    }
}
