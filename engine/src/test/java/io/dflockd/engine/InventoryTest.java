package io.dflockd.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.engine.Inventory.Counter;
import io.dflockd.engine.Inventory.Lock;
import io.dflockd.engine.Inventory.ReadWriteLock;
import io.dflockd.engine.Inventory.SignalChannel;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InventoryTest {
    private final Engine engine = new Engine(Limits.wide(), 0);
    private final Recorder recorder = new Recorder();
    private long request;

    @Test
    void everyKindIsListedByKey() {
        at(0, 7, new Command.Acquire("jobs", Mode.PERMIT, 1, 0, 30_000, false));
        at(0, 8, new Command.Acquire("jobs", Mode.PERMIT, 1, 5_000, 30_000, false));
        at(0, 8, new Command.Acquire("boss", Mode.LEADERSHIP, 1, 0, 20_000, false));
        at(0, 7, new Command.Acquire("pool", Mode.PERMIT, 5, 0, 30_000, false));
        at(0, 7, new Command.Acquire("cfg", Mode.READ, 0, 0, 30_000, false));
        at(0, 8, new Command.Acquire("cfg", Mode.READ, 0, 0, 30_000, false));
        at(0, 7, new Command.Increment("hits", 10));
        at(0, 7, new Command.SetValue("name", "value", 60_000));
        at(0, 7, new Command.SetValue("for ever", "xy", 0));
        at(0, 9, new Command.BlockingPop("q", End.LEFT, 5_000));
        at(0, 9, new Command.Push("items", End.LEFT, "a"));
        at(0, 9, new Command.Listen("tasks.>", "workers"));
        at(0, 9, new Command.Listen("tasks.>", ""));
        at(0, 9, new Command.Watch("cfg"));
        at(0, 9, new Command.Observe("boss"));
        at(1_000, 9, new Command.AwaitBarrier("start", 3, 30_000));

        var inventory = inventory(10);

        assertThat(inventory.locks()).containsExactly(new Lock("boss", 8, "", 1_000, 19_000, 0, 0, 2),
                new Lock("jobs", 7, "", 1_000, 29_000, 1, 1_000, 1));
        assertThat(inventory.semaphores()).containsExactly(new Inventory.Semaphore("pool", 5, 1, 0, 0));
        assertThat(inventory.readWriteLocks()).containsExactly(new ReadWriteLock("cfg", 2, false, 5, 0, 0));
        assertThat(inventory.counters()).containsExactly(new Counter("hits", 10, 1_000));
        assertThat(inventory.values())
                .containsExactly(
                        new Inventory.Value("for ever", 2, 0, 1_000), new Inventory.Value("name", 5, 59_000, 1_000));
        assertThat(inventory.lists())
                .containsExactly(
                        new Inventory.StoredList("items", 1, 0, 1_000), new Inventory.StoredList("q", 0, 1, 1_000));
        assertThat(inventory.signalChannels())
                .containsExactly(new SignalChannel("tasks.>", "", 1), new SignalChannel("tasks.>", "workers", 1));
        assertThat(inventory.watchChannels()).containsExactly(new Inventory.WatchChannel("cfg", 1));
        assertThat(inventory.observedElections()).containsExactly(new Inventory.ObservedElection("boss", 1));
        assertThat(inventory.barriers()).containsExactly(new Inventory.Barrier("start", 3, 1, 0));
        assertThat(inventory.totals()).isEqualTo(new Inventory.Totals(2, 1, 1, 0, 0, 0, 1, 2, 2, 2, 1, 1, 1));
        assertThat(engine.census())
                .isEqualTo(new Census(4, 0, 5, 1, 1, 2, 2, 1, 1, 1, 4, 2, 1, 1, 3, 0, engine.bytes(), 5,
                        Map.of(HoldKind.LOCK, 1, HoldKind.PERMIT, 1, HoldKind.READ, 2, HoldKind.WRITE, 0,
                                HoldKind.LEADER, 1),
                        Map.of(HoldKind.LOCK, 1, HoldKind.PERMIT, 0, HoldKind.READ, 0, HoldKind.WRITE, 0,
                                HoldKind.LEADER, 0)));
    }

    @Test
    void aResourceThatNobodyUsesIsIdle() {
        at(0, 1, new Command.Acquire("one", Mode.PERMIT, 1, 0, 1_000, false));
        at(0, 1, new Command.Acquire("many", Mode.PERMIT, 2, 0, 1_000, false));
        at(0, 1, new Command.Acquire("doc", Mode.WRITE, 0, 0, 1_000, false));

        at(3_000, 0, new Command.Tick());

        assertThat(inventory(10).idleLocks()).containsExactly(new Inventory.Idle("one", 0));
        assertThat(inventory(10).idleSemaphores()).containsExactly(new Inventory.Idle("many", 0));
        assertThat(inventory(10).totals().idleReadWriteLocks()).isEqualTo(1);
    }

    @Test
    void theFirstRowsAreKeptAndAllAreCounted() {
        for (var key : List.of("d", "a", "e", "c", "b")) {
            at(0, 1, new Command.Increment(key, 1));
        }

        assertThat(inventory(2).counters()).extracting(Counter::key).containsExactly("a", "b");
        assertThat(inventory(2).totals().counters()).isEqualTo(5);
        assertThat(inventory(0).counters()).isEmpty();
        assertThat(inventory(0).totals().counters()).isEqualTo(5);
    }

    private void at(long timeMs, long connection, Command command) {
        recorder.apply(engine, Entry.of(timeMs, connection, ++request, command));
    }

    private Inventory inventory(int maxRows) {
        var walk = new InventoryWalk(maxRows);
        boolean done = false;
        while (!done) {
            done = walk.step(engine, engine.nowMs());
        }
        return walk.inventory(engine);
    }
}
