package io.dflockd.service.admin;

/**
 * What a session holds.
 *
 * @param leaseMs the lease that it was got for
 */
public record HeldRow(String key, String mode, long fence, long heldMs, long leaseMs, long leaseLeftMs) {}
