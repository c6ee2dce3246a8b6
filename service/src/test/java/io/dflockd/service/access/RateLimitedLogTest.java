package io.dflockd.service.access;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RateLimitedLogTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger("rate-limited");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Queue<Runnable> minutes = new ArrayDeque<>();
    private final RateLimitedLog log = new RateLimitedLog(logger, "it happened", (task, nanos) -> {
        assertThat(nanos).isEqualTo(60_000_000_000L);
        minutes.add(task);
        return () -> {};
    });

    @BeforeEach
    void listen() {
        logger.setAdditive(false);
        logger.setLevel(Level.INFO);
        logger.addAppender(lines);
        lines.start();
    }

    @AfterEach
    void leave() {
        logger.detachAppender(lines);
    }

    private void aMinutePasses() {
        minutes.remove().run();
    }

    private List<String> lines() {
        return lines.list.stream()
                .map(line -> line.getMessage() + line.getKeyValuePairs()
                        .stream()
                        .map(pair -> " " + pair.key + "=" + pair.value)
                        .collect(Collectors.joining()))
                .toList();
    }

    @Test
    void theFirstIsToldAtOnceAndTheOthersOnceAMinute() {
        log.happened("a");
        assertThat(lines()).containsExactly("it happened peer=a");
        for (int i = 0; i < 299; i++) {
            log.happened("b" + i);
        }
        assertThat(lines()).hasSize(1);
        aMinutePasses();
        assertThat(lines()).hasSize(2).last().isEqualTo("it happened count=299 within_s=60 last_peer=b298");
        log.happened("c");
        aMinutePasses();
        assertThat(lines()).hasSize(3).last().isEqualTo("it happened count=1 within_s=60 last_peer=c");
    }

    @Test
    void afterAMinuteOfSilenceTheNextIsTheFirstAgain() {
        log.happened("a");
        aMinutePasses();
        assertThat(minutes).as("nothing is left to wait for").isEmpty();
        log.happened("b");
        assertThat(lines()).containsExactly("it happened peer=a", "it happened peer=b");
    }
}
