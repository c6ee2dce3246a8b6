package io.dflockd.service.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.engine.Command;
import io.dflockd.engine.Engine;
import io.dflockd.engine.EngineLimits;
import io.dflockd.service.RecordingReceiver;
import io.dflockd.service.session.Replies;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** When another node leads, nobody speaks through this one any more. */
class FollowingTest {
    private static final Command PING = new Command.Ping();

    private final List<LaggingJournal> journals = new ArrayList<>();
    private final AtomicInteger wakeUps = new AtomicInteger();
    private final EngineDriver driver = new EngineDriver(
            new Engine(new EngineLimits(100, 0, 0, 0, 0, 1 << 20, 1 << 20, 10, 60_000, true, 5000, 60_000), 1),
            new Replies(1 << 20),
            () -> 7,
            (task, delayNanos) -> () -> {},
            failure -> {
                throw new AssertionError(failure);
            },
            wakeUps::incrementAndGet,
            (applier, lock) -> journal(new LaggingJournal(applier)));
    private final RecordingReceiver receiver = new RecordingReceiver();

    private LaggingJournal journal(LaggingJournal opened) {
        journals.add(opened);
        return opened;
    }

    @Test
    void whoIsEndedIsWoken() {
        driver.open(receiver);

        driver.follow(Optional.empty());

        assertThat(receiver.end()).isEqualTo("another node leads");
        assertThat(wakeUps).hasValue(1);
    }

    @Test
    void nobodyIsKnownAnyMoreNorWhatWasUnderWayWaitedFor() {
        var gone = driver.open(new RecordingReceiver());
        driver.submit(gone, "", PING);
        driver.disconnected(gone);
        var caller = driver.open(receiver);
        driver.attach(caller, "digest", 60_000, 0);
        journals.getFirst().applyAll();
        driver.submit(caller, 1, 0, PING);

        driver.follow(Optional.empty());
        driver.disconnected(caller);

        assertThat(driver.view().callers()).isZero();
        journals.getFirst().applyAll();
        assertThat(driver.view().callers()).as("what was under way is in the log after all").isZero();
        assertThat(receiver.lines).containsExactly("ok new 60");
    }
}
