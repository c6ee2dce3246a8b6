package io.dflockd.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The resources that nobody holds or waits for, the longest unused first. They stay for a while so that people can see
 * in the statistics which keys were in use; they pin nothing. Linked through the resources themselves, because each
 * release and the next acquire of a key pass here.
 */
final class IdleResources {
    private @Nullable Resource oldest;
    private @Nullable Resource newest;
    private int size;

    @Nullable
    Resource oldest() {
        return oldest;
    }

    int size() {
        return size;
    }

    /** All of them, the longest unused first. */
    List<Resource> all() {
        var all = new ArrayList<Resource>(size);
        for (var resource = oldest; resource != null; resource = resource.idleAfter) {
            all.add(resource);
        }
        return all;
    }

    boolean isEmpty() {
        return oldest == null;
    }

    /** Puts a resource that is not in the list at its end. */
    void add(Resource resource) {
        resource.idle = true;
        resource.idleBefore = newest;
        if (newest == null) {
            oldest = resource;
        } else {
            newest.idleAfter = resource;
        }
        newest = resource;
        size++;
    }

    /** Does nothing where it is not in the list. */
    void remove(Resource resource) {
        if (!resource.idle) {
            return;
        }
        var before = resource.idleBefore;
        var after = resource.idleAfter;
        if (before == null) {
            oldest = after;
        } else {
            before.idleAfter = after;
        }
        if (after == null) {
            newest = before;
        } else {
            after.idleBefore = before;
        }
        size--;
        resource.idle = false;
        resource.idleBefore = null;
        resource.idleAfter = null;
    }
}
