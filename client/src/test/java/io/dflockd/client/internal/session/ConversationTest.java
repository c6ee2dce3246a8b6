package io.dflockd.client.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.ManualTime;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.connection.ConnectionOptions;
import io.dflockd.client.error.ConnectionLostException;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.internal.Nanos;
import io.dflockd.client.internal.link.Route;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Verb;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a session takes in, without a connection. */
class ConversationTest {
    private static final long GRACE_SECONDS = 10;

    private final ManualTime time = new ManualTime();
    private final Dialer dialer = new Dialer(
            Route.to(ServerAddress.parse("127.0.0.1:1")), ConnectionOptions.defaults(), time);
    private final Conversation conversation = new Conversation(dialer,
            new SessionState(Nanos.ofSeconds(1), GRACE_SECONDS, () -> false, time.nanoTime()),
            new Holders(time, margin -> Nanos.FOREVER), new Nobody());

    private static final class Nobody implements ConversationOwner {
        @Override
        public DflockdException whyClosed() {
            return new ConnectionLostException("closed");
        }

        @Override
        public void answered(Exchange exchange, String line, boolean cut) {}

        @Override
        public void ping() {}

        @Override
        public void fewer() {}

        @Override
        public void outOfStep() {}
    }

    @Test
    void theEndOfAWaitIsTakenOnlyWhileItWaits() {
        var wait = new Exchange(new Request.BlockingPop(Verb.BLPOP, "q", 10_000));
        assertThat(take(wait, null)).isNull();
        assertThat(take(new Exchange(new Request.Cancel("1")), wait)).isNull();

        assertThat(conversation.withdraw(wait)).isTrue();

        assertThat(take(new Exchange(new Request.Cancel("1")), wait)).isInstanceOf(ConnectionLostException.class);
    }

    private @Nullable DflockdException take(Exchange exchange, @Nullable Exchange about) {
        return conversation.take(exchange, about, taken -> {});
    }
}
