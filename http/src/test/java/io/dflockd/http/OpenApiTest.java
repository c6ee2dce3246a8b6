package io.dflockd.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.avaje.json.mapper.JsonMapper;
import io.dflockd.http.api.Worker;
import io.dflockd.http.metrics.MetricsApi;
import io.dflockd.http.route.Route;
import io.dflockd.service.access.AuditLog;
import io.dflockd.service.admin.AdminDesk;
import io.dflockd.service.admin.Health;
import io.dflockd.service.visit.VisitorDesk;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is told to programs is what is there. */
class OpenApiTest {
    @Test
    void itsPathsAndMethodsAreThoseOfTheRoutes() throws IOException {
        var described = new TreeMap<String, String>();
        paths().forEach((path, methods) -> ((Map<?, ?>) methods)
                .forEach((method, operation) -> described.put(
                        method.toString().toUpperCase(Locale.ROOT) + " " + path,
                        String.valueOf(((Map<?, ?>) operation).get("summary")))));
        var there = new TreeMap<String, String>();
        routes().forEach(route -> there.put(route.method() + " " + route.path(), route.summary()));

        assertThat(described).isEqualTo(there);
    }

    @Test
    void anotherParserFindsNothingWrongWithIt() throws IOException {
        var read = new OpenAPIV3Parser().readContents(text(), null, new ParseOptions());

        assertThat(read.getMessages()).isEmpty();
        assertThat(read.getOpenAPI().getPaths().keySet())
                .containsExactlyInAnyOrderElementsOf(paths().keySet().stream().map(Object::toString).toList());
    }

    @Test
    void anotherParserNoticesWhatIsWrong() throws IOException {
        var broken = text().replace("\"title\": \"dflockd admin\",", "");

        assertThat(new OpenAPIV3Parser().readContents(broken, null, new ParseOptions()).getMessages()).isNotEmpty();
    }

    private static Map<?, ?> paths() throws IOException {
        return (Map<?, ?>) JsonMapper.builder().build().fromJsonObject(text()).get("paths");
    }

    private static String text() throws IOException {
        try (var in = Worker.class.getResourceAsStream("openapi.json")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @SuppressWarnings("NullAway") // the routes are looked at and not asked
    private static List<Route> routes() {
        try (var worker = new Worker(); var metrics = new MetricsApi(List::of, false)) {
            var health = new Health(null);
            return AdminServer.routes(
                    new AdminDesk(null, null, health, 0, Optional.empty(), (task, delay) -> () -> {}, AuditLog.NONE,
                            null),
                    new VisitorDesk(null, 1), health, worker,
                    metrics, null);
        }
    }
}
