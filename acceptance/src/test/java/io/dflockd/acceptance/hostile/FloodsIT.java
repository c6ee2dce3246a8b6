package io.dflockd.acceptance.hostile;

import static io.dflockd.acceptance.hostile.Floods.thenTakeAway;
import static io.dflockd.acceptance.hostile.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Work in masses is done in slices, with others served between. */
@Timeout(180)
class FloodsIT {
    private static final int HOLDS = 20_000;
    private static final Duration STALL = Duration.ofMillis(500);

    @RegisterExtension static final Arena ARENA = Arena.with();

    @Test
    void everyVerbIsAnswered() throws Exception {
        ARENA.withstands(thenTakeAway(Floods::everyVerb));
    }

    @Test
    void largeValuesOfManyAtOnceHarmNobody() throws Exception {
        ARENA.withstands(Floods::largeValuesOfManyAtOnce);
    }

    @Test
    void everyVerbLeftUnreadAndResetCostsNothing() throws Exception {
        ARENA.withstands(thenTakeAway(Floods::everyVerbUnreadAndReset));
    }

    @Test
    void everyVerbWithATagLeftUnreadAndResetCostsNothing() throws Exception {
        ARENA.withstands(thenTakeAway(Floods::everyVerbTagged));
    }

    @Test
    void everyVerbInASessionLeftUnreadAndResetCostsNothing() throws Exception {
        ARENA.withstands(thenTakeAway(Floods::everyVerbInASession));
    }

    @Test
    void everyVerbByteByByteCostsNothing() throws Exception {
        ARENA.withstands(thenTakeAway(Floods::everyVerbByteByByte));
    }

    @Test
    void nonsenseCostsItsConnectionOnly() throws Exception {
        ARENA.withstands(Floods::nonsense);
    }

    @Test
    void linesWithoutEndCostTheirConnectionOnly() throws Exception {
        ARENA.withstands(Floods::linesTooLong);
    }

    @Test
    void patternsThatCannotMatchCostNothing() throws Exception {
        ARENA.withstands(Floods::patternsOfManyStars);
    }

    @Test
    void connectionsThatComeAndGoByTheThousandHarmNobody() throws Exception {
        ARENA.withstands(Floods::connectionsByTheThousand);
    }

    @Test
    void resetsInTheMiddleOfRequestsHarmNobody() throws Exception {
        ARENA.withstands(Floods::resetsInTheMiddle);
    }

    @Test
    void waitsOfHalfClosedConnectionsEnd() throws Exception {
        ARENA.withstands(Floods::halfClosedWaits);
    }

    @Test
    void requestsPipelinedToTheBoundHarmNobody() throws Exception {
        ARENA.withstands(Floods::pipelinedToTheBound);
    }

    @Test
    void cancelStormsHarmNobody() throws Exception {
        ARENA.withstands(Floods::cancelStorms);
    }

    @Test
    void oneLeaverOfABarrierOfTenThousandHarmsTheOthersOfItOnly() throws Exception {
        ARENA.withstands(Floods::barriersAndOneLeaver);
        assertThat(ARENA.report().longest()).isLessThan(STALL);
    }

    @Test
    void leasesThatEndTogetherStallNobody() throws Exception {
        ARENA.withstands(Floods::leasesThatEndTogether);
        assertThat(ARENA.report().longest()).isLessThan(STALL);
    }

    @Test
    void holdsThatEndWithTheirConnectionStallNobody() throws Exception {
        ARENA.withstands(Floods::holdsThatEndWithTheirConnection);
        assertThat(ARENA.report().longest()).isLessThan(STALL);
    }

    @Test
    void valuesThatExpireTogetherStallNobody() throws Exception {
        ARENA.withstands(Floods::valuesThatExpireTogether);
        assertThat(ARENA.report().longest()).isLessThan(STALL);
    }

    @Test
    void aQueueOfManyThatIsGrantedAtOnceStallsNobody() throws Exception {
        ARENA.withstands(Floods::handOversInALongQueue);
        assertThat(ARENA.report().longest()).isLessThan(STALL);
    }

    @Test
    void aWatcherThatReadsGetsEveryEventOfASessionThatEndsWithTwentyThousandHolds() throws Exception {
        ARENA.withstands(target -> {
            var watcher = target.peer();
            watcher.ask("watch", target.key("none").replace('/', '.') + ".>", "");
            var holder = target.peer();
            var key = target.key("none").replace('/', '.') + ".k";
            for (int taken = 0; taken < HOLDS; taken += 500) {
                int from = taken;
                holder.flood(500, i -> request("l", key + (from + i), "0 600"));
                watcher.discard();
            }
            while (watcher.answers() < 1 + HOLDS) {
                watcher.line();
            }
            holder.close();
            for (int i = 0; i < HOLDS; i++) {
                assertThat(watcher.line()).as("event %d of %d", i, HOLDS).startsWith("watch release ");
            }
        });
    }

    @Test
    void oneLargeSignalDoesNotCloseAListenerThatReads() throws Exception {
        ARENA.withstands(target -> {
            var listener = target.peer();
            listener.ask("listen", target.key("c"), "");
            for (int i = 0; i < 100; i++) {
                assertThat(target.peer().ask("signal", target.key("c"), Reads.LARGE)).isEqualTo("ok 1");
                assertThat(listener.line()).hasSizeGreaterThan(Reads.LARGE.length());
            }
        });
    }
}
