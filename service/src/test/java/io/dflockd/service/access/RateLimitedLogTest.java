package io.dflockd.service.access;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.dflockd.service.LogLines;
import java.util.ArrayDeque;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RateLimitedLogTest {
    private static final String NAME = "rate-limited";

    private final LogLines lines = new LogLines(NAME, Level.INFO);
    private final Queue<Runnable> minutes = new ArrayDeque<>();
    private final RateLimitedLog log = new RateLimitedLog(LoggerFactory.getLogger(NAME), "it happened",
            (task, nanos) -> {
                assertThat(nanos).isEqualTo(60_000_000_000L);
                minutes.add(task);
                return () -> {};
            });

    @AfterEach
    void close() {
        lines.close();
    }

    private void aMinutePasses() {
        minutes.remove().run();
    }

    @Test
    void theFirstIsToldAtOnceAndTheOthersOnceAMinute() {
        log.happened("a");
        assertThat(lines.all()).containsExactly("it happened peer=a");
        for (int i = 0; i < 299; i++) {
            log.happened("b" + i);
        }
        assertThat(lines.all()).hasSize(1);
        aMinutePasses();
        assertThat(lines.all()).hasSize(2).last().isEqualTo("it happened count=299 within_s=60 last_peer=b298");
        log.happened("c");
        aMinutePasses();
        assertThat(lines.all()).hasSize(3).last().isEqualTo("it happened count=1 within_s=60 last_peer=c");
    }

    @Test
    void afterAMinuteOfSilenceTheNextIsTheFirstAgain() {
        log.happened("a");
        aMinutePasses();
        assertThat(minutes).as("nothing is left to wait for").isEmpty();
        log.happened("b");
        assertThat(lines.all()).containsExactly("it happened peer=a", "it happened peer=b");
    }
}
