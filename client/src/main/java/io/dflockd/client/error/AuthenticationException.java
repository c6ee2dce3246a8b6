package io.dflockd.client.error;

import org.jspecify.annotations.Nullable;

/** The server did not accept the token, wants one where none was given, or wants none where one was. */
public final class AuthenticationException extends DflockdException {
    public AuthenticationException(String message) {
        this(message, null);
    }

    public AuthenticationException(String message, @Nullable Throwable cause) {
        super(ErrorCode.AUTH, message, cause);
    }
}
