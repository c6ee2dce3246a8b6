package io.dflockd.cli.guard;

import io.dflockd.cli.line.Flags;
import io.dflockd.cli.line.ParsedArguments;
import java.time.Duration;

/**
 * How long a hold lasts, for how long it outlives its connection at the server, and how much earlier both end here, which is
 * the time that a command has to end in when the hold cannot be proved any more.
 */
public record LeaseTerms(Duration lease, Duration grace, Duration margin) {
    private static final int DEFAULT_SECONDS = 30;
    private static final int MARGIN_PART = 5;
    /**
     * Lives through a failover. A sign of life is due with each third of it; what the two thirds leave beyond the margin is
     * the time for a connection to come back.
     */
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Duration MAX_MARGIN = Duration.ofSeconds(3);

    public static LeaseTerms of(ParsedArguments arguments) {
        var lease = Duration.ofSeconds(arguments.number(Flags.LEASE, 1, DEFAULT_SECONDS));
        var part = lease.dividedBy(MARGIN_PART);
        return new LeaseTerms(lease, GRACE, part.compareTo(MAX_MARGIN) < 0 ? part : MAX_MARGIN);
    }
}
