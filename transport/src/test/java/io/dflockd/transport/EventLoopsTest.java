package io.dflockd.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.service.SettingException;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.nio.NioIoHandler;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EventLoopsTest {
    private static final IoHandlerFactory REFUSES = executor -> {
        throw new IllegalStateException("failed to make a ring", new RuntimeException("Cannot allocate memory"));
    };

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

    @Test
    void whatCannotStartGivesWayToTheNext() {
        var loops = EventLoops.start(List.of(Transport.IO_URING, Transport.NIO), 2,
                transport -> transport == Transport.NIO ? NioIoHandler.newFactory() : REFUSES, cause -> {});

        assertThat(loops.transport()).isEqualTo(Transport.NIO);
        loops.close();
    }

    @Test
    void alsoWhereOnlyTheSecondThreadCannot() {
        var made = new AtomicInteger();
        IoHandlerFactory once = executor -> (made.getAndIncrement() == 0 ? NioIoHandler.newFactory() : REFUSES)
                .newHandler(executor);
        var loops = EventLoops.start(List.of(Transport.IO_URING, Transport.NIO), 2,
                transport -> transport == Transport.NIO ? NioIoHandler.newFactory() : once, cause -> {});

        assertThat(made).hasValue(2);
        assertThat(loops.transport()).isEqualTo(Transport.NIO);
        loops.close();
    }

    @Test
    void whatIsNamedHasNoNext() {
        assertThatThrownBy(() -> EventLoops.start(List.of(Transport.IO_URING), 1, transport -> REFUSES, cause -> {}))
                .isInstanceOf(SettingException.class)
                .hasMessage("--transport io_uring does not work here: Cannot allocate memory");
    }

    @Test
    void aRoundBeginsEachTimeTheLoopComesAround() throws Exception {
        try (var loops = EventLoops.start("auto", 1, cause -> {})) {
            var loop = loops.group().next();
            var first = loop.submit(() -> {
                var turns = Turns.current();
                var over = turns.isOverAfter(Turns.BYTES_IN_A_ROUND);
                return over && turns.isOverAfter(1) ? turns.round() : -1;
            }).get(10, TimeUnit.SECONDS);
            // What is scheduled comes in the next round.
            var later = loop.schedule(() -> Turns.current().isOverAfter(1) ? -1 : Turns.current().round(), 1,
                    TimeUnit.MILLISECONDS).get(10, TimeUnit.SECONDS);

            assertThat(first).isNotNegative();
            assertThat(later).isGreaterThan(first);
        }
    }
}
