package io.dflockd.client;

import io.dflockd.client.internal.Futures;
import io.dflockd.client.internal.Link;
import io.dflockd.client.internal.Nanos;
import io.dflockd.client.internal.Refusals;
import io.dflockd.client.internal.Threads;
import io.dflockd.client.internal.Waits;
import io.dflockd.client.internal.Words;
import io.dflockd.protocol.Octets;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Sends requests over a link and reads their answers, blocking or not. */
final class Calls {
    private final Link link;

    Calls(Link link) {
        this.link = link;
    }

    /**
     * Sends the request and waits for what {@code reading} makes of the answer. An interrupted wait for something that would be left without an owner closes the connection.
     */
    <T> T call(Request request, Reading<T> reading) throws InterruptedException {
        var future = link.sendHere(request, waitNanos(request));
        try {
            return read(request, Futures.get(future), reading);
        } catch (InterruptedException e) {
            abandon(request);
            throw e;
        }
    }

    /** As {@link #call}, without blocking. Cancelling the future is like interrupting the call. */
    <T> CompletableFuture<T> callAsync(Request request, Reading<T> reading) {
        var inner = link.send(request, waitNanos(request)).thenApply(reply -> read(request, reply, reading));
        return Futures.publish(inner, Threads.callbacks(), () -> {
            if (!inner.isCompletedExceptionally()) {
                abandon(request);
            }
        });
    }

    /** As {@link #callAsync}, for requests that are answered with {@code ok} alone. */
    CompletableFuture<Void> doAsync(Request request) {
        var inner = link.send(request, waitNanos(request)).thenAccept(reply -> {
            var unused = read(request, reply, Calls::ok);
        });
        return Futures.publish(inner, Threads.callbacks(), () -> {});
    }

    /** Makes a value of an answer; throws the refusal where there is none. */
    interface Reading<T> {
        T read(Reply reply, Supplier<DflockdException> refusal);
    }

    static Grant granted(Reply reply, Supplier<DflockdException> refusal) {
        if (reply instanceof Reply.Granted granted) {
            return new Grant(granted.token(), Duration.ofSeconds(granted.leaseSeconds()), granted.fence());
        }
        throw refusal.get();
    }

    /** Empty when queued. */
    static Optional<Grant> grantedOrQueued(Reply reply, Supplier<DflockdException> refusal) {
        return isWord(reply, Status.QUEUED) ? Optional.empty() : Optional.of(granted(reply, refusal));
    }

    static Renewal renewed(Reply reply, Supplier<DflockdException> refusal) {
        if (reply instanceof Reply.Renewed renewed) {
            return new Renewal(Duration.ofSeconds(renewed.leaseSeconds()), renewed.fence());
        }
        throw refusal.get();
    }

    /** {@code ok} and nothing else; the value only says that it was so. */
    static boolean ok(Reply reply, Supplier<DflockdException> refusal) {
        if (isWord(reply, Status.OK)) {
            return true;
        }
        throw refusal.get();
    }

    /** True for {@code ok}, false for the other word. */
    static Reading<Boolean> okOr(Status other) {
        return (reply, refusal) -> !isWord(reply, other) && ok(reply, refusal);
    }

    static long count(Reply reply, Supplier<DflockdException> refusal) {
        if (reply instanceof Reply.Count count) {
            return count.value();
        }
        throw refusal.get();
    }

    static String text(Reply reply, Supplier<DflockdException> refusal) {
        if (reply instanceof Reply.Text text) {
            return Octets.toText(text.text());
        }
        if (isWord(reply, Status.OK)) {
            return ""; // an empty value leaves the bare word
        }
        throw refusal.get();
    }

    /** Empty for {@code nil}. */
    static Optional<String> textOrNil(Reply reply, Supplier<DflockdException> refusal) {
        return isWord(reply, Status.NIL) ? Optional.empty() : Optional.of(text(reply, refusal));
    }

    private static boolean isWord(Reply reply, Status status) {
        return reply instanceof Reply.Word word && word.status() == status;
    }

    private <T> T read(Request request, Reply reply, Reading<T> reading) {
        return reading.read(reply, () -> Refusals.of(request, reply, link.address()));
    }

    private void abandon(Request request) {
        if (Waits.givesSomething(request)) {
            link.abort(new ConnectionLostException(Words.about(request, link.address())
                    + "cancelled by the caller, so the connection was closed"));
        }
    }

    private static long waitNanos(Request request) {
        return Nanos.ofSeconds(Waits.seconds(request));
    }
}
