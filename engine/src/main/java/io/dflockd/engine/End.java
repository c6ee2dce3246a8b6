package io.dflockd.engine;

/** The end of a list at which a value goes in or out. */
public enum End {
    LEFT,
    RIGHT
}
