package io.dflockd.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.testkit.history.ListCall.End;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Histories that can have been, and for each kind of damage one that cannot. */
class KnownHistoriesTest {
    private final HistoryOf it = new HistoryOf();

    private void isFine() {
        assertThat(it.findings().isClean()).as(it.findings().toString()).isTrue();
    }

    private void isWrong(String... words) {
        var findings = it.findings();
        assertThat(findings.violations()).isNotEmpty();
        assertThat(String.join("\n", findings.violations())).contains(words);
    }

    @Test
    void whatHappenedAtOnceMayHaveHappenedInAnyOrder() {
        it.returned("a", new CounterCall.Add(1), 3L, 0, 10)
                .returned("b", new CounterCall.Add(2), 2L, 0, 10)
                .returned("c", new CounterCall.Get(), 2L, 0, 10)
                .returned("c", new CounterCall.Get(), 3L, 11, 12);

        isFine();
    }

    @Test
    void lostUpdate() {
        it.returned("a", new CounterCall.Add(1), 1L, 0, 10).returned("b", new CounterCall.Add(1), 1L, 5, 15);

        isWrong("counter \"k\" is not linearizable", "Add[delta=1] -> 1", "the state is 1");
    }

    @Test
    void staleRead() {
        it.returned("a", new ValueCall.Set("x"), null, 0, 1)
                .returned("a", new ValueCall.Set("y"), null, 2, 3)
                .returned("b", new ValueCall.Get(), "x", 4, 5);

        isWrong("#3 fits nowhere", "the state is y");
    }

    @Test
    void readThatOverlapsAWriteMaySeeEither() {
        it.returned("a", new ValueCall.Set("x"), null, 0, 1)
                .returned("a", new ValueCall.Set("y"), null, 2, 10)
                .returned("b", new ValueCall.Get(), "x", 3, 4)
                .returned("b", new ValueCall.Get(), "y", 5, 6);

        isFine();
    }

    @Test
    void readsThatGoBack() {
        it.returned("a", new ValueCall.Set("x"), null, 0, 1)
                .returned("a", new ValueCall.Set("y"), null, 2, 10)
                .returned("b", new ValueCall.Get(), "y", 3, 4)
                .returned("b", new ValueCall.Get(), "x", 5, 6);

        isWrong("#4 fits nowhere");
    }

    @Test
    void twoWhoSetWhatWasAbsent() {
        it.returned("a", new ValueCall.CompareAndSet(null, "x"), true, 0, 5)
                .returned("b", new ValueCall.CompareAndSet(null, "y"), true, 1, 6);

        isWrong("value \"k\"");
    }

    @Test
    void swapThatFailedThoughItFitted() {
        it.returned("a", new ValueCall.Set("x"), null, 0, 1)
                .returned("b", new ValueCall.CompareAndSet("x", "y"), false, 2, 3);

        isWrong("#2 fits nowhere");
    }

    @Test
    void lostAcknowledgedWrite() {
        it.returned("a", new ValueCall.Set("x"), null, 0, 1).returned("b", new ValueCall.Get(), null, 2, 3);

        isWrong("the state is x");
    }

    @Test
    void valueMayBeGoneOnceItsTimeToLiveCanHavePassed() {
        it.returned("a", new ValueCall.Set("x"), null, 0, 1)
                .unknown("a", new ValueCall.Expire("x"), 1_000)
                .returned("b", new ValueCall.Get(), "x", 1_001, 1_002)
                .returned("b", new ValueCall.Get(), null, 1_003, 1_004);

        isFine();
    }

    @Test
    void valueThatIsGoneBeforeItsTime() {
        it.returned("a", new ValueCall.Set("x"), null, 0, 1)
                .unknown("a", new ValueCall.Expire("x"), 1_000)
                .returned("b", new ValueCall.Get(), null, 998, 999);

        isWrong("#3 fits nowhere");
    }

    @Test
    void doublePop() {
        it.returned("a", new ListCall.Push(End.RIGHT, "x"), 1L, 0, 1)
                .returned("b", new ListCall.Pop(End.LEFT), "x", 2, 9)
                .returned("c", new ListCall.Pop(End.RIGHT), "x", 3, 8);

        isWrong("the value 'x' was popped 2 times, pushed 1", "list \"k\" is not linearizable");
    }

