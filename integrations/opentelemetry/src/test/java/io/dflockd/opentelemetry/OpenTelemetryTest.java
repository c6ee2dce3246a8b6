package io.dflockd.opentelemetry;

import static io.opentelemetry.sdk.testing.assertj.OpenTelemetryAssertions.assertThat;
import static io.opentelemetry.sdk.testing.assertj.OpenTelemetryAssertions.equalTo;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.ClientMetrics;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.Lease;
import io.dflockd.client.error.LossReason;
import io.dflockd.client.error.MaxLocksException;
import io.dflockd.client.spi.KeyNaming;
import io.dflockd.server.DflockdServer;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(120)
class OpenTelemetryTest {
    private static final AttributeKey<String> NAME = AttributeKey.stringKey("dflockd.name");
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("dflockd.outcome");

    @RegisterExtension static final OpenTelemetryExtension TELEMETRY = OpenTelemetryExtension.create();

    private final DflockdServer server = DflockdServer.start(ServerConfig.builder()
            .set(Setting.PORT, "0")
            .set(Setting.ADMIN_PORT, "off")
            .set(Setting.MAX_LOCKS, "3")
            .build());
    private final String address = "127.0.0.1:" + server.address().getPort();
    private final OpenTelemetry openTelemetry = TELEMETRY.getOpenTelemetry();
    private DflockdClient client;

