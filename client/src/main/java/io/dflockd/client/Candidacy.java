package io.dflockd.client;

import io.dflockd.client.error.DflockdException;
import io.dflockd.client.internal.Backoff;
import io.dflockd.client.internal.Log;
import io.dflockd.client.internal.Members;
import io.dflockd.client.internal.Threads;
import io.dflockd.client.internal.hold.Hold;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A standing candidacy: made by {@link Election#run}, ended by {@link #close}. Thread-safe. */
public final class Candidacy implements AutoCloseable {
    private static final Log log = Log.of(Candidacy.class);
    private static final long FIRST_PAUSE_NANOS = 200_000_000L;
    private static final long LONGEST_PAUSE_NANOS = 10_000_000_000L;
    /** Who leads for less has not led: a candidate that were elected again at once would do nothing but campaign. */
    private static final long TERM_NANOS = 10_000_000_000L;

    private final Election election;
    private final LeaderTask task;
    private final Members members;
    private final Members.Member member = this::clientClosed;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
    private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();

    private final Backoff pauses = new Backoff(FIRST_PAUSE_NANOS, LONGEST_PAUSE_NANOS);
    /** Whether a campaign has failed since the last that succeeded. Of the candidate's thread alone. */
    private boolean warned;

    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Hold led;

    Candidacy(Election election, LeaderTask task, Members members) {
        this.election = election;
        this.task = task;
        this.members = members;
    }

    void start() {
        if (!members.add(member)) {
            throw new IllegalStateException(election + ": the client is closed");
        }
        thread.set(Threads.start("dflockd-candidate-" + election.key(), this::run));
    }

    /** Whether the task leads now. */
    public boolean isLeader() {
        return election.isLeader();
    }

    /**
     * Ends the candidacy: a leading task is interrupted, then the leadership is resigned. Waits for the task to return,
     * unless called by the task itself; an interrupt ends the wait and stays set. May be called twice.
     */
    @Override
    public void close() {
        stop();
        if (Thread.currentThread() != thread.get()) {
            try {
                var unused = ended.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private CompletableFuture<?> clientClosed() {
        stop();
        return ended;
    }

    private void stop() {
        closed.countDown();
        var running = thread.get();
        if (running != null) {
            running.interrupt();
        }
    }

    private void run() {
        try {
            while (closed.getCount() > 0) {
                campaignAndLead();
            }
        } finally {
            members.remove(member);
            ended.complete(true);
        }
    }

    private void campaignAndLead() {
        try {
            lead(election.campaignOn());
        } catch (InterruptedException e) {
            // Either the candidacy ends, or the interrupt of a lost leadership came late: look again.
        } catch (RuntimeException | Error e) {
            warn(e);
            pause();
        }
    }

    /** Where a server is away, every attempt fails in the same way: once says it. */
    private void warn(Throwable failure) {
        if (!(failure instanceof DflockdException)) {
            log.warn("{}: the campaign failed; the next begins in a moment", election, failure);
        } else if (!warned) {
            log.warn("{}: the campaign failed, and goes on with pauses: {}", election, failure.getMessage());
        } else {
            log.debug("{}: the campaign failed again: {}", election, failure.getMessage());
        }
        warned = true;
    }

    private void lead(Hold leadership) {
        var time = election.time();
        long begun = time.nanoTime();
        boolean failed = false;
        warned = false;
        enter(leadership);
        leadership.whenLost(() -> interruptIfLed(leadership));
        try {
            task.lead(leadership);
        } catch (InterruptedException e) {
            log.info("{}: the leading task was interrupted", election);
        } catch (Throwable e) { // also an Error must not end the candidacy, or nobody would ever lead again
            failed = true;
            log.error("{}: the leading task failed", election, e);
            election.taskFailed(e);
        } finally {
            leave();
            leadership.close();
        }
        boolean isLong = time.nanoTime() - begun >= TERM_NANOS;
        if (isLong) {
            pauses.reset();
        }
        if (failed || !(isLong || isLost(leadership))) {
            pause();
        }
    }

    private static boolean isLost(Hold leadership) {
        return leadership.ended().getNow(Optional.empty()).isPresent();
    }

    private void enter(Hold leadership) {
        lock.lock();
        try {
            led = leadership;
        } finally {
            lock.unlock();
        }
    }

    /** From here on no interrupt of this leadership comes; one that came too late for its task is cleared. */
    private void leave() {
        lock.lock();
        try {
            led = null;
            var unused = Thread.interrupted();
        } finally {
            lock.unlock();
        }
    }

    private void interruptIfLed(Hold leadership) {
        lock.lock();
        try {
            var running = thread.get();
            if (led == leadership && running != null) {
                running.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    private void pause() {
        if (closed.getCount() == 0) {
            return; // whose interrupt may have been taken for that of a leadership
        }
        var over = new CountDownLatch(1);
        var alarm = election.time().after(pauses.next(), over::countDown);
        try {
            over.await();
        } catch (InterruptedException e) {
            // As in the campaign: the loop looks whether the candidacy ends.
        } finally {
            alarm.cancel();
        }
    }
}
