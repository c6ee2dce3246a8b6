package io.dflockd.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A lock is a lock, however one waits for it. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SpinThenParkLockTest {
    private static final int THREADS = 4;
    private static final int TURNS = 20_000;

    private final SpinThenParkLock lock = new SpinThenParkLock();
    private int count;

    @Test
    void oneAtATime() throws Exception {
        var threads = new ArrayList<Thread>();
        for (int thread = 0; thread < THREADS; thread++) {
            threads.add(new Thread(() -> {
                for (int i = 0; i < TURNS; i++) {
                    turn();
                }
            }));
        }
        threads.forEach(Thread::start);
        for (var thread : threads) {
            thread.join();
        }

        assertThat(count).isEqualTo(THREADS * TURNS);
    }

    @Test
    void whoWaitsLongerParksAndIsWoken() throws Exception {
        var waiter = new Thread(this::turn);
        lock.lock();
        try {
            waiter.start();
            while (waiter.getState() != Thread.State.WAITING) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
        } finally {
            lock.unlock();
        }
        waiter.join();

        assertThat(count).isEqualTo(1);
    }

    private void turn() {
        lock.lock();
        try {
            count++;
        } finally {
            lock.unlock();
        }
    }
}
