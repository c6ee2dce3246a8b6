package io.dflockd.spring.integration;

import io.dflockd.client.Candidacy;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.Lease;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ApplicationEventPublisherAware;
import org.springframework.context.SmartLifecycle;
import org.springframework.integration.leader.Candidate;
import org.springframework.integration.leader.Context;
import org.springframework.integration.leader.event.DefaultLeaderEventPublisher;
import org.springframework.integration.leader.event.LeaderEventPublisher;

/**
 * Has a {@link Candidate} of Spring Integration stand in an election, whose key is its role. It waits in the queue of the
 * server and is told at once; nothing polls.
 *
 * <p>{@code onGranted} and {@code onRevoked} come in strict pairs, one at a time, on a thread of the candidate's own; a
 * {@code onGranted} that still runs when the leadership ends is interrupted, and {@code onRevoked} follows when it has
 * returned. A leadership whose lease or session runs out is revoked before another candidate can be granted it. Where an
 * operator takes it away, or a server that keeps its state in memory starts anew, the other may be granted first by a
 * moment: what must not be done twice compares the fence of {@link LeaseContext#leadership}. A leadership that is given up
 * is given up after {@code onRevoked} has returned.
 *
 * <p>Events are published where there is an application context or a {@link LeaderEventPublisher}; of failed attempts there are
 * none, as one waits instead. It starts and stops with its context; its phase makes it the last to start and the first to stop.
 * Thread-safe.
 */
public final class DflockdLeaderInitiator implements SmartLifecycle, ApplicationEventPublisherAware {
    private static final Logger LOG = LoggerFactory.getLogger(DflockdLeaderInitiator.class);

    private final DflockdClient client;
    private final Candidate candidate;
    private final LeaderContext context = new LeaderContext();
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Candidacy candidacy;
    private @Nullable Term term;

    private volatile @Nullable LeaderEventPublisher publisher;
    private volatile boolean autoStartup = true;
    private volatile int phase = Integer.MAX_VALUE;

    /** A leadership from its begin to its end. */
    private record Term(Lease lease, Thread thread, CountDownLatch over) {}

    /** What a candidate sees of its leadership. */
    public interface LeaseContext extends Context {
        /** The leadership, while there is a valid one. Costs no communication. */
        Optional<Lease> leadership();
    }

    /** @throws IllegalArgumentException when the role of the candidate is no key */
    public DflockdLeaderInitiator(DflockdClient client, Candidate candidate) {
        this.client = client;
        this.candidate = candidate;
        var unused = client.election(candidate.getRole());
    }

    /** Who is told of leaderships, instead of the application context. */
    public void setLeaderEventPublisher(LeaderEventPublisher newPublisher) {
        publisher = newPublisher;
    }

    @Override
    public void setApplicationEventPublisher(ApplicationEventPublisher events) {
        if (publisher == null) {
            publisher = new DefaultLeaderEventPublisher(events);
        }
    }

    /** Whether it is a candidate as soon as the context has started; it is by default. */
    public void setAutoStartup(boolean newAutoStartup) {
        autoStartup = newAutoStartup;
    }

    /** When it starts and stops; {@code Integer.MAX_VALUE} by default. */
    public void setPhase(int newPhase) {
        phase = newPhase;
    }

    /** The same for all leaderships. */
    public LeaseContext getContext() {
        return context;
    }

    @Override
    public void start() {
        lock.lock();
        try {
            if (candidacy == null) {
                candidacy = client.election(candidate.getRole()).run(this::lead);
            }
        } finally {
            lock.unlock();
        }
    }

    private void lead(Lease lease) throws InterruptedException {
        var begun = new Term(lease, Thread.currentThread(), new CountDownLatch(1));
        set(begun);
        try {
            candidate.onGranted(context);
            publish(granted -> granted.publishOnGranted(this, context, candidate.getRole()));
            begun.over().await();
        } finally {
            set(null);
            var unused = Thread.interrupted(); // that of the end, which is none of what follows
            revoked();
        }
    }

    private void set(@Nullable Term next) {
        lock.lock();
        try {
            term = next;
        } finally {
            lock.unlock();
        }
    }

    private void revoked() {
        try {
            candidate.onRevoked(context);
        } catch (RuntimeException e) {
            LOG.warn("{}: onRevoked failed", this, e);
        }
        publish(revoked -> revoked.publishOnRevoked(this, context, candidate.getRole()));
    }

    private void publish(Consumer<LeaderEventPublisher> event) {
        @Nullable LeaderEventPublisher told = publisher;
        if (told == null) {
            return;
        }
        try {
            event.accept(told);
        } catch (RuntimeException e) {
            LOG.warn("{}: a listener failed", this, e);
        }
    }

    /** Revokes and gives up a leadership, and is no candidate any more; waits for {@code onGranted} and {@code onRevoked}. */
    @Override
    public void stop() {
        @Nullable Candidacy ending;
        lock.lock();
        try {
            ending = candidacy;
        } finally {
            lock.unlock();
        }
        if (ending == null) {
            return;
        }
        ending.close();
        lock.lock();
        try {
            if (ending.equals(candidacy)) {
                candidacy = null;
            }
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #stop()}, without waiting for it here. */
    @Override
    public void stop(Runnable callback) {
        var thread = new Thread(() -> {
            try {
                stop();
            } finally {
                callback.run();
            }
        }, "dflockd-resign-" + candidate.getRole());
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public boolean isRunning() {
        lock.lock();
        try {
            return candidacy != null;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isAutoStartup() {
        return autoStartup;
    }

    @Override
    public int getPhase() {
        return phase;
    }

    @Override
    public String toString() {
        return "DflockdLeaderInitiator[" + candidate.getRole() + ", " + candidate.getId() + "]";
    }

    private final class LeaderContext implements LeaseContext {
        @Override
        public boolean isLeader() {
            return leadership().isPresent();
        }

        @Override
        public Optional<Lease> leadership() {
            lock.lock();
            try {
                return Optional.ofNullable(term).map(Term::lease).filter(Lease::isValid);
            } finally {
                lock.unlock();
            }
        }

        /** Gives the leadership up, and stands again a moment later; an {@code onGranted} that still runs is interrupted. */
        @Override
        public void yield() {
            lock.lock();
            try {
                if (term == null) {
                    return;
                }
                term.over().countDown();
                if (term.thread() != Thread.currentThread()) {
                    term.thread().interrupt();
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public String getRole() {
            return candidate.getRole();
        }

        @Override
        public String toString() {
            return "LeaseContext[" + candidate.getRole() + ", leads " + isLeader() + "]";
        }
    }
}
