package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules and the dashboard speak of what a server tells. */
class MonitoringTest {
    private static final Path FILES = Path.of("..", "distribution", "monitoring");
    private static final Path RULES = FILES.resolve("dflockd-alerts.yaml");
    private static final Path DASHBOARD = FILES.resolve("dflockd-dashboard.json");
    private static final Pattern NAME = Pattern.compile("\\b(?:dflockd|jvm|process)_[a-z0-9_]+");
    private static final Pattern METER = Pattern.compile("`(dflockd\\.client\\.[a-z.]+|\\.[a-z.]+)`");
    private static final Pattern EXPRESSION = Pattern.compile("\"expr\": \"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern RUNBOOK = Pattern.compile("runbook: docs/operations\\.md#(\\S+)");

    @TempDir Path folder;

    @Test
    void everyNameInThemIsToldByAServer() throws IOException {
        Set<String> told;
        try (var server = DflockdServer.start(ServerConfig.builder()
                .set(Setting.PORT, "0")
                .set(Setting.ADMIN_PORT, "0")
                .build())) {
            told = new TreeSet<>(Scrape.of(server).rowNames());
        }
        // That all of these are told is seen in MetricsTest and ClusterServerTest.
        for (var name : Scrape.documented()) {
            Stream.of("", "_bucket", "_sum", "_count").forEach(suffix -> told.add(name + suffix));
        }
        told.addAll(ofClients());

        assertThat(told).containsAll(names(Files.readString(RULES))).containsAll(names(expressions()));
    }

    /** As Prometheus has the meters of docs/observability.md, which are told by tests of their own. */
    private static Set<String> ofClients() throws IOException {
        var doc = Files.readString(Path.of("..", "docs", "observability.md"));
        var rows = doc.substring(doc.indexOf("## Meters"), doc.indexOf("## Spans")).lines().toList();
        var names = new TreeSet<String>();
        for (var row : rows) {
            var meters = METER.matcher(row.substring(0, Math.max(0, row.indexOf('|', 2))))
                    .results()
                    .map(match -> match.group(1))
                    .toList();
            for (var meter : meters) {
                var whole = meter.startsWith(".") ? parent(meters.get(0), meter) : meter;
                var name = whole.replace('.', '_');
                Stream.of("_total", "_seconds_count", "_seconds_sum", "_seconds_max", "")
                        .forEach(suffix -> names.add(name + suffix));
            }
        }
        assertThat(names).contains("dflockd_client_leases_lost_total", "dflockd_client_acquire_seconds_sum");
        return names;
    }

    /** Where a row names several, the others are what follows what is before the last word of the first, or the first. */
    private static String parent(String first, String rest) {
        return first.endsWith(".opened") || first.endsWith(".delivered")
                ? first.substring(0, first.lastIndexOf('.')) + rest
                : first + rest;
    }

    @Test
    void everyAlarmHasItsPageInTheRunbook() throws IOException {
        var doc = Files.readString(Path.of("..", "docs", "operations.md"));
        var headings = doc.lines()
                .filter(line -> line.startsWith("### "))
                .map(line -> line.substring("### ".length()).toLowerCase(java.util.Locale.ROOT))
                .toList();
        var rules = Files.readString(RULES);

        var runbooks = RUNBOOK.matcher(rules).results().map(match -> match.group(1)).toList();
        assertThat(runbooks).hasSize((int) rules.lines().filter(line -> line.contains("- alert:")).count());
        assertThat(headings).containsAll(runbooks);
    }

    @Test
    void promtoolFindsTheRulesRight() throws Exception {
        Promtool.mustAccept(FILES, RULES, "check", "rules", "dflockd-alerts.yaml");
        Promtool.mustAccept(FILES, RULES, "test", "rules", "dflockd-alerts-test.yaml");
    }

    @Test
    void promtoolFindsTheExpressionsOfTheDashboardRight() throws Exception {
        var number = new int[1];
        var rules = expressions().lines()
                .map(expression -> "  - {record: 'dashboard:%d', expr: '%s'}".formatted(
                        number[0]++, expression.replace("$__rate_interval", "1m").replace("'", "''")))
                .collect(Collectors.joining("\n", "groups:\n- name: dashboard\n  rules:\n", "\n"));
        assertThat(number[0]).isGreaterThan(30);
        var file = Files.writeString(folder.resolve("dashboard.yaml"), rules);

        Promtool.mustAccept(folder, file, "check", "rules", "dashboard.yaml");
    }

    /** One a line. */
    private static String expressions() throws IOException {
        return EXPRESSION.matcher(Files.readString(DASHBOARD))
                .results()
                .map(match -> match.group(1).replace("\\\"", "\""))
                .collect(Collectors.joining("\n"));
    }

    private static Set<String> names(String text) {
        return NAME.matcher(text.lines().filter(line -> !line.contains("runbook:")).collect(Collectors.joining("\n")))
                .results()
                .map(match -> match.group())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