    @Test
    void whatWasPushedTwiceIsPoppedTwice() {
        it.returned("a", new ListCall.Push(End.RIGHT, "x"), 1L, 0, 1)
                .returned("a", new ListCall.Push(End.RIGHT, "x"), 2L, 2, 3)
                .returned("b", new ListCall.Pop(End.LEFT), "x", 4, 5)
                .returned("c", new ListCall.Pop(End.RIGHT), "x", 6, 7);

        isFine();
    }

    @Test
    void poppedWithoutHavingBeenPushed() {
        it.returned("b", new ListCall.Pop(End.LEFT), "x", 2, 9);

        isWrong("the value 'x' was popped, but never pushed");
    }

    @Test
    void poppedBeforeItWasPushed() {
        it.returned("b", new ListCall.Pop(End.LEFT), "x", 2, 3)
                .returned("a", new ListCall.Push(End.LEFT, "x"), 1L, 4, 5);

        isWrong("the value 'x' was popped before it was pushed");
    }

    @Test
    void reorderedList() {
        it.returned("a", new ListCall.Push(End.RIGHT, "x"), 1L, 0, 1)
                .returned("a", new ListCall.Push(End.RIGHT, "y"), 2L, 2, 3)
                .returned("b", new ListCall.Pop(End.LEFT), "y", 4, 5)
                .returned("b", new ListCall.Pop(End.LEFT), "x", 6, 7);

        isWrong("the state is [x, y]");
    }

    @Test
    void lostAcknowledgedPush() {
        it.returned("a", new ListCall.Push(End.RIGHT, "x"), 1L, 0, 1)
                .returned("b", new ListCall.Pop(End.LEFT), null, 2, 3);

        isWrong("#2 fits nowhere");
    }

    @Test
    void listIsReadAsItIs() {
        it.returned("a", new ListCall.Push(End.RIGHT, "y"), 1L, 0, 1)
                .returned("a", new ListCall.Push(End.LEFT, "x"), 2L, 2, 3)
                .returned("a", new ListCall.Push(End.RIGHT, "z"), 3L, 4, 5)
                .returned("b", new ListCall.Range(0, -1), List.of("x", "y", "z"), 6, 7)
                .returned("b", new ListCall.Range(-2, 7), List.of("y", "z"), 8, 9)
                .returned("b", new ListCall.Range(-9, 0), List.of("x"), 10, 11)
                .returned("b", new ListCall.Range(2, 1), List.of(), 12, 13)
                .returned("b", new ListCall.Length(), 3L, 14, 15);

        isFine();
    }

    @Test
    void valueGoesStraightToWhoWaitsForIt() {
        it.returned("b", new ListCall.Pop(End.LEFT), "x", 0, 9)
                .returned("a", new ListCall.Push(End.RIGHT, "x"), 0L, 1, 2)
                .returned("a", new ListCall.Length(), 0L, 3, 4);

        isFine();
    }

    @Test
    void valueThatWasHandedOverIsNotInTheList() {
        it.returned("a", new ListCall.Push(End.RIGHT, "x"), 0L, 1, 2)
                .returned("a", new ListCall.Length(), 1L, 3, 4)
                .returned("b", new ListCall.Pop(End.LEFT), "x", 5, 6);

        isWrong("handed to a pop that waited");
    }

    @Test
    void whatNobodyTookOverGoesBackToItsEnd() {
        it.returned("a", new ListCall.Push(End.RIGHT, "x"), 1L, 0, 1)
                .returned("a", new ListCall.Push(End.RIGHT, "y"), 2L, 2, 3)
                .unknown("b", new ListCall.Pop(End.LEFT, 1), 4)
                .unknown("b", new ListCall.PutBack(End.LEFT, 1), 4)
                .returned("a", new ListCall.Length(), 1L, 5, 6)
                .returned("a", new ListCall.Range(0, -1), List.of("x", "y"), 7, 8);

        isFine();
    }

