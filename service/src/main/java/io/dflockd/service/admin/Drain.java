package io.dflockd.service.admin;

import java.util.OptionalLong;

/**
 * That an operator wants a server emptied.
 *
 * @param sinceMs by the time of day, in milliseconds since 1970, as is the other
 * @param deadlineMs by when; empty for no end
 * @param actor who wants it
 */
public record Drain(long sinceMs, OptionalLong deadlineMs, String reason, String actor) {}
