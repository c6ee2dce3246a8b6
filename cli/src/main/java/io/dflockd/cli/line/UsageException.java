package io.dflockd.cli.line;

/** The command line or a setting is wrong. The message names it, what it is, and what is valid. */
public final class UsageException extends RuntimeException {
    public UsageException(String message) {
        super(message);
    }
}
