package io.dflockd.spring;

import io.dflockd.client.Lease;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The methods that run because this program leads. None begins without a leadership, and none is left when it is given up. */
final class LeaderCalls {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<LossWarning> running = new HashSet<>();
    private @Nullable Lease leadership;

    void admit(Lease newLeadership) {
        lock.lock();
        try {
            leadership = newLeadership;
        } finally {
            lock.unlock();
        }
        newLeadership.onLost(reason -> warn(newLeadership)); // once, as a leadership may see a million calls
    }

    private void warn(Lease lost) {
        lock.lock();
        try {
            running.stream().filter(call -> call.lease().equals(lost)).forEach(LossWarning::warn);
        } finally {
            lock.unlock();
        }
    }

    Optional<Lease> leadership() {
        lock.lock();
        try {
            return Optional.ofNullable(leadership).filter(Lease::isValid);
        } finally {
            lock.unlock();
        }
    }

    /** For the current thread; empty where this program does not lead. */
    Optional<LossWarning> begin() {
        lock.lock();
        try {
            if (leadership == null || !leadership.isValid()) {
                return Optional.empty();
            }
            var call = new LossWarning(leadership, WithLock.OnLost.IGNORE);
            running.add(call);
            return Optional.of(call);
        } finally {
            lock.unlock();
        }
    }

    void done(LossWarning call) {
        call.end();
        lock.lock();
        try {
            running.remove(call);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Interrupts those that run and waits for them, whoever interrupts. */
    void end() {
        lock.lock();
        try {
            leadership = null;
            running.forEach(LossWarning::warn);
            while (!running.isEmpty()) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }
}
