package io.dflockd.protocol;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A kind of hold, with the verbs that take it, queue for it, wait for it, renew it and give it back. */
public enum HoldFamily {
    LOCK(Verb.LOCK, Verb.ENQUEUE, Verb.WAIT, Verb.RENEW, Verb.UNLOCK),
    SEMAPHORE(Verb.SEM_LOCK, Verb.SEM_ENQUEUE, Verb.SEM_WAIT, Verb.SEM_RENEW, Verb.SEM_UNLOCK),
    READ(Verb.READ_LOCK, Verb.READ_ENQUEUE, Verb.READ_WAIT, Verb.READ_RENEW, Verb.READ_UNLOCK),
    WRITE(Verb.WRITE_LOCK, Verb.WRITE_ENQUEUE, Verb.WRITE_WAIT, Verb.WRITE_RENEW, Verb.WRITE_UNLOCK),
    /** Has two words of its own. For the rest a leadership is a lock, and a lock's verbs serve. */
    ELECTION(Verb.ELECT, Verb.ENQUEUE, Verb.WAIT, Verb.RENEW, Verb.RESIGN);

    private static final Map<Verb, HoldFamily> BY_VERB = byVerb();

    private final Verb acquire;
    private final Verb enqueue;
    private final Verb await;
    private final Verb renew;
    private final Verb release;

    HoldFamily(Verb acquire, Verb enqueue, Verb await, Verb renew, Verb release) {
        this.acquire = acquire;
        this.enqueue = enqueue;
        this.await = await;
        this.renew = renew;
        this.release = release;
    }

    public Verb acquire() {
        return acquire;
    }

    public Verb enqueue() {
        return enqueue;
    }

    public Verb await() {
        return await;
    }

    public Verb renew() {
        return renew;
    }

    public Verb release() {
        return release;
    }

    /** The family that the verb belongs to; null where it is about no hold, or about holds of every kind. */
    static @Nullable HoldFamily of(Verb verb) {
        return BY_VERB.get(verb);
    }

    private static Map<Verb, HoldFamily> byVerb() {
        var byVerb = new EnumMap<Verb, HoldFamily>(Verb.class);
        for (var family : values()) {
            byVerb.putIfAbsent(family.acquire, family);
            byVerb.putIfAbsent(family.enqueue, family);
            byVerb.putIfAbsent(family.await, family);
            byVerb.putIfAbsent(family.renew, family);
            byVerb.putIfAbsent(family.release, family);
        }
        return byVerb;
    }
}
