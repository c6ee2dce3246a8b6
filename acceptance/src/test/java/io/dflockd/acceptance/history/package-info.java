/**
 * Clients that use everything at once over a network that fails, and what they did and saw afterwards held against
 * the rules: see {@link io.dflockd.testkit.history.Findings}.
 */
package io.dflockd.acceptance.history;
