package io.dflockd.engine;

/**
 * One step of the engine's history: who wants what.
 *
 * @param salt unguessable bits, fresh for every action that may end in a grant; they make the token unguessable
 * @param connection the number of the connection that it came from; 0 for the driver itself. A number is given to one
 *     connection only, for ever
 * @param session whose command it is. A connection without a named session has one of its own, under its own number; any
 *     other number is that of a named session
 * @param request how the answer will be recognised. In a named session the number that the client gave the request, or a
 *     negative one for a request without a number; else any that is unique among the connection's unanswered ones
 * @param received up to which answer of the named session the client has all; 0 where it does not say
 */
public record Action(long salt, long connection, long session, long request, long received, Command command) {
    /** The driver, who has no connection. */
    public static final long DRIVER = 0;

    /** What the driver itself wants. */
    public static Action ofDriver(Command command) {
        return new Action(0, DRIVER, DRIVER, 0, 0, command);
    }

    /** Whether it is meant for a session that has a name. */
    boolean isForNamed() {
        return session != connection;
    }
}
