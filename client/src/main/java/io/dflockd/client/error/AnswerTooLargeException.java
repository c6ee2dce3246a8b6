package io.dflockd.client.error;

import io.dflockd.client.connection.ConnectionOptions;
import org.jspecify.annotations.Nullable;

/**
 * The answer would be longer than the server sends or than this client reads, see
 * {@link ConnectionOptions#maxResponseBytes}. Ask for less of it at once.
 */
public final class AnswerTooLargeException extends DflockdException {
    public AnswerTooLargeException(String message) {
        this(message, null);
    }

    public AnswerTooLargeException(String message, @Nullable Throwable cause) {
        super(ErrorCode.TOO_LARGE, message, cause);
    }
}
