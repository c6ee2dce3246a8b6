package io.dflockd.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What an engine has, without the tokens. Each list is sorted by key and may be cut short; the totals are not.
 *
 * @param bytes the engine's own estimate of its state
 */
public record Inventory(
        List<Lock> locks,
        List<Semaphore> semaphores,
        List<ReadWriteLock> readWriteLocks,
        List<Idle> idleLocks,
        List<Idle> idleSemaphores,
        Totals totals,
        long bytes) {
    /** A lock or an election. The holder's session is 0 while there are only waiters. */
    public record Lock(String key, long holderSession, long remainingMs, int waiters, long fence) {}

    public record Semaphore(String key, long limit, int holders, int waiters) {}

    public record ReadWriteLock(String key, int readers, boolean writer, long fence, int waiters) {}

    public record Idle(String key, long idleMs) {}

    /** How many there are of each kind, however many are listed. */
    public record Totals(int locks, int semaphores, int readWriteLocks, int idleLocks, int idleSemaphores) {}

    static Inventory of(Locks locks, long nowMs, long bytes, int maxRows) {
        var collected = new Rows();
        var sorted = new ArrayList<>(locks.resources());
        sorted.sort(Comparator.comparing((Resource resource) -> resource.key));
        for (var resource : sorted) {
            collected.add(resource, nowMs, maxRows);
        }
        return collected.toInventory(bytes);
    }

    /** Sorts the resources into the kinds. */
    private static final class Rows {
        private final List<Lock> locks = new ArrayList<>();
        private final List<Semaphore> semaphores = new ArrayList<>();
        private final List<ReadWriteLock> readWriteLocks = new ArrayList<>();
        private final List<Idle> idleLocks = new ArrayList<>();
        private final List<Idle> idleSemaphores = new ArrayList<>();
        private int lockCount;
        private int semaphoreCount;
        private int readWriteCount;
        private int idleLockCount;
        private int idleSemaphoreCount;

        void add(Resource resource, long nowMs, int maxRows) {
            if (resource.idle) {
                addIdle(resource, nowMs, maxRows);
            } else if (resource.isReadWrite()) {
                if (readWriteCount++ < maxRows) {
                    readWriteLocks.add(readWriteLock(resource));
                }
            } else if (resource.limit == 1) {
                if (lockCount++ < maxRows) {
                    locks.add(lock(resource, nowMs));
                }
            } else if (semaphoreCount++ < maxRows) {
                semaphores.add(new Semaphore(
                        resource.key, resource.limit, resource.holderCount(), resource.waiterCount()));
            }
        }

        private void addIdle(Resource resource, long nowMs, int maxRows) {
            var row = new Idle(resource.key, nowMs - resource.lastUsedMs);
            if (resource.limit == 1) {
                if (idleLockCount++ < maxRows) {
                    idleLocks.add(row);
                }
            } else if (!resource.isReadWrite() && idleSemaphoreCount++ < maxRows) {
                idleSemaphores.add(row);
            }
        }

        private static Lock lock(Resource resource, long nowMs) {
            for (var hold : resource.holders()) {
                long remainingMs = Math.max(0, hold.deadlineMs - nowMs);
                return new Lock(resource.key, hold.sessionId, remainingMs, resource.waiterCount(), hold.fence);
            }
            return new Lock(resource.key, 0, 0, resource.waiterCount(), 0);
        }

        private static ReadWriteLock readWriteLock(Resource resource) {
            int readers = 0;
            long fence = 0;
            for (var hold : resource.holders()) {
                readers += hold.mode == Mode.READ ? 1 : 0;
                fence = Math.max(fence, hold.fence);
            }
            boolean writer = readers < resource.holderCount();
            return new ReadWriteLock(resource.key, readers, writer, fence, resource.waiterCount());
        }

        Inventory toInventory(long bytes) {
            var totals = new Totals(lockCount, semaphoreCount, readWriteCount, idleLockCount, idleSemaphoreCount);
            return new Inventory(locks, semaphores, readWriteLocks, idleLocks, idleSemaphores, totals, bytes);
        }
    }
}
