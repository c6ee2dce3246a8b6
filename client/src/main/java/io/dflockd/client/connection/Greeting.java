package io.dflockd.client.connection;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.internal.Checks;
import io.dflockd.client.internal.DurationRule;
import io.dflockd.client.internal.ServerHello;
import io.dflockd.client.internal.call.Calls;
import io.dflockd.protocol.Reply;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a server said of itself on a connection, once it was greeted there; so, what may be sent to it. */
final class Greeting implements DurationRule {
    private static final String MILLISECONDS = "ms";
    private static final long MS_PER_SECOND = 1000;

    private final ServerAddress server;
    private volatile @Nullable ServerHello answer;

    Greeting(ServerAddress server) {
        this.server = server;
    }

    /** Keeps the answer to {@code hello}, and returns its text. */
    String read(Reply reply, Supplier<DflockdException> refusal) {
        var text = Calls.text(reply, refusal);
        answer = ServerHello.of(reply);
        return text;
    }

    /** Whole seconds go to every server; less only to one that has announced to understand it. */
    @Override
    public long ms(String name, Duration duration) {
        long ms = Checks.wholeMs(name, duration);
        if (ms % MS_PER_SECOND == 0) {
            return ms;
        }
        var known = answer;
        if (known == null || !known.has(MILLISECONDS)) {
            throw new IllegalArgumentException(
                    name + " is " + duration + "; valid is a number of whole seconds, because "
                            + server + (known == null
                                    ? " was not asked by hello on this connection whether it takes milliseconds"
                                    : " takes no milliseconds: it did not announce '" + MILLISECONDS + "'"));
        }
        return ms;
    }
}
