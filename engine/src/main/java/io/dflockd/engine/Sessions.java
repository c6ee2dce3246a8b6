package io.dflockd.engine;

import java.util.Collection;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/** The sessions that own something. One that owns nothing leaves no trace. */
final class Sessions {
    private final LinkedHashMap<Long, Session> sessions = new LinkedHashMap<>();

    Session open(long id) {
        return sessions.computeIfAbsent(id, Session::new);
    }

    @Nullable
    Session find(long id) {
        return sessions.get(id);
    }

    Collection<Session> all() {
        return sessions.values();
    }

    int count() {
        return sessions.size();
    }

    void forget(Session session) {
        sessions.remove(session.id);
    }

    void forgetIfEmpty(Session session) {
        if (session.isForgettable()) {
            forget(session);
        }
    }
}
