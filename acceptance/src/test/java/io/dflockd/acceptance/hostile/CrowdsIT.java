package io.dflockd.acceptance.hostile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What each of many may do, all of them may; and what was asked once may have to be done again. */
@Timeout(180)
class CrowdsIT {
    @RegisterExtension static final Arena ARENA = Arena.with();

    @Test
    void oneLongAnswerForEachOfManyWhoDoNotTakeItHarmsNobody() throws Exception {
        ARENA.withstands(Crowds::oneListForEachOfManyWhoDoNotTakeIt);
    }

    @Test
    void whoReadsGetsOnAmongManyWhoDoNot() throws Exception {
        ARENA.withstands(Crowds::oneWhoReadsAmongManyWhoDoNot);
    }

    @Test
    void oneLongSignalForEachOfACrowdHarmsNobody() throws Exception {
        ARENA.withstands(Crowds::oneLongSignalForEachOfACrowd);
    }

    @Test
    void oneListingForEachOfManyWhoDoNotTakeItHarmsNobody() throws Exception {
        ARENA.withstands(Crowds::statsForEachOfManyWhoDoNotTakeThem);
    }

    @Test
    void readsThatAreOwedAgainAtEachTakeOverHarmNobody() throws Exception {
        ARENA.withstands(Crowds::readsThatAreOwedAgainAndAgain);
    }

    @Test
    void takeOversOfASessionThatOwnsMuchHarmNobody() throws Exception {
        ARENA.withstands(Crowds::takeOversOfOneThatOwnsMuch);
    }

    @Test
    void whoAsksForTheHoldersOfALongQueueOverAndOverHarmsNobody() throws Exception {
        ARENA.withstands(Crowds::holdersOfALongQueueInALoop);
    }

    @Test
    void aWriterThatStepsDownBeforeManyReadersHarmsNobody() throws Exception {
        ARENA.withstands(Crowds::aWriterThatStepsDownBeforeManyReaders);
    }

    @Test
    void holdsThatAreKeptEndWithTheirLeases() throws Exception {
        ARENA.withstands(Crowds::holdsThatAreKept);
    }

    @Test
    void lostHoldsThatNobodyReadsOfHarmNobody() throws Exception {
        ARENA.withstands(Crowds::lostHoldsThatNobodyReadsOf);
    }

    @Test
    void leasesAndWaitsOfAMillisecondHarmNobody() throws Exception {
        ARENA.withstands(Crowds::leasesOfAMillisecond);
    }

    @Test
    void oneSignalForGroupsByTheThousandHarmsNobody() throws Exception {
        ARENA.withstands(Crowds::groupsByTheThousandAndOneSignal);
    }

    @Test
    void leadersByTheHundredBeforeACrowdHarmNobody() throws Exception {
        ARENA.withstands(Crowds::leadersByTheHundredBeforeACrowd);
    }

    @Test
    void manyNamesHarmNobody() throws Exception {
        ARENA.withstands(Crowds::manyNames);
    }
}
