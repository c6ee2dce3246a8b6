package io.dflockd.http.access;

import io.dflockd.http.route.Problem;
import io.dflockd.service.access.Login;

/** What came of a token that somebody showed. */
public sealed interface LoginTry {
    record Done(Login login) implements LoginTry {}

    /** With what he is told. */
    record Failed(Problem problem) implements LoginTry {}
}
