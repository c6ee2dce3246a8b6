package io.dflockd.service.visit;

/** There will be no answer: the visit was ended, by either side. What was asked may have been done. */
public final class GoneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    GoneException(String message) {
        super(message);
    }
}
