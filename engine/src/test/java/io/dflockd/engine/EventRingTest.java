package io.dflockd.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.engine.EventRing.Kind;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EventRingTest {
    private final EventRing ring = new EventRing();
    private final Engine engine = new Engine(Limits.wide(), 0);
    private final Effects effects = new Effects();
    private long request;

    private static final class Told implements EventRing.Reader {
        final List<String> lines = new ArrayList<>();
        long missed;

        @Override
        public void event(long number, long atMs, Kind kind, String key, long fence, long session) {
            lines.add("%d %d %s %s %d %d".formatted(number, atMs, kind.word(), key, fence, session));
        }

        @Override
        public void missed(long count) {
            missed += count;
        }
    }

    private void at(long ms, long session, Command command) {
        ring.time(ms);
        engine.apply(ms, new Action(7, session, session, ++request, 0, command), effects);
        effects.clear();
    }

    private static Command.Acquire acquire(String key, long waitMs) {
        return new Command.Acquire(key, Mode.PERMIT, 1, waitMs, 30_000, false);
    }

    private List<String> told() {
        var told = new Told();
        ring.read(0, EventRing.CAPACITY, told);
        return told.lines;
    }

    @Test
    void whatHappensIsToldInItsOrderWithWhomItHappensTo() {
        engine.writeEvents(ring);
        at(1, 1, acquire("jobs", 0));
        at(2, 2, acquire("jobs", 5_000));
        at(3, 3, acquire("jobs", 10));
        at(4, 4, acquire("jobs", 0));
        at(20, 1, new Command.Revoke("jobs", 1));
        at(30, 2, new Command.SetValue("v", "x", 5));
        at(40_000, 9, new Command.Increment("n", 1));

        assertThat(told()).containsExactly(
                "0 1 granted jobs 1 1",
                "1 2 queued jobs 0 2",
                "2 3 queued jobs 0 3",
                "3 20 left jobs 0 3",
                "4 20 revoked jobs 1 1",
                "5 20 granted jobs 2 2",
                "6 30 kset v 0 2",
                "7 40000 kexpire v 0 0",
                "8 40000 expired jobs 2 2",
                "9 40000 incr n 0 9");
    }

    @Test
    void nothingIsWrittenWhileNobodyReadsAndTheStateIsTheSame() throws IOException {
        var other = new Engine(Limits.wide(), 0);
        engine.writeEvents(ring);
        for (int i = 0; i < 100; i++) {
            at(i, 1, acquire("k" + i, 0));
            other.apply(i, new Action(7, 1, 1, request, 0, acquire("k" + i, 0)), effects);
            effects.clear();
        }
        engine.writeEvents(null);
        at(100, 1, acquire("more", 0));
        other.apply(100, new Action(7, 1, 1, request, 0, acquire("more", 0)), effects);

        assertThat(ring.next()).isEqualTo(100);
        assertThat(snapshot(engine)).isEqualTo(snapshot(other));
    }

    private static byte[] snapshot(Engine of) throws IOException {
        var bytes = new ByteArrayOutputStream();
        of.writeSnapshot(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    @Test
    void whoReadsTooLateIsToldHowMuchHeHasMissed() {
        for (int i = 0; i < EventRing.CAPACITY + 100; i++) {
            ring.write(Kind.GRANTED, "k", i, i);
        }
        var told = new Told();

        long next = ring.read(0, EventRing.CAPACITY, told);

        assertThat(next).isEqualTo(ring.next());
        assertThat(told.missed + told.lines.size()).isEqualTo(EventRing.CAPACITY + 100);
        assertThat(told.missed).isPositive();
    }

    @Test
    void anEngineThatTakesThePlaceOfAnotherGoesOnAndSaysSo() {
        engine.writeEvents(ring);
        at(1, 1, acquire("jobs", 0));
        var other = new Engine(Limits.wide(), 10);
        other.goOnFrom(engine);
        other.apply(2, new Action(7, 1, 1, 1, 0, acquire("more", 0)), effects);

        assertThat(told()).containsExactly("0 1 granted jobs 1 1", "1 1 replaced  0 0", "2 1 granted more 11 1");
    }

    /** Each record has the same number in all its places, so one that is half of another would be seen. */
    @Test
    void whatIsToldIsNeverHalfOfTwoRecords() throws InterruptedException {
        var keys = new String[]{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
        var done = new AtomicBoolean();
        var fault = new AtomicReference<@Nullable String>();
        var reader = new Thread(() -> {
            long[] next = {0};
            while (!done.get()) {
                next[0] = ring.read(next[0], 100, new EventRing.Reader() {
                    @Override
                    public void event(long number, long atMs, Kind kind, String key, long fence, long session) {
                        boolean isWhole = atMs == number && fence == number && session == -number
                                && key.equals(keys[(int) (number % 10)]);
                        if (!isWhole || number < next[0]) {
                            fault.set("%d %d %s %d %d".formatted(number, atMs, key, fence, session));
                        }
                    }

                    @Override
                    public void missed(long count) {
                        if (count <= 0) {
                            fault.set("missed " + count);
                        }
                    }
                });
            }
        });
        reader.start();
        for (int i = 0; i < 5_000_000; i++) {
            ring.time(i);
            ring.write(Kind.GRANTED, keys[i % 10], i, -i);
        }
        done.set(true);
        reader.join();

        assertThat(fault.get()).isNull();
    }
}
