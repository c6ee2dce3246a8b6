package io.dflockd.client.internal;

import io.dflockd.client.LeaseMode;
import io.dflockd.protocol.Verb;

/** The verbs of one kind of hold. */
public enum Family {
    LOCK(LeaseMode.LOCK, Verb.LOCK, Verb.ENQUEUE, Verb.WAIT, Verb.RENEW, Verb.UNLOCK),
    PERMIT(LeaseMode.PERMIT, Verb.SEM_LOCK, Verb.SEM_ENQUEUE, Verb.SEM_WAIT, Verb.SEM_RENEW, Verb.SEM_UNLOCK),
    READ(LeaseMode.READ, Verb.READ_LOCK, Verb.READ_ENQUEUE, Verb.READ_WAIT, Verb.READ_RENEW, Verb.READ_UNLOCK),
    WRITE(LeaseMode.WRITE, Verb.WRITE_LOCK, Verb.WRITE_ENQUEUE, Verb.WRITE_WAIT, Verb.WRITE_RENEW, Verb.WRITE_UNLOCK),
    LEADERSHIP(LeaseMode.LEADERSHIP, Verb.ELECT, Verb.ENQUEUE, Verb.WAIT, Verb.RENEW, Verb.RESIGN);

    private final LeaseMode mode;
    private final Verb acquire;
    private final Verb enqueue;
    private final Verb await;
    private final Verb renew;
    private final Verb release;

    Family(LeaseMode mode, Verb acquire, Verb enqueue, Verb await, Verb renew, Verb release) {
        this.mode = mode;
        this.acquire = acquire;
        this.enqueue = enqueue;
        this.await = await;
        this.renew = renew;
        this.release = release;
    }

    public LeaseMode mode() {
        return mode;
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
}
