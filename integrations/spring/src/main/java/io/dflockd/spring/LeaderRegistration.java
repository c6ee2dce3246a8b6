package io.dflockd.spring;

import io.dflockd.client.Candidacy;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.LeaderTask;
import io.dflockd.client.LeadershipListener;
import io.dflockd.client.Lease;
import io.dflockd.client.error.LossReason;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ApplicationEventPublisherAware;
import org.springframework.context.EnvironmentAware;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.Environment;

/**
 * A bean by which a program is a candidate in an election as long as its context runs. Whichever program leads runs the task;
 * {@link LeadershipStarted} and {@link LeadershipEnded} are published in its context, and its {@link LeaderOnly} methods of
 * that name run.
 *
 * <pre>{@code
 * @Bean
 * LeaderRegistration scheduler(Scheduler scheduler) {
 *     return new LeaderRegistration("scheduler", leadership -> scheduler.run(leadership.fence()));
 * }
 * }</pre>
 *
 * <p>The context's {@link DflockdClient} campaigns. The key of the election is the name, after the property
 * {@code dflockd.key-prefix}. With the property {@code dflockd.leadership.auto-startup} or {@code dflockd.enabled} false the
 * program is no candidate before {@link #start} is called.
 *
 * <p>It stands when all else has started, and resigns before anything else stops. Whenever a leadership ends, the task and
 * the {@code @LeaderOnly} methods that run are interrupted; it is given up, and stood for again, only when they have returned.
 * Thread-safe.
 */
public final class LeaderRegistration
        implements
            SmartLifecycle,
            BeanFactoryAware,
            EnvironmentAware,
            ApplicationEventPublisherAware {
    /** For how long stopping waits for the listeners of the last event. */
    private static final Duration LAST_EVENT = Duration.ofSeconds(10);

    private final String name;
    private final LeaderTask task;
    private final LeaderCalls calls = new LeaderCalls();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition told = lock.newCondition();
    private @Nullable Candidacy candidacy;
    private long led;
    private long ended;
    private @Nullable Lease announced;
    private volatile @Nullable Thread telling;

    private @Nullable BeanFactory beans;
    private @Nullable Environment environment;
    private @Nullable ApplicationEventPublisher events;

    /** A candidate that leads for its {@link LeaderOnly} methods and for who listens to the events. */
    public LeaderRegistration(String name) {
        this(name, leadership -> new CountDownLatch(1).await());
    }

    /**
     * A candidate with a task, which leads until it returns: as with {@link io.dflockd.client.Election#run}.
     *
     * @throws IllegalArgumentException when the name is blank
     */
    public LeaderRegistration(String name, LeaderTask task) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("the name of an election is blank");
        }
        this.name = name;
        this.task = Objects.requireNonNull(task);
    }

    public String name() {
        return name;
    }

    /** Whether this program leads now. Costs no communication. */
    public boolean isLeader() {
        return leadership().isPresent();
    }

    /** The leadership, while this program has a valid one. */
    public Optional<Lease> leadership() {
        return calls.leadership();
    }

    /** The methods that run because this program leads. */
    LeaderCalls calls() {
        return calls;
    }

    /** @throws IllegalStateException when the context has no client, or not one */
    @Override
    public void start() {
        var client = client();
        lock.lock();
        try {
            if (candidacy == null) {
                candidacy = client.election(keyPrefix() + name).withListener(new Listener()).run(this::lead);
            }
        } finally {
            lock.unlock();
        }
    }

    private DflockdClient client() {
        if (beans == null) {
            throw new IllegalStateException(this + " is no bean of a context");
        }
        var client = beans.getBeanProvider(DflockdClient.class).getIfUnique();
        if (client == null) {
            throw new IllegalStateException(
                    this + " needs one DflockdClient bean, or dflockd.leadership.auto-startup=false");
        }
        return client;
    }

    private String keyPrefix() {
        return environment == null ? "" : environment.getProperty("dflockd.key-prefix", "");
    }

    private void lead(Lease leadership) throws Exception {
        count();
        calls.admit(leadership);
        try {
            task.lead(leadership);
        } finally {
            calls.end();
        }
    }

    private void count() {
        lock.lock();
        try {
            led++;
        } finally {
            lock.unlock();
        }
    }

    /** Resigns; waits for the task and the methods that run, and then for the listeners of the last event, at most 10 s. */
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
        awaitLastEvent(ending);
    }

    private void awaitLastEvent(Candidacy ending) {
        lock.lock();
        try {
            // A listener that stops the registration would wait for itself.
            long left = Thread.currentThread() == telling ? 0 : LAST_EVENT.toNanos();
            while ((announced != null || ended < led) && left > 0) {
                left = told.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (candidacy == ending) {
                candidacy = null;
            }
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
        }, "dflockd-resign-" + name);
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
        return isOn("dflockd.enabled") && isOn("dflockd.leadership.auto-startup");
    }

    private boolean isOn(String property) {
        return environment == null || environment.getProperty(property, Boolean.class, Boolean.TRUE);
    }

    /** The last to start, and the first to stop. */
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }

    @Override
    public void setBeanFactory(BeanFactory beanFactory) {
        beans = beanFactory;
    }

    @Override
    public void setEnvironment(Environment newEnvironment) {
        environment = newEnvironment;
    }

    @Override
    public void setApplicationEventPublisher(ApplicationEventPublisher publisher) {
        events = publisher;
    }

    @Override
    public String toString() {
        return "LeaderRegistration[" + name + "]";
    }

    /** Publishes what the client tells in pairs; a leadership that ended before it could be told of is not told of. */
    private final class Listener implements LeadershipListener {
        @Override
        public void elected(Lease leadership) {
            lock.lock();
            try {
                if (candidacy == null) {
                    return;
                }
                announced = leadership;
            } finally {
                lock.unlock();
            }
            publish(new LeadershipStarted(name, leadership));
        }

        @Override
        public void ended(Lease leadership, Optional<LossReason> reason) {
            try {
                if (isAnnounced(leadership)) {
                    publish(new LeadershipEnded(name, leadership, reason));
                }
            } finally {
                forget();
            }
        }

        private boolean isAnnounced(Lease leadership) {
            lock.lock();
            try {
                return leadership.equals(announced);
            } finally {
                lock.unlock();
            }
        }

        private void forget() {
            lock.lock();
            try {
                announced = null;
                ended++;
                told.signalAll();
            } finally {
                lock.unlock();
            }
        }

        private void publish(Object event) {
            if (events == null) {
                return;
            }
            telling = Thread.currentThread();
            try {
                events.publishEvent(event);
            } finally {
                telling = null;
            }
        }
    }
}
