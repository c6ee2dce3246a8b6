package io.dflockd.acceptance.hostile;

/** Something that a client does to a server which it does not wish well. */
@FunctionalInterface
interface Attack {
    void on(Target target) throws Exception;
}
