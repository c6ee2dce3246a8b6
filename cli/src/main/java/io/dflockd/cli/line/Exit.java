package io.dflockd.cli.line;

/** The exit statuses of {@code dflock}, for scripts. A released number never changes its meaning. */
public enum Exit {
    OK(0, "done"),
    NOTHING(1, "there is nothing to show: no such value, an empty list"),
    USAGE(2, "the command line or a setting is wrong; nothing was sent"),
    CONFLICT(3, "kv cas: the value is not the expected one"),
    VIOLATED(4, "bench: two held one lock at once, or a fence did not rise"),
    UNREACHABLE(69, "a server cannot be reached, or the connection broke"),
    REFUSED(70, "the server refused, with a reason that is printed"),
    WRITE_FAILED(74, "standard output cannot be written, as on a full disk"),
    NOT_GRANTED(75, "not granted, not elected or not complete within the time; try again later"),
    LOST(76, "the lock was lost while the command ran, and the command was ended"),
    NO_ACCESS(77, "the server does not accept the token, or does not allow this to its owner"),
    CANNOT_RUN(126, "the command after -- cannot be started"),
    NO_SUCH_COMMAND(127, "the command after -- does not exist");

    /** A process that a signal ended has this plus the signal's number, as in a shell. */
    public static final int SIGNAL_BASE = 128;
    /** What a program gets that writes to a pipe nobody reads. */
    public static final int BROKEN_PIPE = SIGNAL_BASE + 13;

    private final int status;
    private final String meaning;

    Exit(int status, String meaning) {
        this.status = status;
        this.meaning = meaning;
    }

    public int status() {
        return status;
    }

    public String meaning() {
        return meaning;
    }
}
