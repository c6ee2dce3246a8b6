package io.dflockd.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchTest {
    private final List<String> events = new ArrayList<>();

    private Batch.Wakeable one(String name, Runnable whenWoken) {
        return one(name, 0, whenWoken);
    }

    private Batch.Wakeable one(String name, long unsentBytes, Runnable whenWoken) {
        return new Batch.Wakeable() {
            @Override
            public void wake() {
                events.add("woke " + name);
                whenWoken.run();
            }

            @Override
            public void wakeLater() {
                events.add("later " + name);
            }

            @Override
            public long unsentBytes() {
                return unsentBytes;
            }

            @Override
            public void fail(Throwable cause) {
                events.add("failed " + name + ": " + cause.getMessage());
            }
        };
    }

    @Test
    void aFewAreWokenAtOnceAndTheOthersLater() {
        var batch = Batch.current();
        for (int i = 0; i < 100; i++) {
            batch.add(one("" + i, () -> {}));
        }

        batch.finish();

        assertThat(events).hasSize(100).contains("woke 0", "woke 31", "later 32", "later 99");
    }

    @Test
    void asManyAreWokenAtOnceAsHaveSoMuchToWrite() {
        var batch = Batch.current();
        for (int i = 0; i < 10; i++) {
            batch.add(one("" + i, Wakes.BYTES_AT_ONCE / 4, () -> {}));
        }

        batch.finish();

        assertThat(events).hasSize(10).contains("woke 0", "woke 3", "later 4", "later 9");
    }

    @Test
    void oneThatFailsTakesNoOtherWithIt() {
        var batch = Batch.current();
        batch.add(one("a", () -> {}));
        batch.add(one("b", () -> {
            throw new IllegalStateException("broken");
        }));
        batch.add(one("c", () -> batch.add(one("d", () -> {
            throw new AssertionError("worse");
        }))));
        batch.add(one("e", () -> {}));

        batch.finish();

        assertThat(events).containsExactly(
                "woke a", "woke b", "failed b: broken", "woke c", "woke e", "woke d", "failed d: worse");
    }
}
