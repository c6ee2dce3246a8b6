package io.dflockd.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Which connection speaks for which named session, as a driver is told it. */
final class Speakers {
    private final Map<Long, Long> connectionsBySession = new LinkedHashMap<>();

    /** To be called for each entry before its effects are looked at. */
    void begin(Entry entry) {
        if (entry.command() instanceof Command.Detach) {
            connectionsBySession.values().remove(entry.connection());
        }
        if (entry.command() instanceof Command.OpenTerm) {
            connectionsBySession.clear();
        }
    }

    void note(Recorder.Attached attached) {
        connectionsBySession.values().remove(attached.connection());
        if (attached.session() != attached.connection()) {
            connectionsBySession.put(attached.session(), attached.connection());
        }
    }

    /** To be called for each entry after its effects were looked at. */
    void end(Engine engine) {
        connectionsBySession.keySet().removeIf(session -> engine.sessions.find(session) == null);
    }

    /** Whether somebody hears what the session is told. Connections are their own sessions' speakers. */
    boolean hears(long session) {
        return !isNamed(session) || connectionsBySession.containsKey(session);
    }

    /** The named sessions that somebody speaks for. */
    Set<Long> heard() {
        return connectionsBySession.keySet();
    }

    Long connectionOf(long session) {
        return connectionsBySession.get(session);
    }

    static boolean isNamed(long session) {
        return session >= RandomHistory.FIRST_NAMED;
    }
}
