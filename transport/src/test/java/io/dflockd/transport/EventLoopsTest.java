package io.dflockd.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EventLoopsTest {
    @Test
    void aThreadThatEndsUnaskedIsTold() {
        var died = new CompletableFuture<Throwable>();
        try (var loops = EventLoops.start("nio", 2, died::complete)) {
            loops.group().next().shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);

            assertThat(died.orTimeout(10, TimeUnit.SECONDS).join()).hasMessageContaining("an event loop ended");
        }
    }

    @Test
    void threadsThatWereAskedToEndAreNot() {
        var died = new CompletableFuture<Throwable>();
        EventLoops.start("nio", 2, died::complete).close();

        assertThat(died).isNotDone();
    }

    @Test
    void anAlarmThatFailsDoesNotEndItsThread() throws Exception {
        var rang = new CompletableFuture<String>();
        try (var loops = EventLoops.start("nio", 1, cause -> {})) {
            var alarm = loops.alarm();
            alarm.schedule(() -> {
                throw new IllegalStateException("expected by this test");
            }, 0);
            alarm.schedule(() -> rang.complete("rang"), 0);

            assertThat(rang.get(10, TimeUnit.SECONDS)).isEqualTo("rang");
        }
    }
}
