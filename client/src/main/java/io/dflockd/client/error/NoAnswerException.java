package io.dflockd.client.error;

import org.jspecify.annotations.Nullable;

/**
 * The server said neither yes nor no in the time that an answer may take. Nothing is held here: the attempt is over, and a
 * grant that comes later is given back. Whether the thing is free, nobody can tell.
 */
public final class NoAnswerException extends DflockdException {
    public NoAnswerException(String message) {
        this(message, null);
    }

    public NoAnswerException(String message, @Nullable Throwable cause) {
        super(ErrorCode.NO_ANSWER, message, cause);
    }
}
