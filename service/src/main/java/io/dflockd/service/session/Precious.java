package io.dflockd.service.session;

import io.dflockd.engine.Outcome;

/**
 * What an answer gave to its receiver alone, a popped value or a grant: somebody else must get it where the answer does
 * not arrive.
 */
public record Precious(Outcome.Precious outcome) {}
