/**
 * Spring Integration with dflockd: {@link io.dflockd.spring.integration.DflockdLockRegistry} and
 * {@link io.dflockd.spring.integration.DflockdLeaderInitiator}.
 */
@NullMarked
package io.dflockd.spring.integration;

import org.jspecify.annotations.NullMarked;
