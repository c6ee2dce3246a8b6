package io.dflockd.service;

import io.dflockd.engine.Outcome;

/** What an answer gave to its receiver alone, so that somebody must get it back where the answer does not arrive. */
public sealed interface Precious {
    /** A value that was taken out of a list. */
    record Value(Outcome.Popped popped) implements Precious {}

    /** A hold: nobody else gets that place until its lease ends. */
    record Grant(String key, String token) implements Precious {}
}
