package io.dflockd.engine;

import java.util.Comparator;
import java.util.List;

/** The part of an {@link Inventory} that the lock table fills: sorts the resources into their kinds. */
final class LockInventory {
    private static final Comparator<Resource> BY_KEY = Comparator.comparing(resource -> resource.key);

    private final long nowMs;
    private final SmallestRows<Resource> locks;
    private final SmallestRows<Resource> semaphores;
    private final SmallestRows<Resource> readWriteLocks;
    private final SmallestRows<Resource> idleLocks;
    private final SmallestRows<Resource> idleSemaphores;
    private final SmallestRows<Resource> idleReadWriteLocks;

    LockInventory(Resources table, long nowMs, int maxRows) {
        this.nowMs = nowMs;
        locks = new SmallestRows<>(maxRows, BY_KEY);
        semaphores = new SmallestRows<>(maxRows, BY_KEY);
        readWriteLocks = new SmallestRows<>(maxRows, BY_KEY);
        idleLocks = new SmallestRows<>(maxRows, BY_KEY);
        idleSemaphores = new SmallestRows<>(maxRows, BY_KEY);
        idleReadWriteLocks = new SmallestRows<>(0, BY_KEY);
        table.all().forEach(resource -> rowsFor(resource).offer(resource));
    }

    List<Inventory.Lock> locks() {
        return locks.toRows(this::lock);
    }

    List<Inventory.Semaphore> semaphores() {
        return semaphores.toRows(resource -> new Inventory.Semaphore(
                resource.key, resource.limit, resource.holderCount(), resource.waiterCount()));
    }

    List<Inventory.ReadWriteLock> readWriteLocks() {
        return readWriteLocks.toRows(LockInventory::readWriteLock);
    }

    List<Inventory.Idle> idleLocks() {
        return idleLocks.toRows(this::idle);
    }

    List<Inventory.Idle> idleSemaphores() {
        return idleSemaphores.toRows(this::idle);
    }

    int lockCount() {
        return locks.total();
    }

    int semaphoreCount() {
        return semaphores.total();
    }

    int readWriteLockCount() {
        return readWriteLocks.total();
    }

    int idleLockCount() {
        return idleLocks.total();
    }

    int idleSemaphoreCount() {
        return idleSemaphores.total();
    }

    int idleReadWriteLockCount() {
        return idleReadWriteLocks.total();
    }

    private SmallestRows<Resource> rowsFor(Resource resource) {
        if (resource.isReadWrite()) {
            return resource.idle ? idleReadWriteLocks : readWriteLocks;
        }
        if (resource.limit == 1) {
            return resource.idle ? idleLocks : locks;
        }
        return resource.idle ? idleSemaphores : semaphores;
    }

    private Inventory.Lock lock(Resource resource) {
        for (var hold : resource.holders()) {
            return new Inventory.Lock(
                    resource.key, hold.sessionId, hold.deadlineMs - nowMs, resource.waiterCount(), hold.fence);
        }
        return new Inventory.Lock(resource.key, 0, 0, resource.waiterCount(), 0);
    }

    private static Inventory.ReadWriteLock readWriteLock(Resource resource) {
        int readers = 0;
        long fence = 0;
        for (var hold : resource.holders()) {
            readers += hold.mode == Mode.READ ? 1 : 0;
            fence = Math.max(fence, hold.fence);
        }
        boolean writer = readers < resource.holderCount();
        return new Inventory.ReadWriteLock(resource.key, readers, writer, fence, resource.waiterCount());
    }

    private Inventory.Idle idle(Resource resource) {
        return new Inventory.Idle(resource.key, nowMs - resource.lastUsedMs);
    }
}
