package io.dflockd.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.engine.Engine;
import io.dflockd.engine.EngineLimits;
import io.dflockd.engine.order.Node;
import io.dflockd.engine.order.Operations.Verdict;
import io.dflockd.engine.order.Standing;
import io.dflockd.service.admin.Drain;
import io.dflockd.service.admin.DrainDesk;
import io.dflockd.service.driver.Alarm;
import io.dflockd.service.driver.DirectJournal;
import io.dflockd.service.driver.EngineDriver;
import io.dflockd.service.session.Replies;
import io.dflockd.service.stats.ServerCounters;
import io.dflockd.testkit.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A member of a cluster is drained where another one takes the lead; where none does, all is as it was. */
@Timeout(60)
class DrainDeskTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int MOST_WAITING = 256;
    private static final Node ONE = new Node("n1", "h:1", "h:2");
    private static final Node TWO = new Node("n2", "h:3", "h:4");

    /** What comes of letting another member lead. */
    private volatile Supplier<Verdict> transfer = () -> new Verdict(true, "another member leads");
    private final AtomicLong now = new AtomicLong(1_000_000);
    private final List<Task> tasks = new CopyOnWriteArrayList<>();
    private final EngineDriver driver = driver();
    private final DrainDesk desk = new DrainDesk(driver, new ServerCounters(), this::plan, now::get);

    /** Something that is to be done later, when the test says so. */
    private static final class Task implements Alarm.Planned {
        final Runnable action;
        final long delaySeconds;
        volatile boolean isCancelled;

        Task(Runnable action, long delaySeconds) {
            this.action = action;
            this.delaySeconds = delaySeconds;
        }

        @Override
        public void cancel() {
            isCancelled = true;
        }
    }

    private Alarm.Planned plan(Runnable action, long delayNanos) {
        var task = new Task(action, TimeUnit.NANOSECONDS.toSeconds(delayNanos));
        tasks.add(task);
        return task;
    }

    private EngineDriver driver() {
        var limits = new EngineLimits(100, 0, 0, 0, 0, 1 << 20, 1 << 20, 10, 60_000, true, 5000, 60_000);
        var standing = new Standing(Optional.of(ONE), 1, true, List.of(ONE, TWO));
        return new EngineDriver(
                new Engine(limits, 1), new Replies(1 << 20), () -> 1, DirectClient::atOnce, failure -> {}, () -> {},
                (applier, lock) -> new MemberJournal(
                        new DirectJournal(applier, lock, () -> 1, DirectClient::atOnce), standing,
                        to -> transfer.get()));
    }

    private DrainDesk.Result begin(OptionalLong withinMs, String reason) throws Exception {
        return get(desk.begin(withinMs, reason, "on-call"));
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private void assertThatNothingWasDone() {
        assertThat(desk.now()).isEmpty();
        assertThat(driver.isDrained()).isFalse();
        assertThat(tasks).isEmpty();
    }

    @Test
    void whereNoOtherTakesTheLeadNothingIsDone() throws Exception {
        transfer = () -> new Verdict(false, "no other member took over");

        assertThat(begin(OptionalLong.of(60_000), "new kernel")).isEqualTo(
                new DrainDesk.Result.Refused("no other member takes the lead: no other member took over"));

        assertThatNothingWasDone();
        transfer = () -> new Verdict(true, "another member leads");
        assertThat(begin(OptionalLong.empty(), "again")).isEqualTo(new DrainDesk.Result.Done());
        assertThat(driver.isDrained()).isTrue();
    }

    /** Else it would turn clients away for ever, and nobody was told. */
    @Test
    void whereHandingTheLeadOnFailsNothingIsDoneAndItIsSaid() throws Exception {
        transfer = () -> {
            throw new IllegalStateException("a bug");
        };

        assertThat(begin(OptionalLong.empty(), "new kernel")).isInstanceOf(DrainDesk.Result.Refused.class);

        assertThatNothingWasDone();
    }

    @Test
    void whoIsDrainedAndRefusesAgainIsDrainedAsBefore() throws Exception {
        begin(OptionalLong.of(60_000), "new kernel");
        var before = desk.now();
        now.addAndGet(1000);
        transfer = () -> new Verdict(false, "no other member took over");

        assertThat(begin(OptionalLong.of(5_000), "other reason")).isInstanceOf(DrainDesk.Result.Refused.class);

        assertThat(desk.now()).isEqualTo(before);
        assertThat(before).get()
                .isEqualTo(new Drain(1_000_000, OptionalLong.of(1_060_000), "new kernel", "on-call"));
        assertThat(driver.isDrained()).isTrue();
        assertThat(tasks).as("the deadline of then counts").noneMatch(task -> task.isCancelled);
    }

    @Test
    void theLastReasonAndDeadlineCountAndTheTimeSinceStays() throws Exception {
        begin(OptionalLong.of(60_000), "new kernel");
        now.addAndGet(1000);
        begin(OptionalLong.of(90_000), "and new disk");

        assertThat(desk.now()).get()
                .isEqualTo(new Drain(1_000_000, OptionalLong.of(1_091_000), "and new disk", "on-call"));
        assertThat(tasks.stream().filter(task -> task.isCancelled).map(task -> task.delaySeconds)).containsExactly(60L);
        begin(OptionalLong.empty(), "no hurry");
        assertThat(tasks.stream().filter(task -> !task.isCancelled).map(task -> task.delaySeconds))
                .as("one look at who leads, and no deadline")
                .containsExactly(5L);
    }

    /** Others may be gone, so that it is made leader all the same. */
    @Test
    void theLeadIsHandedOnAgainEverLessOftenUntilItTakesAllAgain() throws Exception {
        begin(OptionalLong.empty(), "new kernel");
        transfer = () -> new Verdict(false, "no other member took over");

        var pauses = new ArrayList<Long>();
        for (int i = 0; i < 9; i++) {
            pauses.add(tasks.get(i).delaySeconds);
            runTask(i);
        }

        assertThat(pauses).containsExactly(5L, 10L, 20L, 40L, 80L, 160L, 300L, 300L, 300L);
        assertThat(get(desk.end())).isEqualTo(DrainDesk.Undone.DONE);
        assertThat(driver.isDrained()).isFalse();
        assertThat(get(desk.end())).isEqualTo(DrainDesk.Undone.WAS_NOT_DRAINED);
        int before = tasks.size();
        tasks.getLast().action.run();
        assertThat(get(desk.end())).as("behind the look").isEqualTo(DrainDesk.Undone.WAS_NOT_DRAINED);
        assertThat(tasks).as("nobody looks any more").hasSize(before);
    }

    @Test
    void aLookThatFailsIsNotTheLast() throws Exception {
        begin(OptionalLong.empty(), "new kernel");
        transfer = () -> {
            throw new IllegalStateException("a bug");
        };

        runTask(0);
    }

    /** Returns when another one is planned. */
    private void runTask(int index) {
        tasks.get(index).action.run();
        Eventually.await("the next look", PATIENCE, () -> tasks.size() > index + 1);
    }

    @Test
    void whereTooManyWaitNothingIsDoneAndItIsSaid() throws Exception {
        var started = new CountDownLatch(1);
        var released = new CountDownLatch(1);
        transfer = () -> {
            started.countDown();
            try {
                assertThat(released.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return new Verdict(true, "another member leads");
        };
        var first = desk.begin(OptionalLong.empty(), "first", "on-call");
        assertThat(started.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        var waiting = IntStream.range(0, MOST_WAITING)
                .mapToObj(i -> desk.begin(OptionalLong.empty(), "waits", "on-call").toCompletableFuture())
                .toList();

        assertThat(begin(OptionalLong.empty(), "too much")).isEqualTo(new DrainDesk.Result.Busy());
        assertThat(get(desk.end())).isEqualTo(DrainDesk.Undone.BUSY);

        released.countDown();
        assertThat(get(first)).isEqualTo(new DrainDesk.Result.Done());
        get(CompletableFuture.allOf(waiting.toArray(CompletableFuture[]::new)));
        assertThat(waiting).allMatch(each -> each.join().equals(new DrainDesk.Result.Done()));
        assertThat(desk.now()).get().extracting(Drain::reason).isEqualTo("waits");
    }
}
