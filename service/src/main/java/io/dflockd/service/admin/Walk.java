package io.dflockd.service.admin;

/** Something long that is done in short pieces. */
public interface Walk {
    /** Does one piece. Returns whether all is done. */
    boolean step();
}
