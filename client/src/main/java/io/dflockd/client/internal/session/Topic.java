package io.dflockd.client.internal.session;

import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Something that can be subscribed to: who wants it here, and what the server has. Guarded by the lock of its
 * {@link Subscriptions}.
 */
final class Topic {
    /** Whether the server sends its pushes to the session. */
    enum AtServer {
        NO,
        YES,
        UNKNOWN
    }

    /** A call that waits until the server has what it wants. */
    record Wish(Subscriptions.Subscriber who, CompletableFuture<Reply> done) {}

    final Request subscription;
    final Request removal;
    final Set<Subscriptions.Subscriber> members = new LinkedHashSet<>(2);
    AtServer atServer = AtServer.NO;
    /** Whether a request about it is under way. */
    boolean busy;
    private List<Wish> wishes = new ArrayList<>(1);
    private List<Wish> farewells = new ArrayList<>(1);

    Topic(Request subscription, Request removal) {
        this.subscription = subscription;
        this.removal = removal;
    }

    /** What the request subscribes to, or ends the subscription of; null for all other requests. */
    static @Nullable Topic of(Request request) {
        if (request instanceof Request.Listen listen) {
            return new Topic(listen, new Request.Unlisten(listen.key(), listen.group()));
        }
        if (request instanceof Request.Unlisten unlisten) {
            return new Topic(new Request.Listen(unlisten.key(), unlisten.group()), unlisten);
        }
        if (request instanceof Request.Watch watch) {
            return new Topic(watch, new Request.Unwatch(watch.key()));
        }
        if (request instanceof Request.Unwatch unwatch) {
            return new Topic(new Request.Watch(unwatch.key()), unwatch);
        }
        if (request instanceof Request.Observe observe) {
            return new Topic(observe, new Request.Unobserve(observe.key()));
        }
        return request instanceof Request.Unobserve unobserve
                ? new Topic(new Request.Observe(unobserve.key()), unobserve)
                : null;
    }

    void add(Wish wish) {
        members.add(wish.who);
        wishes.add(wish);
    }

    void remove(Wish farewell) {
        members.remove(farewell.who);
        farewells.add(farewell);
    }

    /** What is to be asked of the server; null where it has what is wanted. */
    @Nullable
    Request next() {
        if (members.isEmpty()) {
            return atServer == AtServer.NO ? null : removal;
        }
        // Each wish to observe is told whether somebody leads now.
        boolean again = subscription instanceof Request.Observe && !wishes.isEmpty();
        return atServer != AtServer.YES || again ? subscription : null;
    }

    /** Takes the calls that wait for the answer to this request. */
    List<Wish> take(Request request) {
        return request.equals(subscription) ? takeWishes() : takeFarewells();
    }

    /** Takes all calls that wait. */
    List<Wish> takeAll() {
        var all = takeWishes();
        all.addAll(takeFarewells());
        return all;
    }

    /** Takes the wishes of one that has gone. */
    List<Wish> takeWishesOf(Subscriptions.Subscriber who) {
        var taken = new ArrayList<>(wishes.stream().filter(wish -> wish.who.equals(who)).toList());
        wishes.removeAll(taken);
        return taken;
    }

    /** Takes note of an answer; one that is none, or of another session, leaves doubts. */
    void answered(Request request, boolean certain, boolean ok) {
        busy = false;
        if (request.equals(removal)) {
            atServer = AtServer.NO;
        } else if (!certain || !ok) {
            // What was subscribed to stays so when it is asked for once more.
            boolean still = atServer == AtServer.YES;
            atServer = still ? AtServer.YES : certain ? AtServer.NO : AtServer.UNKNOWN;
        } else {
            atServer = AtServer.YES;
        }
    }

    /** A new session of the server knows nothing of it, and those who wanted it have lost theirs. */
    void forget() {
        atServer = AtServer.NO;
        members.clear();
    }

    private List<Wish> takeWishes() {
        var taken = wishes;
        wishes = new ArrayList<>(1);
        return taken;
    }

    private List<Wish> takeFarewells() {
        var taken = farewells;
        farewells = new ArrayList<>(1);
        return taken;
    }
}
