package io.dflockd.service.visit;

/** What is asked is no request of the protocol; the message says why. */
public final class InvalidRequestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidRequestException(String message) {
        super(message);
    }
}
