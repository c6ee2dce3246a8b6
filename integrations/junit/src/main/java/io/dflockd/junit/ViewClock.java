package io.dflockd.junit;

import io.dflockd.client.DflockdClient;
import java.time.Duration;

/** Moves the time of a server and of the clients of its view. */
final class ViewClock implements ManualClock {
    private final VirtualTime time;
    private final ServerView view;
    private final Settlement settlement;
    private final long begun;

    ViewClock(VirtualTime time, ServerView view) {
        this.time = time;
        this.view = view;
        this.settlement = new Settlement(view);
        this.begun = time.now();
    }

    @Override
    public void advance(Duration duration) throws InterruptedException {
        time.advance(duration, settlement);
    }

    @Override
    public Duration elapsed() {
        return Duration.ofNanos(time.now() - begun);
    }

    @Override
    public void pause(DflockdClient client) {
        var made = made(client);
        if (made.own() != null && made.time() != null) {
            made.own().stall();
            made.time().pause();
        }
    }

    @Override
    public void resume(DflockdClient client) throws InterruptedException {
        var made = made(client);
        if (made.own() != null && made.time() != null) {
            made.time().resume();
            made.own().heal();
            advance(Duration.ZERO);
        }
    }

    private ServerView.Made made(DflockdClient client) {
        return view.clients()
                .stream()
                .filter(made -> made.client() == client)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "this client is none of this server's, or was closed: valid is one of newClient() or a parameter"));
    }
}
