package io.dflockd.service.admin;

import io.dflockd.engine.DataSurvey;
import io.dflockd.service.driver.EngineView;
import java.util.List;
import java.util.Locale;

/** Looks for what clients have stored, a slice at a time. Between two slices others have the engine. */
public final class DataWalk implements Walk {
    private final EngineView view;
    private final DataSurvey survey;

    DataWalk(EngineView view, DataQuery query) {
        this.view = view;
        this.survey = new DataSurvey(new DataSurvey.Query(
                DataSurvey.Kind.valueOf(query.kind().toUpperCase(Locale.ROOT)), query.visible(), query.prefix(),
                query.after(), query.limit()));
    }

    @Override
    public boolean step() {
        return view.look(survey::step);
    }

    /** What was found, in the order of the keys. */
    public List<DataRow> rows() {
        return survey.rows().stream().map(row -> new DataRow(row.key(), row.counts(), row.durationsMs())).toList();
    }

    public int visited() {
        return survey.visited();
    }

    /** How many there are of what was looked for, however many rows. */
    public int total() {
        return survey.matches();
    }
}
