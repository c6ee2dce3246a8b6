package io.dflockd.client;

import io.dflockd.client.event.EventOptions;
import io.dflockd.client.event.LeaderConn;
import io.dflockd.client.internal.Checks;
import io.dflockd.client.internal.Futures;
import io.dflockd.client.internal.Members;
import io.dflockd.client.internal.SerialExecutor;
import io.dflockd.client.internal.event.EventConnection;
import io.dflockd.client.internal.hold.Acquirer;
import io.dflockd.client.internal.hold.HandleOptions;
import io.dflockd.client.internal.hold.Hold;
import io.dflockd.protocol.HoldFamily;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * An election by name: one candidate leads, the others wait in the order in which they came. The leadership is a
 * {@link Lease} that renews itself and says when it is lost.
 *
 * <pre>{@code
 * try (var candidacy = client.election("scheduler").run(leadership -> schedule(leadership.fence()))) {
 *     application.await();
 * }
 * }</pre>
 *
 * <p>One handle is one candidate: it campaigns once at a time, and not while it leads. Thread-safe.
 */
public final class Election {
    private static final Duration LONG_WAIT = Duration.ofDays(1);

    private final String key;
    private final HandleOptions options;
    private final Members members;
    private final Acquirer acquirer;
    private final LeadershipListener listener;
    private final Executor callbacks;
    /** Empty future while campaigning, done while leading, null otherwise. */
    private final AtomicReference<@Nullable CompletableFuture<Optional<Hold>>> current = new AtomicReference<>();

    Election(String key, HandleOptions options, Members members, LeadershipListener listener) {
        this.key = key;
        this.options = options;
        this.members = members;
        this.acquirer = options.acquirer(HoldFamily.ELECTION, key, 1, members);
        this.listener = listener;
        this.callbacks = new SerialExecutor(options.callbacks());
    }

    /** A candidate that stands alone. */
    public static Builder builder(String key) {
        return new Builder(key);
    }

    public String key() {
        return key;
    }

    public ServerAddress server() {
        return acquirer.terms().server();
    }

    /** This candidate with a listener; it is another candidate than this one. */
    public Election withListener(LeadershipListener newListener) {
        return new Election(key, options, members, newListener);
    }

    /** Campaigns within the acquire timeout, 10 s unless set otherwise. See {@link #campaign(Duration)}. */
    public Optional<Lease> campaign() throws InterruptedException {
        return campaign(options.acquireTimeout());
    }

    /**
     * Waits to be elected, at most this long.
     *
     * @return the leadership; empty when not elected within the wait
     * @throws IllegalStateException when this candidate leads or campaigns already
     */
    public Optional<Lease> campaign(Duration wait) throws InterruptedException {
        return Futures.getOrCancel(start(wait), Election::giveBack).map(hold -> hold);
    }

    /** As {@link #campaign(Duration)}. Cancelling it ends the campaign. */
    public CompletableFuture<Optional<Lease>> campaignAsync(Duration wait) {
        var inner = start(wait);
        return Futures.publish(inner.thenApply(hold -> hold.map(lease -> lease)), options.callbacks(),
                () -> Futures.cancel(inner, Election::giveBack));
    }

    /** The leadership, while there is a valid one. */
    public Optional<Lease> leadership() {
        return hold().filter(Lease::isValid).map(hold -> hold);
    }

    public boolean isLeader() {
        return leadership().isPresent();
    }

    /** Gives the leadership up; false when there was none (any more). */
    public boolean resign() throws InterruptedException {
        var hold = hold();
        return hold.isPresent() && hold.get().release();
    }

    /**
     * Campaigns, leads, and campaigns again when the leadership is lost or the task returns or fails, until the candidacy
     * is closed. The task runs on a thread of its own, which is interrupted when the leadership is lost.
     */
    public Candidacy run(LeaderTask task) {
        var candidacy = new Candidacy(this, task, members);
        candidacy.start();
        return candidacy;
    }

    /** Observes this election. The caller closes what is returned. */
    public LeaderConn observe() throws InterruptedException {
        var observer = new LeaderConn(EventConnection.open(options, server(), EventOptions.defaults(), members));
        try {
            observer.observe(key);
            return observer;
        } catch (InterruptedException | RuntimeException e) {
            observer.close();
            throw e;
        }
    }

    @Override
    public String toString() {
        return "Election[" + key + " at " + server() + "]";
    }

    /** Waits for ever to be elected. */
    Hold campaignOn() throws InterruptedException {
        while (true) {
            var elected = Futures.getOrCancel(start(LONG_WAIT), Election::giveBack);
            if (elected.isPresent()) {
                return elected.get();
            }
        }
    }

    private CompletableFuture<Optional<Hold>> start(Duration wait) {
        var checked = Checks.notNegative("wait", wait);
        var mine = new CompletableFuture<Optional<Hold>>();
        if (!current.compareAndSet(null, mine)) {
            throw new IllegalStateException(this + ": this candidate leads or campaigns already");
        }
        var campaign = acquirer.acquire(checked);
        var unused = campaign.whenComplete((hold, failure) -> {
            if (failure == null && hold.isPresent() && mine.complete(hold)) {
                lead(hold.get(), mine);
                return;
            }
            current.compareAndSet(mine, null);
            if (failure != null) {
                mine.completeExceptionally(Futures.unwrap(failure));
            } else if (!mine.complete(hold)) {
                giveBack(hold);
            }
        });
        var ignored = mine.whenComplete((hold, failure) -> {
            if (mine.isCancelled()) {
                Futures.cancel(campaign, Election::giveBack);
            }
        });
        return mine;
    }

    private void lead(Hold hold, CompletableFuture<Optional<Hold>> mine) {
        callbacks.execute(() -> listener.elected(hold));
        var unused = hold.ended().thenAccept(reason -> {
            current.compareAndSet(mine, null);
            callbacks.execute(() -> listener.ended(hold, reason));
        });
    }

    private Optional<Hold> hold() {
        var mine = current.get();
        return mine == null ? Optional.empty() : mine.getNow(Optional.empty());
    }

    private static void giveBack(Optional<Hold> late) {
        late.ifPresent(Hold::releaseUnnoticed);
    }

    /** Builds a candidate that stands alone. Not thread-safe. */
    public static final class Builder extends HandleBuilder<Builder> {
        private final String key;
        private LeadershipListener listener = LeadershipListener.none();

        private Builder(String key) {
            this.key = key;
        }

        /** Who is told when the leadership begins and ends. */
        public Builder listener(LeadershipListener newListener) {
            listener = newListener;
            return this;
        }

        /**
         * The candidate; nothing is sent yet.
         *
         * @throws IllegalArgumentException when the key cannot be one
         */
        public Election build() {
            return new Election(key, options(), new Members(), listener);
        }

        @Override
        Builder self() {
            return this;
        }
    }
}
