package io.dflockd.client.internal.session;

import io.dflockd.client.error.AuthenticationException;
import io.dflockd.client.error.ConnectionLostException;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.internal.Futures;
import io.dflockd.client.internal.Refusals;
import io.dflockd.client.internal.Words;
import io.dflockd.protocol.Push;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Status;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the streams of a client are subscribed to over one session. The server sends a session one copy of an event,
 * however many of its patterns match; so each pattern is subscribed to once, while anybody here wants it, and each push
 * goes once to everybody here who has a pattern that matches.
 *
 * <p>For each topic one request is under way at a time, and after its answer what is wanted is compared anew with what the
 * server has. So a wish is fulfilled only by a subscription that the server has confirmed and not been asked to end.
 *
 * <p>Pushes, and the gaps between them, are handed on one at a time in the order of the wire, and only those of the
 * present connection. Futures are completed outside the locks.
 */
final class Subscriptions {
    private static final Reply OK = new Reply.Word(Status.OK);
    private static final String ELECTED = "elected";

    /** Who wants pushes. Must not block. */
    interface Subscriber {
        void push(Push push);
    }

    private final Function<Request, CompletableFuture<Reply>> sending;
    private final ReentrantLock lock = new ReentrantLock();
    private final Topics topics = new Topics();
    private final Map<Subscriber, Set<Topic>> memberships = new HashMap<>();
    /** Differs between sessions of the server. */
    private long generation;

    /** Held while a push is handed on, so that none overtakes another. Taken before the other lock. */
    private final ReentrantLock delivery = new ReentrantLock();
    private @Nullable Object current;

    /** Sends by this function, which must not block. */
    Subscriptions(Function<Request, CompletableFuture<Reply>> sending) {
        this.sending = sending;
    }

    /** Whether the request begins or ends a subscription, and so must go through here. */
    static boolean concerns(Request request) {
        return Topic.of(request) != null;
    }

    /** Does as the request says on behalf of the subscriber. The answer is that of the server, or as good. */
    CompletableFuture<Reply> change(Subscriber who, Request request) {
        var asked = Topic.of(request);
        if (asked == null) {
            throw new IllegalArgumentException("'" + request.verb().word() + "' is about no subscription");
        }
        var wish = new Topic.Wish(who, new CompletableFuture<>());
        Topic topic;
        lock.lock();
        try {
            if (request.equals(asked.subscription)) {
                topic = topics.open(asked);
                topic.add(wish);
                memberships.computeIfAbsent(who, unused -> new HashSet<>(2)).add(topic);
            } else {
                topic = topics.find(asked);
                if (topic != null) {
                    topic.remove(wish);
                    forget(who, topic);
                }
            }
        } finally {
            lock.unlock();
        }
        if (topic == null) {
            wish.done().complete(OK);
        } else {
            proceed(topic);
        }
        return wish.done();
    }

    /** Ends all that the subscriber wants, for this reason. */
    void leave(Subscriber who, DflockdException why) {
        var unfulfilled = new ArrayList<Topic.Wish>();
        Set<Topic> left;
        lock.lock();
        try {
            var joined = memberships.remove(who);
            left = joined == null ? Set.of() : joined;
            for (var topic : left) {
                topic.members.remove(who);
                unfulfilled.addAll(topic.takeWishesOf(who));
            }
        } finally {
            lock.unlock();
        }
        fail(unfulfilled, why);
        left.forEach(this::proceed);
    }

    /** Hands on a push of this connection. */
    @SuppressWarnings("ReferenceEquality") // which connection it is
    void push(Object connection, Push push) {
        delivery.lock();
        try {
            if (connection == current) {
                handOn(push);
            }
        } finally {
            delivery.unlock();
        }
    }

    /** This client itself leads now. The server tells all observers but the session that was elected. */
    void elected(String key) {
        delivery.lock();
        try {
            handOn(new Push.Leader(ELECTED, key));
        } finally {
            delivery.unlock();
        }
    }

