package io.dflockd.service.admin;

import io.dflockd.engine.SessionSurvey;
import io.dflockd.service.driver.EngineDriver;
import java.util.List;

/** Looks at sessions, a slice at a time. Between two slices others have the engine. */
public final class SessionWalk implements Walk {
    private final EngineDriver driver;
    private final SessionSurvey survey;

    SessionWalk(EngineDriver driver, long after, int limit) {
        this.driver = driver;
        this.survey = new SessionSurvey(after, limit);
    }

    @Override
    public boolean step() {
        return driver.look(survey::step);
    }

    public List<SessionRow> rows() {
        var found = survey.rows();
        var peers = driver.peers(found.stream().map(SessionSurvey.Row::session).toList()).iterator();
        return found.stream().map(row -> row(row, peers.next())).toList();
    }

    static SessionRow row(SessionSurvey.Row row, String peer) {
        return new SessionRow(
                row.session(), row.clientName(), row.named(), row.connection(), peer, row.graceLeftMs(), row.holds(),
                row.waiters(), row.poppers(), row.participants(), row.subscriptions());
    }

    public int visited() {
        return survey.visited();
    }
}
