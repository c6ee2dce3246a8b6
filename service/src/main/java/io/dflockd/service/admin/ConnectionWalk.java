package io.dflockd.service.admin;

import io.dflockd.engine.SessionSurvey;
import io.dflockd.service.driver.EngineView;
import io.dflockd.service.session.Caller;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks at connections, a slice at a time: at those that were there when it began. */
public final class ConnectionWalk implements Walk {
    private static final int SLICE = 2048;

    private final EngineView view;
    private final long after;
    private final int limit;
    private final List<ConnectionRow> rows = new ArrayList<>();
    private long @Nullable [] numbers;
    private int at;
    private int visited;

    ConnectionWalk(EngineView view, long after, int limit) {
        this.view = view;
        this.after = after;
        this.limit = limit;
    }

    @Override
    public boolean step() {
        var sorted = numbers;
        if (sorted == null) {
            sorted = view.callerNumbers();
            Arrays.sort(sorted);
            numbers = sorted;
            int found = Arrays.binarySearch(sorted, Math.max(1, after + 1)); // before these are the free places
            at = found < 0 ? -found - 1 : found;
            return false;
        }
        int to = Math.min(sorted.length, at + SLICE);
        view.callers(sorted, at, to, this::see);
        at = to;
        return at == sorted.length || rows.size() >= limit;
    }

    private void see(Caller caller) {
        visited++;
        if (rows.size() < limit && !caller.hasLeft() && !(caller.receiver() instanceof OneRequest)) {
            rows.add(ConnectionRow.of(caller));
        }
    }

    /** What was found, with the names that their clients have now. */
    public List<ConnectionRow> rows() {
        var sessions = rows.stream().map(ConnectionRow::session).toList();
        var names = view.look((engine, nowMs) -> SessionSurvey.clientNames(engine, sessions)).iterator();
        return rows.stream().map(row -> row.named(names.next())).toList();
    }

    public int visited() {
        return visited;
    }
}
