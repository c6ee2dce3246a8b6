package io.dflockd.spring;

import io.dflockd.client.Lease;
import io.dflockd.client.error.LossReason;
import java.util.Optional;

/**
 * This program leads no longer: published once for each {@link LeadershipStarted}, after it. Of a leadership that is lost it
 * is told at once, whether or not the task has returned.
 *
 * @param name that of the registration
 * @param lease the leadership that ended
 * @param reason why it was lost; empty where it was given up
 */
public record LeadershipEnded(String name, Lease lease, Optional<LossReason> reason) {}
