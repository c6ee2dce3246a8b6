package io.dflockd.acceptance.faults;

import io.dflockd.testkit.Eventually;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Holds {@code asJavaLock()} in a thread, and believes as long as that may take the lock again. What it cannot be told
 * while it works, the last {@code unlock()} must tell.
 */
final class JavaLockHolder implements Holder {
    private static final long INTERVAL_NANOS = 2_000_000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final FaultCase of;
    private final Handles handles;
    private final Journal journal;
    private final CountDownLatch release = new CountDownLatch(1);
    private @Nullable Thread thread;

    JavaLockHolder(FaultCase of, Handles handles, Journal journal) {
        this.of = of;
        this.handles = handles;
        this.journal = journal;
    }

    @Override
    public void acquire() {
        var lock = handles.lock().asJavaLock();
        var holding = new Thread(() -> hold(lock), "faults-java-lock-" + of.number());
        holding.setDaemon(true);
        holding.start();
        thread = holding;
        Eventually.await(of.key() + " is locked", PATIENCE, journal::isGranted);
    }

    @Override
    public void release() throws InterruptedException {
        journal.over();
        release.countDown();
        if (thread != null) {
            thread.join(TimeUnit.SECONDS.toMillis(15));
            if (thread.isAlive()) {
                journal.remark("unlock() hangs");
            }
        }
    }

    @Override
    public void close() {
        handles.close();
    }

    private void hold(Lock lock) {
        lock.lock();
        journal.granted(System.nanoTime(), 0);
        while (release.getCount() > 0) {
            takeAgain(lock);
            LockSupport.parkNanos(INTERVAL_NANOS);
        }
        boolean lost = journal.isTold();
        boolean thrown = unlock(lock);
        if (lost && !thrown) {
            journal.remark("unlock() was silent about the loss");
        }
    }

    private void takeAgain(Lock lock) {
        long before = System.nanoTime();
        try {
            if (lock.tryLock()) {
                journal.believed(before);
                var unused = unlock(lock);
            }
        } catch (RuntimeException e) {
            rethrowUnlessLost(e);
        }
    }

    /** Whether it threw that the lease was lost. */
    private boolean unlock(Lock lock) {
        try {
            lock.unlock();
            return false;
        } catch (RuntimeException e) {
            rethrowUnlessLost(e);
            return true;
        }
    }

    private void rethrowUnlessLost(RuntimeException thrown) {
        if (!thrown.getClass().getSimpleName().equals("LeaseLostException")) {
            journal.remark("the lock threw " + thrown);
        }
    }
}
