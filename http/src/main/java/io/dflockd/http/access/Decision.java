package io.dflockd.http.access;

import io.dflockd.http.route.Actor;
import io.dflockd.http.route.Problem;

/** Whether somebody may do something. */
public sealed interface Decision {
    record Granted(Actor actor) implements Decision {}

    /** With what he is told. */
    record Refused(Problem problem) implements Decision {}
}
