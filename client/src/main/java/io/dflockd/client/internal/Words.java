package io.dflockd.client.internal;

import io.dflockd.client.ServerAddress;
import io.dflockd.protocol.Octets;
import io.dflockd.protocol.Request;
import java.time.Duration;

/** How messages speak of requests, times and causes. */
public final class Words {
    private static final int MAX_LINE_CHARS = 100;

    private Words() {}

    /** The beginning of a message: the key, what was asked, whom. */
    public static String about(Request request, ServerAddress server) {
        var asked = "'" + request.verb().word() + "' at " + server + ": ";
        // The name of a session is a secret.
        return request.key().isEmpty() || request instanceof Request.Resume
                ? asked
                : Octets.toText(request.key()) + ": " + asked;
    }

    /** A duration as a person writes it. */
    public static String of(Duration duration) {
        return duration.toNanosPart() == 0
                ? duration.toSeconds() + " s"
                : duration.toMillis() + " ms";
    }

    /** What went wrong, from the innermost message that there is. */
    public static String of(Throwable cause) {
        var message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    /** As much of a line as fits a message. */
    public static String cut(String line) {
        var text = Octets.toText(line);
        return text.length() <= MAX_LINE_CHARS ? text : text.substring(0, MAX_LINE_CHARS) + "…";
    }
}
