package io.dflockd.service.admin;

/** What a session holds. */
public record HeldRow(String key, String mode, long fence, long heldMs, long leaseLeftMs) {}
