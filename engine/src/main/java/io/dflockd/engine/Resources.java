package io.dflockd.engine;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The table of the lock keys. A resource that nobody uses stays in it for a while, but only to be seen: it pins neither
 * its limit nor its kind, and gives way when there is no room.
 */
final class Resources {
    private final EngineLimits limits;
    private final Footprint footprint;
    private final LinkedHashMap<String, Resource> resources = new LinkedHashMap<>();
    private final IdleResources idle = new IdleResources();

    Resources(EngineLimits limits, Footprint footprint) {
        this.limits = limits;
        this.footprint = footprint;
    }

    @Nullable
    Resource find(String key) {
        return resources.get(key);
    }

    /** Why there cannot be one more hold or waiter at a resource of this limit; null if there can. */
    @Nullable
    Refusal refusal(String key, long limit) {
        var resource = resources.get(key);
        if (resource != null && !resource.idle && resource.limit != limit) {
            boolean otherType = resource.isReadWrite() || limit == Resource.READ_WRITE;
            return otherType ? Refusal.TYPE_MISMATCH : Refusal.LIMIT_MISMATCH;
        }
        if (resource == null && resources.size() >= limits.maxLocks() && idle.isEmpty()) {
            return Refusal.MAX_LOCKS;
        }
        long bytes = Footprint.HOLD_BYTES + (resource == null ? bytesOf(key) : 0);
        return makeRoom(bytes, resource) ? null : Refusal.MAX_KEYS;
    }

    /** The resource of this key, with this limit. To be called where there is no {@link #refusal}. */
    Resource open(String key, long limit, long nowMs) {
        var resource = resources.get(key);
        if (resource == null) {
            var oldest = idle.oldest();
            if (resources.size() >= limits.maxLocks() && oldest != null) {
                forget(oldest);
            }
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
        resources.put(key, resource);
        footprint.add(bytesOf(key));
        return resource;
    }

    /** Notes that somebody asked for the key. */
    void touch(String key, long nowMs) {
        var resource = resources.get(key);
        if (resource != null) {
            touch(resource, nowMs);
        }
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

    /** Forgets the resources that have been idle for too long. */
    void collectIdle(long nowMs) {
        for (var oldest = idle.oldest(); oldest != null; oldest = idle.oldest()) {
            if (nowMs - oldest.lastUsedMs <= limits.gcMaxIdleMs()) {
                return;
            }
            forget(oldest);
        }
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

    /** Whether so many bytes fit, where need be without those that have been idle for longer than the wanted one. */
    private boolean makeRoom(long bytes, @Nullable Resource wanted) {
        while (!footprint.fits(bytes)) {
            var oldest = idle.oldest();
            if (oldest == null || oldest == wanted) {
                return false;
            }
            forget(oldest);
        }
        return true;
    }

    private void forget(Resource resource) {
        idle.remove(resource);
        resources.remove(resource.key);
        footprint.subtract(bytesOf(resource.key));
    }

    private static long bytesOf(String key) {
        return Footprint.RESOURCE_BYTES + key.length();
    }
}
