package io.dflockd.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client is called from virtual threads: they park and leave their carriers to others. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class VirtualThreadsTest {
    private static final int THREADS = 10_000;
    private static final int KEYS = 1_000;
    private static final Duration LONG = Duration.ofSeconds(100);

    @Test
    void tenThousandThreadsAcquireAndReleaseAndNoneIsPinnedByTheClient(@TempDir Path folder) throws Exception {
        try (var client = DflockdClient.connect(TestServer.address()); var recording = new Recording()) {
            client.lock("virtual/warm-up").acquire().close(); // loading of classes pins, once
            client.lock("virtual/warm-up").tryAcquire(Duration.ofSeconds(1)).orElseThrow().close();
            recording.enable("jdk.VirtualThreadPinned").withThreshold(Duration.ZERO).withStackTrace();
            recording.start();
            var done = new LongAdder();
            var holders = new AtomicInteger[KEYS];
            for (int i = 0; i < KEYS; i++) {
                holders[i] = new AtomicInteger();
            }
            var mostAtOnce = new AtomicInteger();

            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < THREADS; i++) {
                    int key = i % KEYS;
                    var unusedAsCloseWaits = threads.submit(() -> {
                        try (var lease = client.lock("virtual/" + key).acquire(LONG)) {
                            mostAtOnce.accumulateAndGet(holders[key].incrementAndGet(), Math::max);
                            assertThat(lease.isValid()).isTrue();
                            holders[key].decrementAndGet();
                        }
                        done.increment();
                        return null;
                    });
                }
            }

            recording.stop();
            assertThat(done.sum()).isEqualTo(THREADS);
            assertThat(mostAtOnce.get()).isEqualTo(1);
            assertThat(client.metrics().acquisitions().granted()).isEqualTo(THREADS + 2);
            assertThat(client.metrics().connections().opened()).isEqualTo(1);
            assertThat(pinnedByTheClient(recording, folder.resolve("pinned.jfr"))).isZero();
        }
    }

    private static long pinnedByTheClient(Recording recording, Path file) throws IOException {
        recording.dump(file);
        return RecordingFile.readAllEvents(file).stream().filter(VirtualThreadsTest::isOfTheClient).count();
    }

    private static boolean isOfTheClient(RecordedEvent event) {
        return event.getStackTrace() != null
                && event.getStackTrace()
                        .getFrames()
                        .stream()
                        .anyMatch(frame -> frame.getMethod().getType().getName().startsWith("io.dflockd.client."));
    }
}
