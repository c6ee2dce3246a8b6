package io.dflockd.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultEventLoop;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WakesTest {
    private final DefaultEventLoop loop = new DefaultEventLoop();
    private final Wakes wakes = new Wakes(loop);
    private final List<String> events = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void stop() {
        loop.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
    }

    private Batch.Wakeable one(String name, Runnable whenWoken) {
        return one(name, 0, whenWoken);
    }

    private Batch.Wakeable one(String name, long unsentBytes, Runnable whenWoken) {
        return new Batch.Wakeable() {
            @Override
            public void wake() {
                events.add(name);
                whenWoken.run();
            }

            @Override
            public void wakeLater() {
                wakes.add(this);
            }

            @Override
            public long unsentBytes() {
                return unsentBytes;
            }

            @Override
            public void fail(Throwable cause) {
                events.add("failed " + name);
            }
        };
    }

    @Test
    void thousandsAreWokenAFewAtATime() throws Exception {
        int count = 1000;
        var all = new CountDownLatch(count);
        wakes.add(one("first", () -> {
            // What comes while the first is woken has its turn between the others, as what sockets have does.
            loop.schedule(() -> events.add("other"), 0, TimeUnit.NANOSECONDS);
            for (int i = 0; i < count; i++) {
                wakes.add(one("w", all::countDown));
            }
        }));

        assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(events.indexOf("other")).isBetween(1, 2 * Wakes.AT_ONCE);
    }

    @Test
    void whoHasLittleToWriteDoesNotWaitForThoseWhoHaveMuch() throws Exception {
        int count = 1000;
        var all = new CountDownLatch(count + 1);
        wakes.add(one("first", () -> {
            for (int i = 0; i < count; i++) {
                wakes.add(one("much", 65_000, all::countDown));
            }
            wakes.add(one("little", 100, all::countDown));
        }));

        assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(events.indexOf("little")).isBetween(1, 2 * Wakes.AT_ONCE);
    }

    @Test
    void noMoreIsWrittenInARoundThanAFewLongLines() throws Exception {
        int count = 100;
        var all = new CountDownLatch(count);
        wakes.add(one("first", () -> {
            loop.schedule(() -> events.add("other"), 0, TimeUnit.NANOSECONDS);
            for (int i = 0; i < count; i++) {
                wakes.add(one("w", Wakes.BYTES_AT_ONCE / 4, all::countDown));
            }
        }));

        assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(events.indexOf("other")).isBetween(1, 2 * 4);
    }

    @Test
    void eachThatIsAddedByWhateverThreadIsWoken() throws Exception {
        int count = 20_000;
        var all = new CountDownLatch(2 * count);
        var threads = new ArrayList<Thread>();
        for (int t = 0; t < 2; t++) {
            var thread = new Thread(() -> {
                for (int i = 0; i < count; i++) {
                    wakes.add(one("w", all::countDown));
                }
            });
            thread.start();
            threads.add(thread);
        }

        assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
        for (var thread : threads) {
            thread.join();
        }
    }

    @Test
    void oneThatFailsKeepsNobodyFromBeingWoken() throws Exception {
        var all = new CountDownLatch(100);
        wakes.add(one("broken", () -> {
            throw new IllegalStateException("broken");
        }));
        for (int i = 0; i < 100; i++) {
            wakes.add(one("w", all::countDown));
        }

        assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(events).contains("failed broken");
    }
}
