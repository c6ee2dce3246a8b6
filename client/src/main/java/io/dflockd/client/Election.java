package io.dflockd.client;

import io.dflockd.client.error.ServerErrorException;
import io.dflockd.client.event.EventOptions;
import io.dflockd.client.event.LeaderConn;
import io.dflockd.client.event.LeaderEvent;
import io.dflockd.client.internal.Checks;
import io.dflockd.client.internal.Futures;
import io.dflockd.client.internal.Members;
import io.dflockd.client.internal.SerialExecutor;
import io.dflockd.client.internal.event.EventConnection;
import io.dflockd.client.internal.hold.Acquirer;
import io.dflockd.client.internal.hold.HandleOptions;
import io.dflockd.client.internal.hold.Hold;
import io.dflockd.client.spi.TimeSource;
import io.dflockd.protocol.HoldFamily;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

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
    private final Leaderships led;
    private final Leading leading;

    Election(String key, HandleOptions options, Members members, LeadershipListener listener, Leaderships led) {
        this.key = key;
        this.options = options;
        this.members = members;
        this.acquirer = options.acquirer(HoldFamily.ELECTION, key, 1, members);
        this.listener = listener;
        this.led = led;
        this.leading = new Leading(acquirer, listener, led, new SerialExecutor(options.callbacks()));
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

    /** This candidate with a listener; it is another candidate than this one, as with all copies. */
    public Election withListener(LeadershipListener newListener) {
        return new Election(key, options, members, newListener, led);
    }

    /** This candidate with another lease TTL, see {@link HandleBuilder#leaseTtl}. Holds that were taken before keep theirs. */
    public Election withTtl(Duration ttl) {
        return new Election(key, options.withTtl(ttl), members, listener, led);
    }

    /** This candidate with another time that {@link #campaign()} waits where none is given. */
    public Election withAcquireTimeout(Duration timeout) {
        return new Election(key, options.withAcquireTimeout(timeout), members, listener, led);
    }

    /** This candidate with leases that nobody renews: each is lost after its TTL, and told so, unless it is released before. */
    public Election withoutRenewal() {
        return new Election(key, options.withoutRenewal(), members, listener, led);
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

    /**
     * As {@link #campaign(Duration)}. However its user completes it - by cancelling, {@code orTimeout} and its like, a
     * {@code get} that runs out of time - the campaign ends, and a leadership that comes at the same moment is resigned. The
     * next campaign may be asked for at once.
     */
    public CompletableFuture<Optional<Lease>> campaignAsync(Duration wait) {
        var inner = start(wait);
        Runnable leave = () -> Futures.cancel(inner, Election::giveBack);
        return Futures.publishHold(inner.thenApply(hold -> hold.map(lease -> lease)), options.callbacks(), leave,
                late -> leave.run());
    }

    /** The leadership, while there is a valid one. */
    public Optional<Lease> leadership() {
        return hold().filter(Lease::isValid).map(hold -> hold);
    }

    /** Whether this candidate leads. {@link DflockdClient#isLeader} asks for the whole client, {@link #leader} for all. */
    public boolean isLeader() {
        return leadership().isPresent();
    }

    /**
     * Asks the server who leads; empty when nobody does. It was so a moment ago: only the leader itself can know whether it
     * still is.
     *
     * @throws ServerErrorException from a server that does not know how
     */
    public Optional<Leader> leader() throws InterruptedException {
        return Futures.get(Leader.ask(options.dialer(key), key));
    }

    /** As {@link #leader}. */
    public CompletableFuture<Optional<Leader>> leaderAsync() {
        return Futures.publish(Leader.ask(options.dialer(key), key), options.callbacks(), () -> {});
    }

    /** Gives the leadership up; false when there was none (any more). */
    public boolean resign() throws InterruptedException {
        var hold = hold();
        return hold.isPresent() && hold.get().release();
    }

    /**
     * Campaigns, leads, and campaigns again when the leadership is lost or the task returns or fails, whatever it throws,
     * until the candidacy is closed. The task runs on a thread of its own, which is interrupted when the leadership is lost.
     * After a task that failed, or returned within ten seconds, and after a campaign that failed, there is a pause before
     * the next campaign, from a tenth of a second to ten seconds the more often it happens; others may lead meanwhile.
     */
    public Candidacy run(LeaderTask task) {
        var candidacy = new Candidacy(this, task, members);
        candidacy.start();
        return candidacy;
    }

    /** As {@link #observe()}; each event goes to the callback, one at a time and in order, on the callback executor. */
    public LeaderConn observe(Consumer<? super LeaderEvent> callback) throws InterruptedException {
        var observer = observe();
        observer.events().forEachAsync(callback);
        return observer;
    }

    /** Observes this election: see {@link LeaderConn#events()}. The caller closes what is returned. */
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
        return leading.campaign(Checks.notNegative("wait", wait));
    }

    /** A leader task failed; the leadership that it had is over or ends now. */
    void taskFailed(Throwable failure) {
        leading.failed(failure);
    }

    TimeSource time() {
        return options.time();
    }

    private Optional<Hold> hold() {
        return leading.hold();
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
            return new Election(key, options(), new Members(), listener, new Leaderships());
        }

        @Override
        Builder self() {
            return this;
        }
    }
}
