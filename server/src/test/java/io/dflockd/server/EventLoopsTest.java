package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.server.config.ConfigException;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.nio.NioIoHandler;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EventLoopsTest {
    private static final IoHandlerFactory REFUSES = executor -> {
        throw new IllegalStateException("failed to make a ring", new RuntimeException("Cannot allocate memory"));
    };

    @Test
    void whatCannotStartGivesWayToTheNext() {
        var loops = EventLoops.start(List.of(Transport.IO_URING, Transport.NIO), 2,
                transport -> transport == Transport.NIO ? NioIoHandler.newFactory() : REFUSES);

        assertThat(loops.transport()).isEqualTo(Transport.NIO);
        loops.group().shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
    }

    @Test
    void alsoWhereOnlyTheSecondThreadCannot() {
        var made = new AtomicInteger();
        IoHandlerFactory once = executor -> (made.getAndIncrement() == 0 ? NioIoHandler.newFactory() : REFUSES)
                .newHandler(executor);
        var loops = EventLoops.start(List.of(Transport.IO_URING, Transport.NIO), 2,
                transport -> transport == Transport.NIO ? NioIoHandler.newFactory() : once);

        assertThat(made).hasValue(2);
        assertThat(loops.transport()).isEqualTo(Transport.NIO);
        loops.group().shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
    }

    @Test
    void whatIsNamedHasNoNext() {
        assertThatThrownBy(() -> EventLoops.start(List.of(Transport.IO_URING), 1, transport -> REFUSES))
                .isInstanceOf(ConfigException.class)
                .hasMessage("--transport io_uring does not work here: Cannot allocate memory");
    }
}