    /**
     * The session goes on over this connection, with all its subscriptions. Events of the time between may be missing:
     * the server counts those that it could not send, but not those that were on their way.
     */
    void resumed(Object connection) {
        delivery.lock();
        try {
            current = connection;
            List<Subscriber> all;
            lock.lock();
            try {
                all = new ArrayList<>(memberships.keySet());
            } finally {
                lock.unlock();
            }
            all.forEach(subscriber -> subscriber.push(new Push.Missed(0)));
        } finally {
            delivery.unlock();
        }
    }

    /** A new session begins over this connection. */
    void begun(Object connection) {
        delivery.lock();
        try {
            current = connection;
        } finally {
            delivery.unlock();
        }
    }

    /** The session is lost. Those who wanted something must say so anew. */
    void lost() {
        var unfulfilled = new ArrayList<Topic.Wish>();
        delivery.lock();
        lock.lock();
        try {
            current = null;
            generation++;
            memberships.clear();
            for (var topic : List.copyOf(topics.all())) {
                topic.forget();
                unfulfilled.addAll(topic.takeAll());
                if (!topic.busy) {
                    topics.remove(topic);
                }
            }
        } finally {
            lock.unlock();
            delivery.unlock();
        }
        fail(unfulfilled, new ConnectionLostException("the session was lost before the server confirmed"));
    }

    /** Asks the server for what it has not got yet; where it has all, those who waited for that are told. */
    private void proceed(Topic topic) {
        Request next;
        List<Topic.Wish> waiting;
        long asked;
        lock.lock();
        try {
            if (topic.busy) {
                return;
            }
            next = topic.next();
            asked = generation;
            topic.busy = next != null;
            waiting = next == null ? topic.takeAll() : topic.take(next);
            if (next == null && topic.members.isEmpty()) {
                topics.remove(topic);
            }
        } finally {
            lock.unlock();
        }
        if (next == null) {
            waiting.forEach(wish -> wish.done().complete(OK));
        } else {
            var unused = sending.apply(next)
                    .whenComplete((reply, failure) -> answered(topic, next, waiting, asked, reply, failure));
        }
    }

    private void answered(Topic topic, Request request, List<Topic.Wish> waiting, long asked, @Nullable Reply reply,
            @Nullable Throwable failure) {
        boolean ok = reply != null && Refusals.is(reply, Status.OK);
        lock.lock();
        try {
            topic.answered(request, reply != null && asked == generation, ok);
            if (!ok && request.equals(topic.subscription)) {
                for (var wish : waiting) {
                    topic.members.remove(wish.who());
                    forget(wish.who(), topic);
                }
            }
        } finally {
            lock.unlock();
        }
        for (var wish : waiting) {
            if (reply != null) {
                wish.done().complete(reply);
            } else if (failure != null) {
                wish.done().completeExceptionally(Futures.unwrap(failure));
            }
        }
        proceed(topic);
    }

    /** The lock of the delivery is held. */
    private void handOn(Push push) {
        Collection<Subscriber> takers;
        lock.lock();
        try {
            var matches = topics.of(push);
            takers = matches.size() == 1 ? new ArrayList<>(matches.get(0).members) : new LinkedHashSet<>();
            if (matches.size() > 1) {
                matches.forEach(topic -> takers.addAll(topic.members));
            }
        } finally {
            lock.unlock();
        }
        takers.forEach(taker -> taker.push(push));
    }

    private void forget(Subscriber who, Topic topic) {
        var joined = memberships.get(who);
        if (joined != null && joined.remove(topic) && joined.isEmpty()) {
            memberships.remove(who);
        }
    }

    private static void fail(List<Topic.Wish> wishes, DflockdException why) {
        wishes.forEach(wish -> wish.done()
                .completeExceptionally(why instanceof AuthenticationException
                        ? why
                        : new ConnectionLostException(Words.of(why), why)));
    }
}
