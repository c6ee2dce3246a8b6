package io.dflockd.client.internal.call;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.dflockd.client.connection.Grant;
import io.dflockd.client.connection.Renewal;
import io.dflockd.client.error.ConnectionLostException;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.internal.DurationRule;
import io.dflockd.client.internal.Futures;
import io.dflockd.client.internal.Nanos;
import io.dflockd.client.internal.Refusals;
import io.dflockd.client.internal.Threads;
import io.dflockd.client.internal.Words;
import io.dflockd.client.internal.link.Link;
import io.dflockd.client.internal.session.PutBack;
import io.dflockd.protocol.Octets;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Sends requests and reads their answers, blocking or not, over whatever connection the route gives. */
public final class Calls {
    private final Route route;
    private final DurationRule durations;
    private final Executor callbacks;

    public Calls(Route route, DurationRule durations) {
        this(route, durations, Threads.callbacks());
    }

    /** Calls whose futures complete on this executor. */
    public Calls(Route route, DurationRule durations, Executor callbacks) {
        this.route = route;
        this.durations = durations;
        this.callbacks = callbacks;
    }

    /** Calls over one connection. */
    public static Calls over(Link link, DurationRule durations) {
        var connected = CompletableFuture.completedFuture(link);
        return new Calls(request -> connected, durations);
    }

    /** Finds a connection for a request. */
    public interface Route {
        /** Cancelling the future ends an attempt that is for this request alone. */
        CompletableFuture<Link> linkFor(Request request);

        /** Takes the connection back when the request is answered or given up. */
        default void done(Link link, Request request) {}
    }

    /** See {@link DurationRule#ms}. */
    public long ms(String name, Duration duration) {
        return durations.ms(name, duration);
    }

    /** See {@link DurationRule#leaseMs}. */
    public long leaseMs(@Nullable Duration lease) {
        return durations.leaseMs(lease);
    }

    /**
     * Sends the request and waits for what {@code reading} makes of the answer. An interrupted wait for something that
     * would be left without an owner ends the link that it has for itself; a value that came at that moment is put back.
     */
    public <T> T call(Request request, Reading<T> reading) throws InterruptedException {
        var link = Futures.getOrCancel(route.linkFor(request), late -> route.done(late, request));
        var answer = link.sendHere(request, waitNanos(request));
        try {
            return read(link, request, Futures.get(answer), reading);
        } catch (InterruptedException e) {
            abandon(link, request);
            var unused = answer.thenAccept(reply -> putBack(link, request, reply));
            throw e;
        } finally {
            route.done(link, request);
        }
    }

    /** As {@link #call}, without blocking. Cancelling the future is like interrupting the call. */
    public <T> CompletableFuture<T> callAsync(Request request, Reading<T> reading) {
        var opening = route.linkFor(request);
        var answer = opening.thenCompose(link -> link.send(request, waitNanos(request))
                .whenComplete((reply, failure) -> route.done(link, request)));
        var inner = answer.thenCombine(opening, (reply, link) -> read(link, request, reply, reading));
        return Futures.publish(inner, callbacks,
                () -> Futures.cancel(opening, link -> abandon(link, request)),
                late -> putBack(opening.join(), request, answer.join()));
    }

    /** As {@link #callAsync}, for requests that are answered with {@code ok} alone. */
    public CompletableFuture<Void> doAsync(Request request) {
        return callAsync(request, Calls::ok).thenAccept(ok -> {});
    }

    /** Makes a value of an answer; throws the refusal where there is none. */
    public interface Reading<T> {
        T read(Reply reply, Supplier<DflockdException> refusal);
    }

    public static Grant granted(Reply reply, Supplier<DflockdException> refusal) {
        if (reply instanceof Reply.Granted granted) {
            return new Grant(granted.token(), Duration.ofMillis(granted.leaseMs()), granted.fence());
        }
        throw refusal.get();
    }

    /** Empty when queued. */
    public static Optional<Grant> grantedOrQueued(Reply reply, Supplier<DflockdException> refusal) {
        return isWord(reply, Status.QUEUED) ? Optional.empty() : Optional.of(granted(reply, refusal));
    }

    public static Renewal renewed(Reply reply, Supplier<DflockdException> refusal) {
        if (reply instanceof Reply.Renewed renewed) {
            return new Renewal(Duration.ofMillis(renewed.leaseMs()), renewed.fence());
        }
        throw refusal.get();
    }

    /** {@code ok} and nothing else; the value only says that it was so. */
    public static boolean ok(Reply reply, Supplier<DflockdException> refusal) {
        if (isWord(reply, Status.OK)) {
            return true;
        }
        throw refusal.get();
    }

    /** True for {@code ok}, false for the other word. */
    public static Reading<Boolean> okOr(Status other) {
        return (reply, refusal) -> !isWord(reply, other) && ok(reply, refusal);
    }

    public static long count(Reply reply, Supplier<DflockdException> refusal) {
        if (reply instanceof Reply.Count count) {
            return count.value();
        }
        throw refusal.get();
    }

    public static String text(Reply reply, Supplier<DflockdException> refusal) {
        if (reply instanceof Reply.Text text) {
            return Octets.toText(text.text());
        }
        if (isWord(reply, Status.OK)) {
            return ""; // an empty value leaves the bare word
        }
        throw refusal.get();
    }

    /** Empty for {@code nil}. */
    public static Optional<String> textOrNil(Reply reply, Supplier<DflockdException> refusal) {
        return isWord(reply, Status.NIL) ? Optional.empty() : Optional.of(text(reply, refusal));
    }

    /** As {@link #textOrNil}, as it came. */
    public static Optional<byte[]> bytesOrNil(Reply reply, Supplier<DflockdException> refusal) {
        if (isWord(reply, Status.NIL)) {
            return Optional.empty();
        }
        if (reply instanceof Reply.Text text) {
            return Optional.of(text.text().getBytes(ISO_8859_1));
        }
        if (isWord(reply, Status.OK)) {
            return Optional.of(new byte[0]);
        }
        throw refusal.get();
    }

    private static boolean isWord(Reply reply, Status status) {
        return reply instanceof Reply.Word word && word.status() == status;
    }

    private static <T> T read(Link link, Request request, Reply reply, Reading<T> reading) {
        return reading.read(reply, () -> Refusals.of(request, reply, link.address()));
    }

    private static void abandon(Link link, Request request) {
        if (Link.isTiedTo(request)) {
            link.abort(new ConnectionLostException(
                    Words.about(request, link.address()) + "cancelled by the caller, so the connection was closed"));
        }
    }

    private void putBack(Link link, Request request, Reply reply) {
        var push = PutBack.of(request, reply);
        if (push != null) {
            PutBack.send(push, link.address(), link.time(),
                    () -> route.linkFor(push).thenCompose(other -> other.send(push, 0)));
        }
    }

    private static long waitNanos(Request request) {
        return Nanos.ofMs(request.waitMs());
    }
}