    @Test
    void whatNobodyTookOverDoesNotGoToTheOtherEnd() {
        it.returned("a", new ListCall.Push(End.RIGHT, "x"), 1L, 0, 1)
                .returned("a", new ListCall.Push(End.RIGHT, "y"), 2L, 2, 3)
                .unknown("b", new ListCall.Pop(End.LEFT, 1), 4)
                .unknown("b", new ListCall.PutBack(End.LEFT, 1), 4)
                .returned("a", new ListCall.Range(0, -1), List.of("y", "x"), 7, 8);

        isWrong("#5 fits nowhere");
    }

    @Test
    void unknownOutcomeMayTakeEffectLaterOrNever() {
        it.unknown("a", new CounterCall.Add(5), 0)
                .unknown("a", new CounterCall.Add(7), 0)
                .returned("b", new CounterCall.Get(), 0L, 1, 2)
                .returned("b", new CounterCall.Get(), 5L, 3, 4)
                .returned("b", new CounterCall.Get(), 5L, 5, 6);

        isFine();
    }

    @Test
    void unknownOutcomeThatTakesEffectTwice() {
        it.unknown("a", new CounterCall.Add(5), 0)
                .returned("b", new CounterCall.Get(), 5L, 1, 2)
                .returned("b", new CounterCall.Get(), 10L, 3, 4);

        isWrong("#3 fits nowhere", "the state is 5");
    }

    @Test
    void unknownOutcomeThatTakesEffectBeforeItWasInvoked() {
        it.returned("b", new CounterCall.Get(), 5L, 1, 2).unknown("a", new CounterCall.Add(5), 3);

        isWrong("#1 fits nowhere");
    }

    @Test
    void unknownOutcomeThatWasSeenTookEffectBeforeThat() {
        it.unknown("a", new ValueCall.Set("x"), 0)
                .returned("b", new ValueCall.Get(), "x", 1, 2)
                .returned("b", new ValueCall.Set("y"), null, 3, 4)
                .returned("b", new ValueCall.Get(), "x", 5, 6);

        isWrong("#4 fits nowhere", "the state is y");
    }

    @Test
    void effectOfARefusedOperation() {
        it.refused("a", new ListCall.Push(End.LEFT, "x"), 0, 1)
                .returned("b", new ListCall.Pop(End.LEFT), "x", 2, 3);

        isWrong("its push was refused", "refused before, so without effect", "Push[end=LEFT, value=x]");
    }

    @Test
    void lockGoesFromOneToTheNext() {
        it.returned("a", new HoldCall.Acquire(1), 10L, 0, 1)
                .returned("b", new HoldCall.Acquire(1), 11L, 0, 6)
                .returned("c", new HoldCall.Acquire(1), null, 2, 3)
                .returned("a", new HoldCall.Release(10), true, 4, 7)
                .returned("b", new HoldCall.Renew(11), true, 8, 9)
                .returned("b", new HoldCall.Release(11), true, 10, 11)
                .returned("b", new HoldCall.Release(11), false, 12, 13);

        isFine();
    }

    @Test
    void twoHolders() {
        it.returned("a", new HoldCall.Acquire(1), 10L, 0, 1)
                .returned("b", new HoldCall.Acquire(1), 11L, 2, 3)
                .returned("a", new HoldCall.Release(10), true, 4, 5);

        isWrong("2 hold at once what tolerates 1", "#2 fits nowhere", "held [10]");
    }

    @Test
    void nextIsGrantedOnceTheHolderCannotRelyOnIt() {
        it.returned("a", new HoldCall.Acquire(1), 10L, 0, 1)
                .unknown("a", new HoldCall.Lose(10), 50)
                .returned("b", new HoldCall.Acquire(1), 11L, 2, 51);

        isFine();
    }

    @Test
    void nextIsGrantedWhileTheHolderStillReliesOnIt() {
        it.returned("a", new HoldCall.Acquire(1), 10L, 0, 1)
                .unknown("a", new HoldCall.Lose(10), 50)
                .returned("b", new HoldCall.Acquire(1), 11L, 2, 49);

        isWrong("2 hold at once what tolerates 1", "#3 fits nowhere");
    }

