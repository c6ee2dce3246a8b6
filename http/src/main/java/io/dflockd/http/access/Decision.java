package io.dflockd.http.access;

import io.dflockd.http.route.Actor;
import io.dflockd.http.route.Problem;

/** Whether somebody may do something. */
public sealed interface Decision {
    /** The name of who asks; that of nobody where it is not known. */
    String asker();

    record Granted(Actor actor) implements Decision {
        @Override
        public String asker() {
            return actor.name();
        }
    }

    /** With what he is told. */
    record Refused(Problem problem, String asker) implements Decision {}
}
