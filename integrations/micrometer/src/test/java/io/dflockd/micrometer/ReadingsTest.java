package io.dflockd.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.ClientMetrics;
import io.dflockd.client.error.LossReason;
import io.dflockd.testkit.Eventually;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Each meter is the figure that its name says. */
class ReadingsTest {
    private static final ClientMetrics NOW = new ClientMetrics(
            new ClientMetrics.Connections(1, 2, 3, 4, 5), new ClientMetrics.Requests(6, 7, 8),
            new ClientMetrics.Leases(9, 10, 11, Map.of(LossReason.EXPIRED, 12L, LossReason.REVOKED, 13L,
                    LossReason.CONNECTION_LOST, 14L, LossReason.CLIENT_CLOSED, 15L)),
            new ClientMetrics.Acquisitions(16, 17, 18, Duration.ofSeconds(19), Duration.ofSeconds(20)),
            new ClientMetrics.Events(21, 22));

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void eachMeterIsItsFigure() {
        new DflockdClientMetrics.Binding<>(meters, Tags.of("of", "test"), NOW, Function.identity()).bind();

        var read = new HashMap<String, Double>();
        for (var meter : meters.getMeters()) {
            assertThat(meter.getId().getTag("of")).isEqualTo("test");
            assertThat(meter.getId().getDescription()).isNotBlank();
            read.put(nameOf(meter), meter.measure().iterator().next().getValue());
        }
        assertThat(read).containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                Map.entry("connections", 1.0), Map.entry("connections.opened", 2.0),
                Map.entry("connections.failed", 3.0), Map.entry("sessions resumed", 4.0),
                Map.entry("sessions lost", 5.0), Map.entry("requests", 6.0),
                Map.entry("requests.in.flight", 7.0), Map.entry("requests.late", 8.0),
                Map.entry("leases", 9.0), Map.entry("renewals ok", 10.0), Map.entry("renewals failed", 11.0),
                Map.entry("leases.lost expired", 12.0), Map.entry("leases.lost revoked", 13.0),
                Map.entry("leases.lost connection_lost", 14.0), Map.entry("leases.lost client_closed", 15.0),
                Map.entry("events.delivered", 21.0), Map.entry("events.dropped", 22.0)));
    }

    /** Without what all begin with, and with what tells it from others of that name. */
    private static String nameOf(Meter meter) {
        return meter.getId().getName().substring("dflockd.client.".length()) + meter.getId()
                .getTags()
                .stream()
                .filter(tag -> !tag.getKey().equals("of"))
                .map(tag -> " " + tag.getValue())
                .collect(Collectors.joining());
    }

    @Test
    void thePageHasTheMetersThatThereAre() throws Exception {
        new DflockdClientMetrics.Binding<>(meters, Tags.empty(), NOW, Function.identity()).bind();
        var known = new TreeSet<>(meters.getMeters().stream().map(meter -> meter.getId().getName()).toList());
        known.add("dflockd.client.acquire");
        known.add("dflockd.client.hold");
        known.add("dflockd.client.hold.active");

        var page = Files.readString(Path.of("..", "..", "docs", "observability.md"));
        var table = page.substring(page.indexOf("| Micrometer | OpenTelemetry |"));
        var named = new TreeSet<String>();
        for (var row : table.substring(0, table.indexOf("\n\n")).lines().skip(2).toList()) {
            var first = "";
            var name = Pattern.compile("`([a-z.]+)`").matcher(row.split("\\|", -1)[1]);
            while (name.find()) {
                // ".failed" stands for a name with the same beginning as the one before it.
                var full = name.group(1).startsWith(".")
                        ? (known.contains(first + name.group(1))
                                ? first
                                : first.substring(0, first.lastIndexOf('.'))) + name.group(1)
                        : name.group(1);
                first = full;
                named.add(full);
            }
        }
        assertThat(named).isEqualTo(known);
    }

    @Test
    void theRegistryKeepsNothingReachable() {
        var source = bindAndForget();

        Eventually.await("what is read is gone", Duration.ofSeconds(30), Duration.ofMillis(50), () -> {
            System.gc();
            return source.get() == null;
        });
        assertThat(meters.getMeters()).isNotEmpty();
    }

    private WeakReference<Object> bindAndForget() {
        var source = new Object();
        new DflockdClientMetrics.Binding<>(meters, Tags.empty(), source, unused -> NOW).bind();
        assertThat(meters.get("dflockd.client.leases").gauge().value()).isEqualTo(9);
        return new WeakReference<>(source);
    }
}
