package io.dflockd.engine;

import org.jspecify.annotations.Nullable;

/** The part of an {@link Inventory} that comes from the lock table: sorts the resources into their kinds. */
final class LockRows {
    final SmallestRows<Inventory.Lock> locks;
    final SmallestRows<Inventory.Semaphore> semaphores;
    final SmallestRows<Inventory.ReadWriteLock> readWriteLocks;
    final SmallestRows<Inventory.Idle> idleLocks;
    final SmallestRows<Inventory.Idle> idleSemaphores;
    final SmallestRows<Inventory.Idle> idleReadWriteLocks;

    LockRows(int maxRows, SliceBudget budget) {
        locks = new SmallestRows<>(maxRows, budget, Inventory.Lock::key);
        semaphores = new SmallestRows<>(maxRows, budget, Inventory.Semaphore::key);
        readWriteLocks = new SmallestRows<>(maxRows, budget, Inventory.ReadWriteLock::key);
        idleLocks = new SmallestRows<>(maxRows, budget, Inventory.Idle::key);
        idleSemaphores = new SmallestRows<>(maxRows, budget, Inventory.Idle::key);
        idleReadWriteLocks = new SmallestRows<>(0, budget, Inventory.Idle::key);
    }

    void look(@Nullable Resource resource, long nowMs) {
        if (resource == null) {
            return;
        }
        if (resource.idle) {
            var rows = resource.isReadWrite() ? idleReadWriteLocks : resource.limit == 1 ? idleLocks : idleSemaphores;
            rows.offer(resource.key, () -> new Inventory.Idle(resource.key, nowMs - resource.lastUsedMs));
        } else if (resource.isReadWrite()) {
            readWriteLocks.offer(resource.key, () -> readWriteLock(resource, nowMs));
        } else if (resource.limit == 1) {
            locks.offer(resource.key, () -> lock(resource, nowMs));
        } else {
            semaphores.offer(resource.key,
                    () -> new Inventory.Semaphore(
                            resource.key,
                            resource.limit,
                            resource.holderCount(),
                            resource.waiterCount(),
                            longestWaitMs(resource, nowMs)));
        }
    }

    private static Inventory.Lock lock(Resource resource, long nowMs) {
        var hold = resource.soleHolder();
        long waitedMs = longestWaitMs(resource, nowMs);
        if (hold == null) {
            return new Inventory.Lock(resource.key, 0, "", 0, 0, resource.waiterCount(), waitedMs, 0);
        }
        var session = hold.session;
        return new Inventory.Lock(
                resource.key,
                session == null ? 0 : session.id,
                session == null ? "" : session.clientName,
                nowMs - hold.sinceMs,
                Math.max(0, hold.deadlineMs - nowMs),
                resource.waiterCount(),
                waitedMs,
                hold.fence);
    }

    private static Inventory.ReadWriteLock readWriteLock(Resource resource, long nowMs) {
        int readers = 0;
        long fence = 0;
        for (var hold : resource.holders()) {
            readers += hold.mode == Mode.READ ? 1 : 0;
            fence = Math.max(fence, hold.fence);
        }
        return new Inventory.ReadWriteLock(
                resource.key,
                readers,
                readers < resource.holderCount(),
                fence,
                resource.waiterCount(),
                longestWaitMs(resource, nowMs));
    }

    private static long longestWaitMs(Resource resource, long nowMs) {
        var first = resource.firstWaiter();
        return first == null ? 0 : nowMs - first.sinceMs;
    }
}
