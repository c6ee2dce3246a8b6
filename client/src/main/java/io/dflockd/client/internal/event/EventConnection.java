package io.dflockd.client.internal.event;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.connection.Connection;
import io.dflockd.client.error.AuthenticationException;
import io.dflockd.client.error.ConnectionFailedException;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.event.EventOptions;
import io.dflockd.client.event.Gap;
import io.dflockd.client.internal.Backoff;
import io.dflockd.client.internal.DurationRule;
import io.dflockd.client.internal.Futures;
import io.dflockd.client.internal.Log;
import io.dflockd.client.internal.Members;
import io.dflockd.client.internal.Meter;
import io.dflockd.client.internal.Threads;
import io.dflockd.client.internal.call.Calls;
import io.dflockd.client.internal.hold.HandleOptions;
import io.dflockd.client.internal.link.KeepAlive;
import io.dflockd.client.internal.link.Link;
import io.dflockd.client.internal.session.Dialer;
import io.dflockd.protocol.Request;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A link that pushes come over, with what it is subscribed to. When it ends, it is made anew, with growing delays, and all
 * subscriptions with it; only then is the gap announced, so that whoever reads the state upon that misses nothing. A
 * silent connection is kept alive with pings. Where a session survives its connection, so does the link: then only the gap
 * is announced.
 */
@SuppressWarnings("ReferenceEquality") // which link it is, not what it is like
public final class EventConnection implements Members.Member {
    private static final Log log = Log.of(EventConnection.class);
    private static final long FIRST_RETRY_NANOS = 100_000_000L;
    private static final long MAX_RETRY_NANOS = 5_000_000_000L;

    private final Dialer dialer;
    private final EventOptions options;
    private final Members members;
    private final Executor callbacks;
    private final Calls calls;
    private final StandingRequests subscriptions = new StandingRequests();

    private final ReentrantLock lock = new ReentrantLock();
    private volatile Link link;
    private boolean closed;
    private final Backoff backoff = new Backoff(FIRST_RETRY_NANOS, MAX_RETRY_NANOS);
    private @Nullable CompletableFuture<Link> redial;
    private @Nullable EventSink sink;

    EventConnection(Dialer dialer, Link link, EventOptions options, Executor callbacks, Members members,
            DurationRule durations) {
        this.dialer = dialer;
        this.link = link;
        this.options = options;
        this.callbacks = callbacks;
        this.members = members;
        this.calls = new Calls(request -> CompletableFuture.completedFuture(link()), durations, callbacks);
    }

    public static EventConnection open(HandleOptions handle, ServerAddress server, EventOptions options,
            Members members)
            throws InterruptedException {
        if (members.isClosed()) {
            throw new ConnectionFailedException(server + ": the client is closed");
        }
        return open(handle.dialer(server), options, handle.callbacks(), members);
    }

    private static EventConnection open(Dialer dialer, EventOptions options, Executor callbacks, Members members)
            throws InterruptedException {
        var link = Futures.getOrCancel(dialer.open(), Link::close);
        return new EventConnection(dialer, link, options, callbacks, members, DurationRule.WHOLE_SECONDS);
    }

    /** As this one, but over a connection that carries nothing else. */
    public EventConnection openAlone() throws InterruptedException {
        return open(new Dialer(dialer.route(), dialer.options(), dialer.time(), dialer.meter(), null), options,
                callbacks, members);
    }

    /** Whether it can be listened to as a member of a group. */
    public boolean takesGroups() {
        return link().takesGroups();
    }

    /** Takes over a connection, which its user must leave alone from now on. */
    public static EventConnection wrap(Connection connection, EventOptions options) {
        return new EventConnection(connection.dialer(), connection.link(), options, Threads.callbacks(),
                new Members(), connection.durations());
    }

    /** See {@link Dialer#server}. */
    public ServerAddress server() {
        return dialer.server();
    }

    public EventOptions options() {
        return options;
    }

    public Meter meter() {
        return dialer.meter();
    }