    @Test
    void renewalOfWhatOthersHold() {
        it.returned("a", new HoldCall.Acquire(1), 10L, 0, 1)
                .unknown("a", new HoldCall.Lose(10), 2)
                .returned("b", new HoldCall.Acquire(1), 11L, 3, 4)
                .returned("a", new HoldCall.Renew(10), true, 5, 6);

        isWrong("#4 fits nowhere");
    }

    @Test
    void fallingFence() {
        it.returned("a", new HoldCall.Acquire(1), 10L, 0, 1)
                .returned("a", new HoldCall.Release(10), true, 2, 3)
                .returned("b", new HoldCall.Acquire(1), 9L, 4, 5);

        isWrong("the fence 9 was given after 10", "last fence 10");
    }

    @Test
    void fenceThatFallsFromOneKeyToAnother() {
        it.history.invoke("a", "one", new HoldCall.Acquire(1), 0).returned(10L, 1);
        it.history.invoke("b", "two", new HoldCall.Acquire(1), 2).returned(9L, 3);

        isWrong("hold \"two\": the fence 9 was given after 10");
    }

    @Test
    void fencesOfGrantsThatOverlapMayComeInAnyOrder() {
        it.history.invoke("a", "one", new HoldCall.Acquire(1), 0).returned(10L, 2);
        it.history.invoke("b", "two", new HoldCall.Acquire(1), 1).returned(9L, 3);

        isFine();
    }

    @Test
    void sameFenceForTwo() {
        it.history.invoke("a", "one", new HoldCall.Acquire(1), 0).returned(10L, 2);
        it.history.invoke("b", "two", new HoldCall.Acquire(1), 1).returned(10L, 3);

        isWrong("the fence 10 was given twice");
    }

    @Test
    void semaphoreHasAsManyHoldersAsPermits() {
        it.returned("a", new HoldCall.Acquire(2), 10L, 0, 1).returned("b", new HoldCall.Acquire(2), 11L, 2, 3);

        isFine();

        it.returned("c", new HoldCall.Acquire(2), 12L, 4, 5);

        isWrong("3 hold at once what tolerates 2");
    }

    @Test
    void readersShareAndWritersDoNot() {
        it.returned("a", new HoldCall.Acquire(HoldCall.SHARED), 10L, 0, 1)
                .returned("b", new HoldCall.Acquire(HoldCall.SHARED), 11L, 2, 3);

        isFine();

        it.returned("c", new HoldCall.Acquire(HoldCall.ALONE), 12L, 4, 5);

        isWrong("3 hold at once what tolerates 1", "held [10 shared, 11 shared]");
    }

    @Test
    void readersJoinAWriterThatReadsOn() {
        it.returned("a", new HoldCall.Acquire(HoldCall.ALONE), 10L, 0, 1)
                .returned("a", new HoldCall.Downgrade(10), true, 2, 3)
                .returned("b", new HoldCall.Acquire(HoldCall.SHARED), 11L, 4, 5);

        isFine();

        it.returned("c", new HoldCall.Acquire(HoldCall.ALONE), 12L, 6, 7);

        isWrong("#4 fits nowhere");
    }

    @Test
    void thingsOfOneNameAndDifferentKindsHaveNothingToDoWithEachOther() {
        it.returned("a", new CounterCall.Add(1), 1L, 0, 1)
                .returned("a", new ValueCall.Get(), null, 2, 3)
                .returned("a", new ListCall.Length(), 0L, 4, 5);

        isFine();
    }

    @Test
    void whatIsNotDecidedWithinTheBudgetIsNoPass() {
        for (int i = 0; i < 40; i++) {
            it.returned("c" + i, new CounterCall.Set(i), null, 0, 10);
        }
        it.returned("a", new CounterCall.Get(), 100L, 11, 12);

        var findings = Findings.of(it.history.operations(), new Linearizability.Budget(1_000, 1_000));

        assertThat(findings.isClean()).isFalse();
        assertThat(findings.violations()).isEmpty();
        assertThat(findings.undecided()).singleElement()
                .asString()
                .startsWith("counter \"k\" is undecided: gave up after ");
    }
}
