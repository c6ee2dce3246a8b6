package io.dflockd.service.access;

/** Something in a file of identities is not as it must be. */
final class FaultException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;

    /** The line counts from 1; 0 where it is about the file as a whole. */
    FaultException(int line, String reason) {
        super(onOneLine(reason));
        this.line = line;
    }

    int line() {
        return line;
    }

    String reason() {
        return String.valueOf(getMessage());
    }

    /** What stands in the file may have been put there to look like a line of the log. */
    private static String onOneLine(String reason) {
        return reason.replaceAll("\\p{Cntrl}|[\\u0085\\u2028\\u2029]", "?");
    }
}