    public Executor callbacks() {
        return callbacks;
    }

    public Calls calls() {
        return calls;
    }

    /** Begins to receive. */
    public void start(EventSink to) {
        Link first;
        lock.lock();
        try {
            sink = to;
            first = link;
        } finally {
            lock.unlock();
        }
        attend(first, to);
        if (!members.add(this)) {
            close();
        }
    }

    /** Subscribes, now and after every reconnect. A call that fails leaves no subscription behind. */
    public void subscribe(Request request) throws InterruptedException {
        boolean added = subscriptions.add(request); // first, so that a reconnect in the meantime misses nothing
        boolean done = false;
        try {
            done = calls.call(request, Calls::ok);
        } finally {
            if (added && !done) {
                subscriptions.remove(request);
            }
        }
    }

    /** Ends a subscription. It does not come back with the next connection even where this call fails. */
    public void unsubscribe(Request subscription, Request request) throws InterruptedException {
        subscriptions.remove(subscription);
        var unused = calls.call(request, Calls::ok);
    }

    /** As {@link #unsubscribe}, without waiting for the server to confirm. */
    void forget(Request subscription, Request request) {
        subscriptions.remove(subscription);
        var unused = calls.doAsync(request);
    }

    @Override
    public CompletableFuture<?> clientClosed() {
        close();
        return CompletableFuture.completedFuture(true);
    }

    public void close() {
        finish(null);
    }

    private Link link() {
        return link;
    }

    private void attend(Link fresh, EventSink to) {
        fresh.onPush(to::push);
        KeepAlive.start(fresh);
        var unused = fresh.closed().thenAccept(why -> broken(fresh, why));
    }

    private void broken(Link ended, DflockdException why) {
        lock.lock();
        try {
            if (closed || link != ended) {
                return;
            }
        } finally {
            lock.unlock();
        }
        if (options.reconnect() && !(why instanceof AuthenticationException)) {
            log.info("{}: the event connection ended, so it is made anew: {}", dialer.address(), why.getMessage());
            reconnect();
        } else {
            finish(why);
        }
    }

    private void reconnect() {
        CompletableFuture<Link> opening;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            opening = dialer.open();
            redial = opening;
        } finally {
            lock.unlock();
        }
        var unused = opening.whenComplete((fresh, failure) -> {
            if (failure == null) {
                resubscribe(fresh);
            } else {
                retryLater(failure);
            }
        });
    }

    private void resubscribe(Link fresh) {
        EventSink to;
        lock.lock();
        try {
            to = sink;
            if (closed || to == null) {
                fresh.close();
                return;
            }
        } finally {
            lock.unlock();
        }
        fresh.onPush(to::push);
        var unused = subscriptions.askAgain(fresh).whenComplete((done, failure) -> {
            if (failure != null) {
                fresh.close();
                retryLater(failure);
            } else if (adopt(fresh)) {
                to.gap(new Gap(Gap.Cause.RECONNECTED, 0));
                attend(fresh, to);
            } else {
                fresh.close();
            }
        });
    }

    private boolean adopt(Link fresh) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            link = fresh;
            redial = null;
            backoff.reset();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void retryLater(Throwable failure) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
        } finally {
            lock.unlock();
        }
        if (Futures.unwrap(failure) instanceof AuthenticationException refused) {
            finish(refused); // the same token is not accepted later either
            return;
        }
        log.debug("{}: no event connection yet", dialer.address(), failure);
        var unused = dialer.time().after(dialer.pauseNanos(backoff), this::reconnect);
    }

    private void finish(@Nullable DflockdException reason) {
        Link last;
        CompletableFuture<Link> dialling;
        EventSink to;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            last = link;
            dialling = redial;
            to = sink;
        } finally {
            lock.unlock();
        }
        members.remove(this);
        if (dialling != null) {
            Futures.cancel(dialling, Link::close);
        }
        last.close();
        if (to != null) {
            to.end(reason);
        }
    }
}
