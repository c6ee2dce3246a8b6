package io.dflockd.simulation;

/** What the simulation can be made to do wrong, to see that it is found. */
enum Mutation {
    NONE,
    /** A node leaves a committed batch out. */
    SKIPS_A_BATCH,
    /** All nodes leave the same committed batch out, so that only clients can notice. */
    LOSES_A_BATCH,
    /** All nodes apply some batches twice. */
    REPEATS_BATCHES,
    /** Actions are applied where they are handed in, before they are in the log of anybody else. */
    ANSWERS_EARLY,
    /** A crash takes what was written to disk. */
    FORGETS_WHAT_IS_ON_DISK,
    /** The log's time runs three times as fast as that of anybody else. */
    FAST_CLOCK,
    /** A leader's time goes on from its wall clock instead of where the log's time stood. */
    JUMPING_TIME,
    /** One action of a batch is applied with another salt on one node. */
    OTHER_SALTS,
    /** A term begins without a word to the engine. */
    OPENS_NO_TERM,
    /** A connection is given some answers again. */
    SENDS_TWICE,
    /** Some answers are never written. */
    SWALLOWS_ANSWERS
}
