package io.dflockd.service.admin;

import java.time.Instant;
import java.util.Optional;

/**
 * That an operator wants a server emptied.
 *
 * @param deadline by when; empty for no end
 * @param actor who wants it
 */
public record Drain(Instant since, Optional<Instant> deadline, String reason, String actor) {}
