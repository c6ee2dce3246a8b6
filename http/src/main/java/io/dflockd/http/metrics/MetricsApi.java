package io.dflockd.http.metrics;

import io.dflockd.http.api.Worker;
import io.dflockd.http.route.Answer;
import io.dflockd.http.route.Call;
import io.dflockd.http.route.Method;
import io.dflockd.http.route.Route;
import io.dflockd.service.access.Right;
import io.dflockd.service.metrics.Family;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/** Tells a monitoring system all numbers. On a thread of its own, so that no long walk of somebody else keeps it waiting. */
public final class MetricsApi implements AutoCloseable {
    /** Named, and not with a weight of nothing. */
    private static final Pattern GZIP = Pattern.compile("(?i)(^|[,\\s])gzip\\s*(?!;\\s*q=0(\\.0*)?\\s*(,|$))(;|,|$)");

    private static final String SUMMARY = "All numbers, for Prometheus or OpenMetrics";

    private final Exposition exposition;
    private final boolean isGuarded;
    private final Worker worker = new Worker();

    /** {@code families} may wait for the engine, for a moment; {@code isGuarded}: whether not everybody may ask. */
    public MetricsApi(Supplier<List<Family>> families, boolean isGuarded) {
        this.isGuarded = isGuarded;
        exposition = new Exposition(families);
    }

    public List<Route> routes() {
        return List.of(isGuarded
                ? Route.everywhere(Method.GET, "/metrics", Right.OBSERVE, this::metrics, SUMMARY)
                : Route.open("/metrics", this::metrics, SUMMARY));
    }

    private CompletionStage<Answer> metrics(Call call) {
        var accept = call.header("accept");
        boolean zip = GZIP.matcher(call.header("accept-encoding")).find();
        return worker.answer(() -> answer(accept, zip));
    }

    private Answer answer(String accept, boolean zip) {
        var bytes = new ByteArrayOutputStream();
        String type;
        try (var out = zip ? new GZIPOutputStream(bytes) : bytes) {
            type = exposition.write(accept, out);
        } catch (IOException e) {
            throw new UncheckedIOException("what is kept in memory cannot be written", e);
        }
        var headers = zip ? Map.of("content-encoding", "gzip") : Map.<String, String>of();
        return new Answer(Answer.OK, type, headers, bytes.toByteArray());
    }

    @Override
    public void close() {
        worker.close();
    }
}
