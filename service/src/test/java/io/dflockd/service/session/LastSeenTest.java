package io.dflockd.service.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LastSeenTest {
    private final Set<Long> sessions = new HashSet<>();
    private final LastSeen seen = new LastSeen(sessions::contains);

    @Test
    void whoLeftIsKnownUntilSomebodyReturns() {
        sessions.add(7L);
        seen.left(7, "10.0.0.1:5", "orders");

        assertThat(seen.find(7)).isEqualTo(new LastSeen.Trace("10.0.0.1:5", "orders"));
        assertThat(seen.find(8)).isNull();
        assertThat(seen.find(0)).isNull();
        seen.returned(7);
        assertThat(seen.find(7)).isNull();
    }

    @Test
    void whatManyLeaveThatEndIsForgottenAndWhatGoesOnIsNot() {
        sessions.add(1L);
        seen.left(1, "kept", "");
        for (long session = 2; session < 100_000; session++) {
            seen.left(session, "gone", "");
            assertThat(seen.size()).isLessThanOrEqualTo(LastSeen.MOST);
        }

        assertThat(seen.find(1)).isEqualTo(new LastSeen.Trace("kept", ""));
        assertThat(seen.size()).isLessThan(2_000);
    }

    /** They cost memory that no limit of the server counts. */
    @Test
    void thereIsABoundAlsoWhereAllSessionsGoOnAndTheOldestAreKept() {
        for (long session = 1; session <= 3 * LastSeen.MOST; session++) {
            sessions.add(session);
            seen.left(session, "peer" + session, "");
        }

        assertThat(seen.size()).isEqualTo(LastSeen.MOST);
        assertThat(seen.find(1)).isEqualTo(new LastSeen.Trace("peer1", ""));
        sessions.clear();
        for (long session = 100_000; session < 102_000; session++) {
            sessions.add(session);
            seen.left(session, "later", "");
        }
        assertThat(seen.find(101_999)).as("there is room again").isEqualTo(new LastSeen.Trace("later", ""));
    }
}