    /** After the extension has forgotten all instruments. */
    @BeforeEach
    void open() {
        client = DflockdClient.builder()
                .server(address)
                .observer(new OpenTelemetryClientObserver(openTelemetry, KeyNaming.beforeFirst('/'), true))
                .build();
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    void anAcquisitionIsASpanOfItsCallerWithAllThatHelpsToFindIt() throws Exception {
        var request = TELEMETRY.getOpenTelemetry().getTracer("test").spanBuilder("request").startSpan();
        long fence;
        try (var scope = request.makeCurrent();
                var lease = client.lock("orders/7").acquire(Duration.ofMillis(10_500))) {
            fence = lease.fence();
        } finally {
            request.end();
        }

        assertThat(span("acquire orders")).hasKind(SpanKind.CLIENT)
                .hasParentSpanId(request.getSpanContext().getSpanId())
                .hasStatus(StatusData.unset())
                .hasAttributesSatisfyingExactly(equalTo(AttributeKey.stringKey("dflockd.key"), "orders/7"),
                        equalTo(AttributeKey.stringKey("dflockd.kind"), "lock"), equalTo(NAME, "orders"),
                        equalTo(OUTCOME, "granted"), equalTo(AttributeKey.longKey("dflockd.fence"), fence),
                        equalTo(AttributeKey.doubleKey("dflockd.wait.timeout"), 10.5),
                        equalTo(AttributeKey.stringKey("server.address"), "127.0.0.1"),
                        equalTo(AttributeKey.longKey("server.port"), (long) server.address().getPort()));
    }

    @Test
    void anAsynchronousOneIsASpanOfWhoeverAskedThoughAnotherThreadEndsIt() throws Exception {
        var request = openTelemetry.getTracer("test").spanBuilder("request").startSpan();
        try (var held = client.lock("a").acquire()) {
            var asked = inScope(request);
            held.close();
            asked.get(10, TimeUnit.SECONDS).close();
        }
        request.end();

        var second = spans("acquire a", 2).get(1);
        assertThat(second).hasParentSpanId(request.getSpanContext().getSpanId())
                .hasTraceId(request.getSpanContext().getTraceId())
                .hasAttribute(OUTCOME, "granted");
    }

    private CompletableFuture<Lease> inScope(Span request) {
        try (var scope = request.makeCurrent()) {
            return client.lock("a").acquireAsync(Duration.ofSeconds(10));
        }
    }

    @Test
    void aHoldBeginsATraceOfItsOwnWithALinkToItsAttempt() throws Exception {
        client.lock("orders/7").acquire().close();

        var attempt = span("acquire orders");
        assertThat(span("hold orders")).hasKind(SpanKind.INTERNAL)
                .hasNoParent()
                .hasLinks(LinkData.create(attempt.getSpanContext()))
                .hasAttribute(AttributeKey.stringKey("dflockd.end"), "released");
    }

    @Test
    void thereAreNoSpansOfHoldsUnlessTheyAreWanted() throws Exception {
        try (var plain = DflockdClient.builder()
                .server(address)
                .observer(new OpenTelemetryClientObserver(openTelemetry))
                .build()) {
            plain.lock("a").acquire().close();
        }

        assertThat(TELEMETRY.getSpans().stream().map(SpanData::getName)).containsExactly("acquire *");
        assertThat(histogram("dflockd.client.hold.duration").getCount()).isEqualTo(1);
    }

    @Test
    void aRefusalIsAnErrorAndNamesItsType() throws Exception {
        try (var first = client.lock("a").acquire();
                var second = client.lock("b").acquire();
                var third = client.lock("c").acquire()) {
            assertThatThrownBy(() -> client.lock("d").acquire()).isInstanceOf(MaxLocksException.class);
        }

        var span = span("acquire d");
        assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(span).hasAttribute(AttributeKey.stringKey("error.type"), MaxLocksException.class.getName())
                .hasAttribute(OUTCOME, "error");
        assertThat(span.getEvents()).hasSize(1);
    }

    @Test
    void whoIsNotGrantedAnythingHasNoErrorAndAnOutcome() throws Exception {
        try (var held = client.lock("a").acquire()) {
            assertThat(client.lock("a").tryAcquire()).isEmpty();
            assertThat(client.lock("a").tryAcquire(Duration.ofMillis(50))).isEmpty();
            client.lock("a").acquireAsync(Duration.ofMinutes(1)).cancel(true);
        }

        // One that has returned may be told of after the next one has begun.
        var ends = spans("acquire a", 4);
        assertThat(ends.stream().map(span -> span.getAttributes().get(OUTCOME)))
                .containsExactlyInAnyOrder("granted", "skipped", "timeout", "cancelled");
        assertThat(ends.stream().map(SpanData::getStatus)).containsOnly(StatusData.unset());
    }

    @Test
    void durationsAreHistogramsInSecondsWithoutAnyKey() throws Exception {
        client.semaphore("pool/7", 2).acquire().close();

        assertThat(histogram("dflockd.client.acquire.duration").getAttributes().asMap()).containsOnly(
                Map.entry(AttributeKey.stringKey("dflockd.kind"), "permit"),
                Map.entry(NAME, "pool"), Map.entry(OUTCOME, "granted"));
        var held = histogram("dflockd.client.hold.duration");
        assertThat(held.getAttributes().get(AttributeKey.stringKey("dflockd.end"))).isEqualTo("released");
        assertThat(held.getSum()).isBetween(0.0, 10.0);
        assertThat(metric("dflockd.client.hold.duration").getUnit()).isEqualTo("s");
    }

    @Test
    void namesAreBoundedHoweverManyKeys() throws Exception {
        for (int i = 0; i < 150; i++) {
            client.lock("job-" + i + "/x").acquire().close();
        }

        assertThat(metric("dflockd.client.acquire.duration").getHistogramData()
                .getPoints()
                .stream()
                .map(point -> point.getAttributes().get(NAME))
                .distinct()).hasSize(101).contains("job-0", "job-99", KeyNaming.OTHER);
        assertThat(spans("acquire other", 50)).hasSize(50);
    }

    @Test
    void whatTheClientCountsAreMetricsUntilTheyAreClosed() throws Exception {
        try (var metrics = new OpenTelemetryClientMetrics(openTelemetry, client);
                var lease = client.lock("a").acquire()) {
            assertThat(points("dflockd.client.leases")).containsExactly(1L);
            assertThat(points("dflockd.client.connections")).containsExactly(1L);
            assertThat(points("dflockd.client.leases.lost")).containsExactly(0L, 0L, 0L, 0L);
            assertThat(points("dflockd.client.sessions")).containsExactly(0L, 0L);
            assertThat(points("dflockd.client.requests").get(0)).isPositive();
            lease.close();
            assertThat(points("dflockd.client.leases")).containsExactly(0L);
        }

        assertThat(TELEMETRY.getMetrics().stream().map(MetricData::getName)).doesNotContain("dflockd.client.leases");
    }

    @Test
    void eachMetricIsItsFigure() {
        var now = new ClientMetrics(
                new ClientMetrics.Connections(1, 2, 3, 4, 5), new ClientMetrics.Requests(6, 7, 8),
                new ClientMetrics.Leases(9, 10, 11, Map.of(LossReason.EXPIRED, 12L, LossReason.REVOKED, 13L,
                        LossReason.CONNECTION_LOST, 14L, LossReason.CLIENT_CLOSED, 15L)),
                new ClientMetrics.Acquisitions(16, 17, 18, Duration.ofSeconds(19), Duration.ofSeconds(20)),
                new ClientMetrics.Events(21, 22));
        var read = new HashMap<String, Long>();
        try (var metrics = new OpenTelemetryClientMetrics(openTelemetry, () -> Optional.of(now), Attributes.empty())) {
            for (var metric : TELEMETRY.getMetrics()) {
                for (var point : metric.getData().getPoints()) {
                    var own = new StringBuilder(metric.getName().substring("dflockd.client.".length()));
                    point.getAttributes().forEach((key, value) -> own.append(' ').append(value));
                    read.put(own.toString(), value(point));
                }
            }
        }

        assertThat(read).containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                Map.entry("connections", 1L), Map.entry("connections.opened", 2L),
                Map.entry("connections.failed", 3L), Map.entry("sessions resumed", 4L),
                Map.entry("sessions lost", 5L), Map.entry("requests", 6L), Map.entry("requests.in.flight", 7L),
                Map.entry("requests.late", 8L), Map.entry("leases", 9L), Map.entry("renewals ok", 10L),
                Map.entry("renewals failed", 11L), Map.entry("leases.lost expired", 12L),
                Map.entry("leases.lost revoked", 13L), Map.entry("leases.lost connection_lost", 14L),
                Map.entry("leases.lost client_closed", 15L), Map.entry("events.delivered", 21L),
                Map.entry("events.dropped", 22L)));
    }

    /** The page says which span has which attributes. */
    @Test
    void spansHaveTheAttributesThatThePageNames() throws Exception {
        try (var first = client.lock("a").acquire();
                var second = client.lock("b").acquire();
                var third = client.lock("c").acquire()) {
            assertThatThrownBy(() -> client.lock("d").acquire()).isInstanceOf(MaxLocksException.class);
        }

        assertThat(attributes("acquire a")).isEqualTo(onThePage("`acquire`", "`acquire` when granted"));
        assertThat(attributes("acquire d")).isEqualTo(onThePage("`acquire`", "`acquire` of an error"));
        assertThat(attributes("hold a")).isEqualTo(onThePage("`hold`"));
    }

    private static Set<String> attributes(String name) {
        return new TreeSet<>(span(name).getAttributes().asMap().keySet().stream().map(AttributeKey::getKey).toList());
    }

    private static Set<String> onThePage(String... of) throws IOException {
        var page = Files.readString(Path.of("..", "..", "docs", "observability.md"));
        var table = page.substring(page.indexOf("| OpenTelemetry | Micrometer | of |"));
        var names = new TreeSet<String>();
        for (var row : table.substring(0, table.indexOf("\n\n")).lines().skip(2).toList()) {
            var cells = row.split("\\|", -1);
            if (Stream.of(cells[3].split(",")).anyMatch(one -> List.of(of).contains(one.strip()))) {
                names.add(cells[1].strip().replace("`", ""));
            }
        }
        return names;
    }

    @Test
    void withoutAnSdkNothingIsDoneAndNothingFails() throws Exception {
        try (var none = DflockdClient.builder()
                .server(address)
                .observer(new OpenTelemetryClientObserver(OpenTelemetry.noop(), KeyNaming.same(), true))
                .build();
                var metrics = new OpenTelemetryClientMetrics(OpenTelemetry.noop(), none)) {
            none.lock("a").acquire().close();
        }

        assertThat(TELEMETRY.getSpans()).isEmpty();
    }

    private static SpanData span(String name) {
        var found = spans(name);
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    /** So many, of which the last may be told of only after its call has returned. */
    private static List<SpanData> spans(String name, int count) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (spans(name).size() < count && System.nanoTime() < end) {
            LockSupport.parkNanos(1_000_000);
        }
        return spans(name);
    }

    private static List<SpanData> spans(String name) {
        return TELEMETRY.getSpans().stream().filter(span -> span.getName().equals(name)).toList();
    }

    private static MetricData metric(String name) {
        return TELEMETRY.getMetrics().stream().filter(one -> one.getName().equals(name)).findAny().orElseThrow();
    }

    private static HistogramPointData histogram(String name) {
        var points = List.copyOf(metric(name).getHistogramData().getPoints());
        assertThat(points).hasSize(1);
        return points.get(0);
    }

    private static List<Long> points(String name) {
        return metric(name).getData().getPoints().stream().map(OpenTelemetryTest::value).toList();
    }

    private static long value(PointData point) {
        return ((LongPointData) point).getValue();
    }
}
