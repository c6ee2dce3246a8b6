package io.dflockd.service.admin;

import io.dflockd.service.session.Caller;
import io.dflockd.service.session.Flow;

/**
 * A connection.
 *
 * @param client what the client calls itself, octets
 * @param session for which it speaks: its own, which has its number, or one that outlives it
 * @param waits whether a request without a tag waits
 * @param tagged how many tagged requests have no answer yet
 * @param underWay how many of its requests are on their way through the log
 * @param congested whether it does not take what it is sent
 * @param principal who it has shown to be; empty where it need not, or has not yet
 * @param admin whether that is an administrator
 * @param flow what has gone over it
 */
public record ConnectionRow(
        long connection,
        long session,
        String client,
        String peer,
        long ageMs,
        boolean waits,
        int tagged,
        int underWay,
        boolean congested,
        String principal,
        boolean admin,
        Flow flow) {
    static ConnectionRow of(Caller caller) {
        var receiver = caller.receiver();
        var login = caller.login();
        return new ConnectionRow(
                caller.connection(), caller.session(), "", receiver.peer(), caller.ageMs(), caller.isBlocked(),
                caller.tagsInFlight(), caller.underWay(), receiver.isCongested(),
                login == null ? "" : login.principal().name(), login != null && login.principal().isAdmin(),
                receiver.flow());
    }

    /** The same with the name of its client, which the engine knows. */
    ConnectionRow named(String name) {
        return new ConnectionRow(
                connection, session, name, peer, ageMs, waits, tagged, underWay, congested, principal, admin, flow);
    }
}
