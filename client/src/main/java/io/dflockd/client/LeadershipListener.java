package io.dflockd.client;

import io.dflockd.client.error.LossReason;
import java.util.Optional;

/**
 * Is told when this process becomes the leader and when it is no longer. Calls come in strict pairs, one at a time and in
 * order, on the handle's callback executor.
 */
public interface LeadershipListener {
    /** This process leads now. */
    void elected(Lease leadership);

    /** It leads no longer: it resigned, where the reason is empty, or it lost the leadership. */
    void ended(Lease leadership, Optional<LossReason> reason);

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
