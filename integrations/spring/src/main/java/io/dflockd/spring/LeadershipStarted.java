package io.dflockd.spring;

import io.dflockd.client.Lease;

/**
 * This program leads now: published in the context of its {@link LeaderRegistration}, on a thread of the client. A
 * {@link LeadershipEnded} follows before the next one, in every case. The task of the registration does not wait for the
 * listeners.
 *
 * @param name that of the registration
 * @param lease the leadership, for its fence
 */
public record LeadershipStarted(String name, Lease lease) {}
