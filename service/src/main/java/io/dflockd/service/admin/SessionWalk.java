package io.dflockd.service.admin;

import io.dflockd.engine.SessionSurvey;
import io.dflockd.service.driver.EngineView;
import java.util.List;

/** Looks at sessions, a slice at a time. Between two slices others have the engine. */
public final class SessionWalk implements Walk {
    private final EngineView view;
    private final SessionSurvey survey;

    SessionWalk(EngineView view, long after, int limit) {
        this.view = view;
        this.survey = new SessionSurvey(after, limit);
    }

    @Override
    public boolean step() {
        return view.look(survey::step);
    }

    public List<SessionRow> rows() {
        var found = survey.rows();
        var sessions = found.stream().map(SessionSurvey.Row::session).toList();
        var peers = view.peers(sessions).iterator();
        var principals = view.principals(sessions).iterator();
        return found.stream().map(row -> row(row, peers.next(), principals.next())).toList();
    }

    static SessionRow row(SessionSurvey.Row row, String peer, String principal) {
        return new SessionRow(
                row.session(), row.clientName(), row.named(), row.connection(), peer, principal, row.graceLeftMs(),
                row.holds(), row.waiters(), row.poppers(), row.participants(), row.subscriptions());
    }

    public int visited() {
        return survey.visited();
    }
}
