package io.dflockd.service;

import io.dflockd.protocol.RequestDecoder;
import io.dflockd.service.driver.Alarm;
import io.dflockd.service.session.Caller;
import io.dflockd.testkit.Eventually;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A client without a socket, whose requests have their turn at once. */
final class DirectClient {
    final RecordingReceiver receiver = new RecordingReceiver();
    final Caller caller;
    private final RequestHandler handler;

    DirectClient(RequestHandler handler) {
        this.handler = handler;
        this.caller = handler.connected(receiver);
    }

    /** The alarm of a handler whose time stands still: what is due now has its turn, the rest never. */
    static Alarm.Planned atOnce(Runnable task, long delayNanos) {
        if (delayNanos == 0) {
            task.run();
        }
        return () -> {};
    }

    /** What is answered before this returns. */
    String ask(String... lines) {
        int before = receiver.lines.size();
        var bytes = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.ISO_8859_1);
        new RequestDecoder(1000).decode(
                bytes, 0, bytes.length, (tag, request) -> handler.handle(caller, tag, request));
        return String.join("|", receiver.lines.subList(before, receiver.lines.size()));
    }

    /** What another thread answers. */
    String await(String... lines) {
        int before = receiver.lines.size();
        ask(lines);
        Eventually.await("an answer", Duration.ofSeconds(15), () -> receiver.lines.size() > before);
        return receiver.lines.get(before);
    }
}
