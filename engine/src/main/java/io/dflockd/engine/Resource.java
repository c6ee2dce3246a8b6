package io.dflockd.engine;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a lock key stands for: who holds it and who waits for it. A lock is a resource with one permit, a semaphore one
 * with several, an election one whose holder leads. A read-write lock has {@link #READ_WRITE} in place of a limit.
 */
final class Resource implements Slots.Member {
    static final long READ_WRITE = 0;
    private static final long HALF_LIFE_MS = 30_000;
    private static final long MOST_HALVES = 64;

    final String key;
    /** How many may hold it; changes only while nobody holds it or waits. */
    long limit;
    long lastUsedMs;
    /** Neighbours in the list of {@link IdleResources}. */
    @Nullable Resource idleBefore;
    @Nullable Resource idleAfter;
    boolean idle;
    /** The group of keys that it is counted with, see {@link Population}. */
    byte group;
    /** See {@link #heat(long)}; as it was then. */
    private float heat;
    private long heatAtMs;
    /** What is to go on granting from its queue in a later step; null for nothing. */
    @Nullable Settlement settlement;
    private int slot;

    /** The only holder, in the usual case that spares the map. Null while there are none or several. */
    private @Nullable Hold sole;
    private @Nullable Table<Long, Hold> several;
    private final Owned<Waiter> queue = new Owned<>();

    Resource(String key, long limit) {
        this.key = key;
        this.limit = limit;
    }

    static long limitFor(Mode mode, long limit) {
        return mode.isReadWrite() ? READ_WRITE : limit;
    }

    boolean isReadWrite() {
        return limit == READ_WRITE;
    }

    /** Whether nobody holds it and nobody waits for it. */
    boolean isUnused() {
        return holderCount() == 0 && waiterCount() == 0;
    }

    /** Whether one more hold of this mode fits beside the present ones. */
    boolean admits(Mode mode) {
        return switch (mode) {
            case PERMIT, LEADERSHIP -> holderCount() < limit;
            case WRITE -> holderCount() == 0;
            case READ -> holderCount() == 0 || anyHolder().mode == Mode.READ;
        };
    }

    /** Whether an elected leader holds it. */
    boolean isLed() {
        return holderCount() > 0 && anyHolder().mode == Mode.LEADERSHIP;
    }

    int holderCount() {
        return several != null ? several.size() : sole == null ? 0 : 1;
    }

    Collection<Hold> holders() {
        return several != null ? several.values() : sole == null ? List.of() : List.of(sole);
    }

    @Nullable
    Hold holder(long fence) {
        if (several != null) {
            return several.get(fence);
        }
        return sole != null && sole.fence == fence ? sole : null;
    }

    /** The only holder; null where there are none or several. */
    @Nullable
    Hold soleHolder() {
        return holderCount() == 1 ? anyHolder() : null;
    }

    /** The one whose hold is the oldest; null for nobody. */
    @Nullable
    Hold oldestHolder() {
        return holderCount() == 0 ? null : anyHolder();
    }

    void add(Hold hold) {
        if (several == null && sole == null) {
            sole = hold;
            return;
        }
        var map = several == null ? new Table<Long, Hold>() : several;
        if (sole != null) {
            map.put(sole.fence, sole);
            sole = null;
        }
        map.put(hold.fence, hold);
        several = map;
    }

    void remove(Hold hold) {
        if (several == null) {
            sole = null;
            return;
        }
        several.remove(hold.fence);
        if (several.isEmpty()) {
            several = null;
        }
    }

    /** Somebody got it, or wanted it and did not. */
    void warm(long nowMs) {
        heat = heat(nowMs) + 1;
        heatAtMs = nowMs;
    }

    /**
     * How often somebody got it or was refused of late: each time counts 1 at first, and half as much with each half minute that
     * passes. It decides nothing, so it is no part of a snapshot.
     */
    float heat(long nowMs) {
        long passed = nowMs - heatAtMs;
        if (passed <= 0) {
            return heat;
        }
        int halves = (int) Math.min(passed / HALF_LIFE_MS, MOST_HALVES);
        float rest = passed % HALF_LIFE_MS / (float) HALF_LIFE_MS;
        return Math.scalb(heat, -halves) * (1 - rest / 2);
    }

    int waiterCount() {
        return queue.size();
    }

    Collection<Waiter> waiters() {
        return queue.all();
    }

    @Nullable
    Waiter firstWaiter() {
        return queue.oldest();
    }

    void add(Waiter waiter) {
        queue.add(waiter);
    }

    void remove(Waiter waiter) {
        queue.remove(waiter);
    }

    @Override
    public int slot() {
        return slot;
    }

    @Override
    public void slot(int newSlot) {
        slot = newSlot;
    }

    private Hold anyHolder() {
        return several != null ? several.first() : Objects.requireNonNull(sole, "nobody holds it");
    }
}
