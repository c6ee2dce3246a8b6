package io.dflockd.service.admin;

import io.dflockd.engine.LockSurvey;
import io.dflockd.service.Leases;
import io.dflockd.service.driver.EngineView;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;

/** Looks for locks, a slice at a time. Between two slices others have the engine. */
public final class LockWalk implements Walk {
    private final EngineView view;
    private final LockSurvey survey;

    LockWalk(EngineView view, LockQuery query) {
        this.view = view;
        var kinds = EnumSet.noneOf(LockSurvey.Kind.class);
        query.kinds().forEach(kind -> kinds.add(LockSurvey.Kind.valueOf(kind.toUpperCase(Locale.ROOT))));
        var state = query.state().isEmpty()
                ? LockSurvey.State.USED
                : LockSurvey.State.valueOf(query.state().toUpperCase(Locale.ROOT));
        this.survey = new LockSurvey(new LockSurvey.Query(
                query.visible(), query.prefix(), query.after(), kinds, state, query.holder(),
                session -> query.principal().isEmpty() || view.isOf(query.principal(), session), query.minAgeMs(),
                query.minWaiters(),
                LockSurvey.Order.valueOf(query.order().toUpperCase(Locale.ROOT)), query.limit()));
    }

    @Override
    public boolean step() {
        return view.look(survey::step);
    }

    /** What was found, with whoever holds it right now. */
    public List<LockRow> rows() {
        var found = survey.rows();
        var peers = view.peers(found.stream().map(LockSurvey.Row::session).toList()).iterator();
        var principals = view.principals(found.stream().map(LockSurvey.Row::session).toList()).iterator();
        return found.stream().map(row -> row(row, peers.next(), principals.next())).toList();
    }

    private static LockRow row(LockSurvey.Row row, String peer, String principal) {
        return new LockRow(
                row.key(), row.kind().name().toLowerCase(Locale.ROOT), row.limit(), row.holders(), row.session(),
                row.clientName(), peer, principal, row.fence(), row.heldMs(), Leases.told(row.leaseMs()),
                Leases.told(row.leaseLeftMs()),
                row.waiters(),
                row.longestWaitMs(), row.heat());
    }

    public int visited() {
        return survey.visited();
    }

    /** How many there are of what was looked for, however many rows. */
    public int total() {
        return survey.matches();
    }
}
