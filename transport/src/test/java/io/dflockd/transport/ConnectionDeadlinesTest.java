package io.dflockd.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Times are seconds; the read time-out is 20, the write time-out 5. */
class ConnectionDeadlinesTest {
    private static final long SECOND = 1_000_000_000L;

    private final ConnectionDeadlines deadlines = new ConnectionDeadlines(20 * SECOND, 5 * SECOND, 0);
    private final Peer peer = new Peer();

    private static final class Peer implements ConnectionDeadlines.Standing {
        boolean authenticated = true;
        boolean blocked;
        boolean inUse;

        @Override
        public boolean isAuthenticated() {
            return authenticated;
        }

        @Override
        public boolean isBlocked() {
            return blocked;
        }

        @Override
        public boolean isInUse() {
            return inUse;
        }
    }

    private double overdueAt(double now) {
        return deadlines.overdueAt(at(now), peer) / (double) SECOND;
    }

    private double writeOverdueAt() {
        return deadlines.writeOverdueAt() / (double) SECOND;
    }

    private static long at(double seconds) {
        return (long) (seconds * SECOND);
    }

    @Test
    void whoDoesNotAuthenticateHasTenSecondsHoweverMuchIsSent() {
        peer.authenticated = false;
        deadlines.onBytes(at(9), 1, 0);

        assertThat(overdueAt(9)).isEqualTo(10);
    }

    @Test
    void whoOwnsNothingMayBeSilentForTheReadTimeOut() {
        deadlines.onBytes(at(3), 1, 1);

        assertThat(overdueAt(4)).isEqualTo(23);
    }

    @Test
    void whoOwnsSomethingMayBeSilentAndHasTheWholeTimeOnceItDoesNotAnyMore() {
        peer.inUse = true;
        assertThat(overdueAt(20)).isEqualTo(40);
        assertThat(overdueAt(40)).isEqualTo(60);
        peer.inUse = false;

        assertThat(overdueAt(60)).isEqualTo(80);
        assertThat(overdueAt(80)).isEqualTo(80);
    }

    @Test
    void aRequestHasTheReadTimeOutFromItsFirstByte() {
        peer.inUse = true;
        deadlines.onBytes(at(1), 1, 0);
        deadlines.onBytes(at(15), 0, 0);

        assertThat(overdueAt(16)).isEqualTo(21);
    }

    @Test
    void aRequestThatBeginsInTheReadThatEndsAnotherHasItsOwnClock() {
        peer.inUse = true;
        deadlines.onBytes(at(1), 1, 0);
        deadlines.onBytes(at(19), 1, 1);
        assertThat(overdueAt(20)).isEqualTo(39);

        deadlines.onBytes(at(30), 5, 5);
        assertThat(overdueAt(31)).isEqualTo(50);

        deadlines.onBytes(at(32), 0, 1);
        assertThat(overdueAt(40)).as("inside none").isEqualTo(60);
    }

    @Test
    void aRequestBehindOneThatBlocksOwesNothing() {
        peer.inUse = true;
        peer.blocked = true;
        deadlines.onBytes(at(1), 2, 1);
        assertThat(overdueAt(21)).isEqualTo(41);

        peer.blocked = false;
        assertThat(overdueAt(41)).as("from the last look on").isEqualTo(41);
    }

    @Test
    void timeInWhichNothingIsReadDoesNotCount() {
        deadlines.onBytes(at(1), 1, 0);
        deadlines.onPause(at(2));
        assertThat(overdueAt(100)).isEqualTo(120);
        deadlines.onResume(at(102));

        assertThat(overdueAt(103)).isEqualTo(121);
    }

    @Test
    void timeInWhichTheServerDidNotRunDoesNotCount() {
        deadlines.onBytes(at(1), 1, 0);
        deadlines.onWriting(at(2));
        deadlines.onDelay(at(30));

        assertThat(overdueAt(40)).isEqualTo(51);
        assertThat(writeOverdueAt()).isEqualTo(37);
    }

    @Test
    void eachByteThatIsTakenIsProgress() {
        deadlines.onWriting(at(1));
        deadlines.onProgress(at(2), 0);
        assertThat(writeOverdueAt()).isEqualTo(6);
        deadlines.onProgress(at(5), 1);
        assertThat(writeOverdueAt()).isEqualTo(10);
        deadlines.onProgress(at(9), 1);
        assertThat(writeOverdueAt()).isEqualTo(10);
        deadlines.onProgress(at(9.5), 2);
        assertThat(writeOverdueAt()).isEqualTo(14.5);
    }

    @Test
    void whoIsStillTakingAnAnswerIsNotSilent() {
        deadlines.onBytes(at(1), 1, 1);
        deadlines.onWriting(at(1));
        assertThat(overdueAt(21)).isEqualTo(41);
        deadlines.onWritten(at(38));

        assertThat(overdueAt(41)).isEqualTo(61);
    }
}
