package io.dflockd.cli.command;

import io.dflockd.cli.call.Call;
import io.dflockd.client.ConnectionListener;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.error.AuthenticationException;
import io.dflockd.client.error.DflockdException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Says in one line that a server is away, and looks for it with growing pauses, so that a token which is not taken any more
 * ends the command instead of being tried for ever. The client itself connects again besides.
 */
final class Reconnecting implements ConnectionListener {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final Call call;
    private final MergedStreams<?> streams;
    private final Set<ServerAddress> away = ConcurrentHashMap.newKeySet();

    Reconnecting(Call call, MergedStreams<?> streams) {
        this.call = call;
        this.streams = streams;
    }

    @Override
    public void disconnected(ServerAddress server, DflockdException cause) {
        if (cause instanceof AuthenticationException) {
            fail(cause);
        } else if (away.add(server)) {
            call.warn(cause.getMessage() + "; connecting again until it is back");
            Thread.ofVirtual().start(() -> look(server));
        }
    }

    private void fail(DflockdException why) {
        try {
            streams.fail(why);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(ServerAddress server) {
        try {
            for (var pause = FIRST_PAUSE; !isThere(server); pause = longer(pause)) {
                Thread.sleep(pause);
            }
            away.remove(server);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isThere(ServerAddress server) throws InterruptedException {
        try {
            call.settings().dial(server).close();
            return true;
        } catch (AuthenticationException e) {
            fail(e);
            return true;
        } catch (DflockdException e) {
            return false;
        }
    }

    static Duration longer(Duration pause) {
        var twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }
}
