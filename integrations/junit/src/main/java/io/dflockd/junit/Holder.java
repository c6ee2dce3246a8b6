package io.dflockd.junit;

import java.time.Duration;

/**
 * Who holds a key.
 *
 * @param client what its client calls itself; empty for a hold that goes on by itself
 * @param mode {@code permit} (of a lock or a semaphore), {@code leadership}, {@code read} or {@code write}
 * @param leaseLeft how long until the server ends it, unless it is renewed
 */
public record Holder(String client, String mode, long fence, Duration held, Duration leaseLeft) {}
