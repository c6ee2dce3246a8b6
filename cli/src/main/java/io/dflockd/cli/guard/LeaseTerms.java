package io.dflockd.cli.guard;

import io.dflockd.cli.line.Flags;
import io.dflockd.cli.line.ParsedArguments;
import java.time.Duration;

/**
 * How long a hold lasts, and how much earlier it ends here than at the server, which is the time that a command has to
 * end in when the hold cannot be renewed.
 */
public record LeaseTerms(Duration lease, Duration margin) {
    private static final int DEFAULT_SECONDS = 30;
    private static final int MARGIN_PART = 5;
    private static final Duration MAX_MARGIN = Duration.ofSeconds(5);

    public static LeaseTerms of(ParsedArguments arguments) {
        var lease = Duration.ofSeconds(arguments.number(Flags.LEASE, 1, DEFAULT_SECONDS));
        var part = lease.dividedBy(MARGIN_PART);
        return new LeaseTerms(lease, part.compareTo(MAX_MARGIN) < 0 ? part : MAX_MARGIN);
    }
}
