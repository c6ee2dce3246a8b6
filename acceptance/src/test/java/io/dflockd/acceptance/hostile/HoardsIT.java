package io.dflockd.acceptance.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Everything that a client can make grow is bounded, and gone when the client is. */
@Timeout(180)
class HoardsIT {
    @RegisterExtension static final Arena ARENA = Arena.with();

    @Test
    void waitsByTheHundredThousandEndInRefusals() throws Exception {
        ARENA.withstands(Hoards::taggedWaits);
    }

    @Test
    void moreTagsThanOneConnectionMayHaveEndInRefusals() throws Exception {
        ARENA.withstands(Hoards::moreTagsThanOneMayHave);
    }

    @Test
    void waitsOfEachKindGoWithTheirConnection() throws Exception {
        ARENA.withstands(Hoards::waitsOfEachKind);
    }

    @Test
    void sessionsThatNeverAcknowledgeAreSetAside() throws Exception {
        ARENA.withstands(Hoards::sessionsThatNeverAcknowledge);
    }

    @Test
    void listsReadBySessionsThatAreAwayAreNotKept() throws Exception {
        ARENA.withstands(Hoards::rememberedListsOfSessions);
    }

    @Test
    void watchesOfLongPatternsCountInFull() throws Exception {
        ARENA.withstands(Hoards::watchesOfLongPatterns);
    }

    @Test
    void listenersOfLongPatternsInGroupsCountInFull() throws Exception {
        ARENA.withstands(Hoards::listenersOfLongPatternsInGroups);
    }

    @Test
    void observersByTheThousandCountInFull() throws Exception {
        ARENA.withstands(Hoards::observersByTheThousand);
    }

    @Test
    void requestsBehindOneThatWaitsAreBoundedByTheirBytes() throws Exception {
        ARENA.withstands(Hoards::requestsBehindOneThatWaits);
    }

    @Test
    void halfRequestsCount() throws Exception {
        ARENA.withstands(Hoards::halfRequests);
    }

    @Test
    void listsThatShrankGiveTheirRoomBack() throws Exception {
        ARENA.withstands(Hoards::listsThatShrank);
    }

    @Test
    void everShorterTimesToLiveOfOneKeyPlantOneTimer() throws Exception {
        ARENA.alone(Hoards::everShorterTimesToLive);
    }

    @Test
    void everShorterLeasesOfOneHoldPlantOneTimer() throws Exception {
        ARENA.withstands(Hoards::everShorterLeases);
    }

    @Test
    void valuesUntilThereIsNoRoomHarmNobodyElse() throws Exception {
        ARENA.withstands(Hoards::valuesUntilThereIsNoRoom);
    }

    @Test
    void listsUntilThereIsNoRoomHarmNobodyElse() throws Exception {
        ARENA.withstands(Hoards::listsUntilThereIsNoRoom);
    }

    @Test
    void countersUntilThereIsNoRoomHarmNobodyElse() throws Exception {
        ARENA.withstands(Hoards::countersUntilThereIsNoRoom);
    }

    @Test
    void signalsToReadersThatDoNotReadCostTheseOnly() throws Exception {
        int before = closed();
        ARENA.withstands(Hoards::unreadPushes);
        assertThat(closed() - before).as("connections closed as slow, of 60").isBetween(1, 60);
    }

    private static int closed() {
        ARENA.server();
        return Integer.parseInt(ARENA.stats().replaceFirst(".*\"slow_consumers_closed\":(\\d+).*", "$1"));
    }
}
