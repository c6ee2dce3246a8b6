package io.dflockd.cli;

/** The command line or a setting is wrong. The message names it, what it is, and what is valid. */
final class UsageException extends RuntimeException {
    UsageException(String message) {
        super(message);
    }
}
