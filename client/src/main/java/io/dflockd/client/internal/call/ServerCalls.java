package io.dflockd.client.internal.call;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.ServerInfo;
import io.dflockd.client.internal.Checks;
import io.dflockd.client.internal.Futures;
import io.dflockd.client.internal.Nanos;
import io.dflockd.client.internal.ServerHello;
import io.dflockd.client.internal.hold.HandleOptions;
import io.dflockd.client.internal.link.Link;
import io.dflockd.client.internal.session.SharedLinks;
import io.dflockd.protocol.Octets;
import io.dflockd.protocol.Request;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What is asked of every server of a client. */
public final class ServerCalls {
    private final HandleOptions options;
    private final SharedLinks links;

    public ServerCalls(HandleOptions options, SharedLinks links) {
        this.options = options;
        this.links = links;
    }

    /** How long each server took to answer; without those that did not within the wait. */
    public Map<ServerAddress, Duration> ping(Duration wait) throws InterruptedException {
        return askAll(wait, server -> links.get(options.dialer(server)).thenCompose(link -> {
            long begun = options.time().nanoTime();
            // An 'error' of a server that knows no ping is a sign of life, too.
            return link.send(new Request.Ping(), 0)
                    .thenApply(reply -> Duration.ofNanos(options.time().nanoTime() - begun));
        }));
    }

    /** What each server says of itself; without those that did not within the wait. */
    public Map<ServerAddress, ServerInfo> info(Duration wait) throws InterruptedException {
        return askAll(wait, server -> {
            // Over a connection of its own: on that of a session, hello has been said.
            var opening = options.dialer(server).openAlone();
            var answer = opening.thenCompose(link -> link
                    .send(new Request.Hello(Set.of(), Octets.ofText("info")), 0)
                    .whenComplete((reply, failure) -> link.close())
                    .thenApply(reply -> ServerHello.of(reply).info()));
            var unused = answer.whenComplete((info, failure) -> {
                if (answer.isCancelled()) {
                    Futures.cancel(opening, Link::close);
                }
            });
            return answer;
        });
    }

    private <T> Map<ServerAddress, T> askAll(Duration wait, Function<ServerAddress, CompletableFuture<T>> question)
            throws InterruptedException {
        long nanos = Nanos.of(Checks.notNegative("wait", wait));
        var answers = options.servers()
                .stream()
                .distinct()
                .collect(Collectors.toMap(server -> server, question, (one, same) -> one,
                        () -> new LinkedHashMap<ServerAddress, CompletableFuture<T>>()));
        var all = CompletableFuture.allOf(answers.values()
                .stream()
                .map(answer -> answer.exceptionally(failure -> null))
                .toArray(CompletableFuture<?>[]::new));
        try {
            var unused = all.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // Those that have answered are told of.
        } finally {
            answers.values().forEach(answer -> answer.cancel(false));
        }
        var got = new LinkedHashMap<ServerAddress, T>();
        answers.forEach((server, answer) -> {
            if (!answer.isCompletedExceptionally()) {
                got.put(server, answer.join());
            }
        });
        return got;
    }
}
