package io.dflockd.client;

import io.dflockd.client.error.LossReason;
import java.util.Optional;

/**
 * Is told when this process becomes the leader and when it is no longer. {@code elected} and {@code ended} come in strict
 * pairs, one at a time and in order, on the handle's callback executor.
 */
public interface LeadershipListener {
    /** This process leads now. */
    void elected(Lease leadership);

    /** It leads no longer: it resigned, where the reason is empty, or it lost the leadership. */
    void ended(Lease leadership, Optional<LossReason> reason);

    /**
     * The task of {@link Election#run} failed with this, be it an {@link Error}; the candidate resigns and campaigns again
     * after a pause. By default it is only logged.
     */
    default void failed(Throwable failure) {}

    /** A listener that does nothing. */
    static LeadershipListener none() {
        return new LeadershipListener() {
            @Override
            public void elected(Lease leadership) {}

            @Override
            public void ended(Lease leadership, Optional<LossReason> reason) {}
        };
    }
}
