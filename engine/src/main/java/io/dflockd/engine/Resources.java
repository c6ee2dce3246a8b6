package io.dflockd.engine;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The table of the lock keys. A resource that nobody uses stays in it for a while, but only to be seen: it pins neither
 * its limit nor its kind, and gives way when there is no room.
 */
final class Resources {
    private final LimitsInForce limits;
    private final Footprint footprint;
    private final Population population;
    private final Tally tally;
    private final Table<String, Resource> resources = new Table<>();
    private final Slots<Resource> slots = new Slots<>();
    private final IdleResources idle = new IdleResources();
    /** What a request is about to use, so that it must not be forgotten for the sake of that same request. */
    private @Nullable Resource wanted;

    Resources(LimitsInForce limits, Footprint footprint, Population population, Tally tally) {
        this.limits = limits;
        this.footprint = footprint;
        this.population = population;
        this.tally = tally;
    }

    @Nullable
    Resource find(String key) {
        return resources.get(key);
    }

    /** Why there cannot be one more hold or waiter at this resource, or a new one, with this limit; null if there can. */
    @Nullable
    Refusal refusal(@Nullable Resource resource, String key, long limit) {
        if (resource != null && !resource.idle && resource.limit != limit) {
            boolean otherType = resource.isReadWrite() || limit == Resource.READ_WRITE;
            return otherType ? Refusal.TYPE_MISMATCH : Refusal.LIMIT_MISMATCH;
        }
        if (resource == null && resources.size() - idle.size() >= limits.now().maxLocks()) {
            tally.refused(Tally.Limit.LOCKS);
            return Refusal.MAX_LOCKS;
        }
        // A hold, or a place in the queue and what an enqueue remembers of it, and the session that may be new.
        long bytes = Footprint.Thing.WAITER.bytes + Footprint.RESERVATION_BYTES + Footprint.SESSION_BYTES
                + (resource == null ? bytesOf(key) : 0);
        wanted = resource;
        boolean fits = footprint.fits(bytes);
        wanted = null;
        return fits ? null : Refusal.MAX_KEYS;
    }

    /** Forgets the one that has been idle for longest, but for the one that is wanted right now. */
    @SuppressWarnings("ReferenceEquality") // which resource it is
    boolean reclaim() {
        var oldest = idle.oldest();
        if (oldest != null && oldest == wanted) {
            oldest = oldest.idleAfter;
        }
        if (oldest == null) {
            return false;
        }
        forget(oldest);
        return true;
    }

    /** The resource that is known of this key, or a new one, with this limit. To be called where there is no {@link #refusal}. */
    Resource open(@Nullable Resource known, String key, long limit, long nowMs) {
        var resource = known;
        if (resource == null) {
            makeRoom();
            resource = add(key, limit);
            idle.add(resource);
        }
        resource.limit = limit;
        touch(resource, nowMs);
        return resource;
    }

    /** Adds a resource that is not there yet, without asking whether there is room. */
    Resource add(String key, long limit) {
        var resource = new Resource(key, limit);
        resource.group = population.groupOf(key);
        resources.put(key, resource);
        slots.add(resource);
        footprint.add(bytesOf(key));
        return resource;
    }

    /** Notes that somebody asked for the key. Returns its resource; null where there is none. */
    @Nullable
    Resource touch(String key, long nowMs) {
        var resource = resources.get(key);
        if (resource != null) {
            touch(resource, nowMs);
        }
        return resource;
    }

    /** Notes that the resource has got a holder or a waiter. */
    void use(Resource resource, long nowMs) {
        idle.remove(resource);
        resource.lastUsedMs = nowMs;
    }

    /** Notes that a holder or a waiter has left. */
    void idleIfUnused(Resource resource, long nowMs) {
        if (resource.isUnused() && !resource.idle) {
            resource.lastUsedMs = nowMs;
            idle.add(resource);
        }
    }

    void restoreIdle(Resource resource) {
        idle.add(resource);
    }

    /** Forgets the resources that have been idle for too long. Whether there may be more. */
    boolean collectIdle(Step step) {
        for (var oldest = idle.oldest(); oldest != null; oldest = idle.oldest()) {
            if (step.nowMs() - oldest.lastUsedMs <= limits.now().gcMaxIdleMs()) {
                return false;
            }
            if (step.isSpent()) {
                return true;
            }
            forget(oldest);
            step.spend();
        }
        return false;
    }

    Slots<Resource> slots() {
        return slots;
    }

    boolean hasIdle() {
        return !idle.isEmpty();
    }

    int idleCount() {
        return idle.size();
    }

    Collection<Resource> all() {
        return resources.values();
    }

    /** The idle ones, the longest unused first. */
    List<Resource> idle() {
        return idle.all();
    }

    private void touch(Resource resource, long nowMs) {
        resource.lastUsedMs = nowMs;
        if (resource.idle) {
            idle.remove(resource);
            idle.add(resource);
        }
    }

    /** Where the limit was lowered there may be too many: so one more goes than comes, and no step takes long. */
    private void makeRoom() {
        var oldest = idle.oldest();
        for (int i = 0; i < 2 && oldest != null && resources.size() >= limits.now().maxLocks(); i++) {
            forget(oldest);
            oldest = idle.oldest();
        }
    }

    private void forget(Resource resource) {
        idle.remove(resource);
        resources.remove(resource.key);
        slots.remove(resource);
        footprint.subtract(bytesOf(resource.key));
    }

    private static long bytesOf(String key) {
        return Footprint.RESOURCE_BYTES + key.length();
    }
}
