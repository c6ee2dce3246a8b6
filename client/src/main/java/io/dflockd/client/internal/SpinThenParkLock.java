package io.dflockd.client.internal;

import java.util.concurrent.locks.ReentrantLock;

/**
 * A lock that many threads want for a moment each, one after the other: whoever finds it taken looks again a few times
 * before it parks. To park and be woken costs some ten times what anybody holds it for, and where the thread that reads
 * the answers of all others parks, all of them wait.
 *
 * <p>With one processor nobody can give it back meanwhile, so all park at once.
 */
public final class SpinThenParkLock extends ReentrantLock {
    private static final long serialVersionUID = 1;
    /** Together about a microsecond or two. */
    private static final int LOOKS = Runtime.getRuntime().availableProcessors() > 1 ? 40 : 0;

    @Override
    public void lock() {
        for (int i = 0; i < LOOKS; i++) {
            if (tryLock()) {
                return;
            }
            Thread.onSpinWait();
        }
        super.lock();
    }
}
