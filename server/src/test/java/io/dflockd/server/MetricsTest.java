package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.server.config.ConfigException;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.testkit.Eventually;
import io.dflockd.testkit.WireClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsTest {
    /** What a server may tell at most, beside its JVM; a monitoring system keeps each of them for weeks. */
    private static final int MOST_ROWS = 600;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String SESSION = "0123456789abcdef";

    @TempDir Path folder;

    private static ServerConfig.Builder config() {
        return ServerConfig.builder()
                .set(Setting.PORT, "0")
                .set(Setting.ADMIN_PORT, "0")
                .set(Setting.METRICS_GROUPS, "orders=orders/,jobs=jobs/");
    }

    /** Each kind of request, one that each limit refuses, each end of a hold. */
    private static void doEverything(DflockdServer server) {
        try (var one = WireClient.connect(server.address());
                var other = WireClient.connect(server.address());
                var waiter = WireClient.connect(server.address());
                var named = WireClient.connect(server.address())) {
            named.ask("session", SESSION, "60");
            named.ask("@1 sl", "pool", "0 2");
            other.ask("hello", "_", "test");
            other.ask("listen", "news.>", "");
            other.ask("watch", "n", "");
            other.ask("observe", "boss", "");
            one.ask("signal", "news.a", "x");
            one.ask("elect", "boss", "0");
            one.ask("rl", "doc", "0");
            one.ask("wl", "book", "0");
            for (var verb : new String[]{"incr n 1", "decr n 1", "cset n 5", "get n _", "kset v x", "kget v _",
                    "kcas v x\ty\t0", "kdel v _", "lpush q a", "rpush q b", "llen q _", "lrange q 0 -1", "lpop q _",
                    "rpop q _", "blpop q 0", "brpop q 0", "ping _ _", "stats _ _", "holders boss _", "bwait b 1 0",
                    "unlisten news.> _", "unwatch n _", "unobserve boss _", "nonsense _ _", "cluster _ _"}) {
                var parts = verb.split(" ", 3);
                one.ask(parts[0], parts[1], parts[2].replace("_", ""));
            }
            var token = one.askToken("l", "orders/1", "0");
            waiter.send("l", "orders/1", "60");
            awaitValue(server, "dflockd_group_waiters{group=\"orders\"}", 1);
            one.ask("n", "orders/1", token);
            one.ask("r", "orders/1", token);
            assertThat(waiter.line()).startsWith("ok ");
        }
    }

    private static void awaitValue(DflockdServer server, String row, double value) {
        Eventually.await(row, PATIENCE, () -> Scrape.of(server).value(row) == value);
    }

    @Test
    void theDocumentNamesWhatIsToldAndNothingElse() throws Exception {
        var certificate = TestCertificate.issue(folder);
        var told = new TreeSet<>(Scrape.ofClusters());
        try (var server = DflockdServer.start(config().build());
                var encrypted = DflockdServer
                        .start(certificate.configure(config()).set(Setting.ADMIN_TLS, "false").build())) {
            doEverything(server);
            told.addAll(Scrape.of(server).names());
            told.addAll(Scrape.of(encrypted).names());
        }
        told.removeIf(name -> !name.startsWith("dflockd_"));

        assertThat(told).isEqualTo(Scrape.documented());
    }

    @Test
    void whatHappenedIsTold() {
        try (var server = DflockdServer.start(config().build())) {
            doEverything(server);
            awaitValue(server, "dflockd_connections{listener=\"data\"}", 0);

            var scrape = Scrape.of(server);
            assertThat(scrape.value("dflockd_requests_total{outcome=\"ok\",verb=\"l\"}")).isEqualTo(2);
            assertThat(scrape.value("dflockd_requests_total{outcome=\"ok\",verb=\"sl\"}")).isEqualTo(1);
            assertThat(scrape.value("dflockd_requests_total{outcome=\"timeout\",verb=\"blpop\"}")).isEqualTo(1);
            assertThat(scrape.value("dflockd_requests_total{outcome=\"error\",verb=\"malformed\"}")).isEqualTo(1);
            assertThat(scrape.value("dflockd_grants_total{kind=\"lock\",waited=\"true\"}")).isEqualTo(1);
            assertThat(scrape.value("dflockd_group_grants_total{group=\"orders\"}")).isEqualTo(2);
            assertThat(scrape.value("dflockd_holds{kind=\"permit\"}")).as("of the session that is away").isEqualTo(1);
            assertThat(scrape.value("dflockd_sessions{state=\"away\"}")).isEqualTo(1);
            assertThat(scrape.value("dflockd_pushes_total{type=\"listen\"}")).isEqualTo(1);
            assertThat(scrape.value("dflockd_renewals_total{outcome=\"ok\"}")).isEqualTo(1);
            assertThat(scrape.value("dflockd_connections_closed_total{reason=\"peer\"}")).isEqualTo(4);
            assertThat(scrape.value("dflockd_ready")).isEqualTo(1);
        }
    }

    @Test
    void thereIsNotMoreToTellWhereThereIsMoreToDo() {
        try (var server = DflockdServer.start(config().build())) {
            doEverything(server);
            try (var client = WireClient.connect(server.address())) {
                for (int from = 0; from < 100_000; from += 10_000) {
                    client.sendRaw(IntStream.range(from, from + 10_000)
                            .mapToObj(i -> "l\njobs/" + i + "\n0\n")
                            .collect(java.util.stream.Collectors.joining()));
                    for (int i = 0; i < 10_000; i++) {
                        assertThat(client.line()).startsWith("ok ");
                    }
                }
                var scrape = Scrape.of(server);

                assertThat(scrape.value("dflockd_group_holds{group=\"jobs\"}")).isEqualTo(100_000);
                assertThat(scrape.ownRows()).hasSizeLessThanOrEqualTo(MOST_ROWS);
            }
        }
    }

    @Test
    void whoKnowsOpenMetricsAndGzipGetsThem() throws IOException {
        try (var server = DflockdServer.start(config().build())) {
            var plain = Scrape.fetch(server);
            var open = Scrape.fetch(server, "Accept", "application/openmetrics-text; version=1.0.0",
                    "Accept-Encoding", "deflate, gzip;q=0.5");
            var unzipped = Scrape.fetch(server, "Accept-Encoding", "gzip;q=0");

            assertThat(plain.headers().firstValue("content-type").orElse("")).startsWith("text/plain; version=0.0.4");
            assertThat(open.headers().firstValue("content-type").orElse(""))
                    .startsWith("application/openmetrics-text; version=1.0.0");
            assertThat(open.headers().firstValue("content-encoding")).contains("gzip");
            var zip = new GZIPInputStream(new ByteArrayInputStream(open.body()));
            assertThat(new String(zip.readAllBytes(), StandardCharsets.UTF_8)).endsWith("# EOF\n");
            assertThat(unzipped.headers().firstValue("content-encoding")).isEmpty();
        }
    }

    @Test
    void promtoolHasNothingToSay() throws Exception {
        try (var server = DflockdServer.start(config().build())) {
            doEverything(server);
            var text = Files.writeString(folder.resolve("scrape.txt"), Scrape.of(server).text());

            Promtool.mustAccept(folder, text, "check", "metrics");
        }
    }

    @Test
    void groupsOfKeysAreNamedOnce() {
        for (var groups : new String[]{"a=x/,a=y/", "a=x/,b=x/", "a=", "A=x", "a"}) {
            Assertions.assertThatThrownBy(() -> config().set(Setting.METRICS_GROUPS, groups).build())
                    .as(groups)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("metrics-groups")
                    .hasMessageContaining("NAME=PREFIX");
        }
    }
}
