package io.dflockd.engine;

/**
 * One step of the engine's history.
 *
 * @param timeMs the driver's clock, which need not be anybody's wall clock and must not go back; the engine treats an
 *     earlier time as the latest that it has seen
 * @param salt unguessable bits, fresh for every entry that may end in a grant; they make the token unguessable
 * @param session whose command it is; 0 for the driver's own. A number is used for one session only, for
 *     ever, and not again after its {@link Command.EndSession}
 * @param request how the driver will recognise the answer; unique within the session among requests not yet answered, 0 or
 *     more
 */
public record Entry(long timeMs, long salt, long session, long request, Command command) {
    public Entry {
        if (request < 0) {
            throw new IllegalArgumentException("request is " + request + ", must be 0 or more");
        }
    }
}
