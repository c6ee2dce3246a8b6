package io.dflockd.service.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.engine.Command;
import io.dflockd.engine.End;
import io.dflockd.engine.Engine;
import io.dflockd.engine.EngineLimits;
import io.dflockd.engine.Mode;
import io.dflockd.engine.Outcome;
import io.dflockd.service.RecordingReceiver;
import io.dflockd.service.session.Caller;
import io.dflockd.service.session.Replies;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Between the end of a connection and the moment when that is applied others go on. */
class DetachingTest {
    private static final Command PUSH = new Command.Push("list", End.RIGHT, "value");
    private static final Command POP = new Command.BlockingPop("list", End.LEFT, 5_000);
    private static final Command LENGTH = new Command.ListLength("list");
    private static final Command LOCK = new Command.Acquire("key", Mode.PERMIT, 1, 60_000, 5_000, false);

    private final List<LaggingJournal> journals = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();
    private final EngineDriver driver = new EngineDriver(
            new Engine(new EngineLimits(100, 0, 0, 0, 0, 1 << 20, 1 << 20, 10, 60_000, true, 5000, 60_000), 1),
            new Replies(1 << 20),
            () -> 7,
            (task, delayNanos) -> () -> {},
            failures::add,
            () -> {},
            (applier, lock) -> journal(new LaggingJournal(applier)));
    private final LaggingJournal journal = journals.getFirst();
    private final RecordingReceiver goneReceiver = new RecordingReceiver();
    private final Caller gone = driver.open(goneReceiver);
    private final RecordingReceiver otherReceiver = new RecordingReceiver();
    private final Caller other = driver.open(otherReceiver);

    private LaggingJournal journal(LaggingJournal opened) {
        journals.add(opened);
        return opened;
    }

    @BeforeEach
    void waitForAValue() {
        driver.submit(gone, "1", POP);
        driver.submit(gone, "2", new Command.BlockingPop("list", End.LEFT, 5_000));
        journal.applyAll();
    }

    @AfterEach
    void nothingFailed() {
        assertThat(failures).isEmpty();
    }

    @Test
    void aValueThatSomebodyWasGivenWhoHadJustLeftGoesBack() {
        driver.submit(other, "", PUSH);
        driver.submit(other, "", PUSH);
        driver.disconnected(gone);
        journal.applyAll();

        driver.submit(other, "", LENGTH);
        journal.applyAll();
        assertThat(otherReceiver.lines).containsExactly("ok 0", "ok 0", "ok 2");
    }

    @Test
    void aValueGoesBackWhenTheServerStops() {
        var watcher = new RecordingReceiver();
        var third = driver.open(watcher);
        driver.submit(other, "", PUSH);
        driver.drain();
        driver.disconnected(gone);
        journal.applyAll();
        driver.submit(third, "", LENGTH);
        journal.applyAll();

        assertThat(watcher.lines).containsExactly("error_draining");
        assertThat(journal.applier().engine().read(new Command.ListLength("list"), 1)).isEqualTo(new Outcome.Count(1));
    }

    @Test
    void aHoldStaysWhenTheServerStopsButWaitsEnd() {
        driver.submit(gone, "", LOCK);
        driver.submit(other, "", LOCK);
        journal.applyAll();
        driver.drain();
        driver.disconnected(gone);
        driver.disconnected(other);
        journal.applyAll();

        assertThat(journal.applier().engine().census().holds()).isEqualTo(1);
        assertThat(journal.applier().engine().census().waiters()).isZero();
    }

    @Test
    void aGrantToOneWhoHadJustLeftGoesOn() {
        driver.submit(other, "", LOCK);
        driver.submit(gone, "", LOCK);
        journal.applyAll();
        driver.disconnected(other);
        driver.disconnected(gone);
        journal.applyAll();

        assertThat(journal.applier().engine().census().holds()).isZero();
    }

    @Test
    void whatASessionWithANameMissesMeanwhileIsCounted() {
        driver.attach(other, "digest", 60_000, 0);
        journal.applyAll();
        driver.submit(other, 1, 0, new Command.Listen("news", ""));
        journal.applyAll();
        driver.submit(gone, "3", new Command.Signal("news", "one"));
        driver.disconnected(other);
        driver.submit(gone, "4", new Command.Signal("news", "two"));
        journal.applyAll();

        var comingBack = new RecordingReceiver();
        driver.attach(driver.open(comingBack), "digest", 60_000, 0);
        journal.applyAll();
        assertThat(comingBack.lines).contains("missed events 2");
    }

    @Test
    void aSessionWithANameLosesNoValueOfARequestWithoutANumber() {
        driver.disconnected(gone);
        driver.attach(other, "digest", 60_000, 0);
        journal.applyAll();
        driver.submit(other, "", POP);
        var third = driver.open(new RecordingReceiver());
        journal.applyAll();
        driver.submit(third, "", PUSH);
        driver.disconnected(other);
        journal.applyAll();

        assertThat(journal.applier().engine().read(new Command.ListLength("list"), 1)).isEqualTo(new Outcome.Count(1));
    }
}
