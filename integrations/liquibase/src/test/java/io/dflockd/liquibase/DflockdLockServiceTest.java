package io.dflockd.liquibase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.DflockdClient;
import io.dflockd.server.DflockdServer;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class DflockdLockServiceTest {
    private final DflockdServer server = DflockdServer.start(ServerConfig.builder()
            .set(Setting.PORT, "0")
            .set(Setting.ADMIN_PORT, "off")
            .build());
    private final String address = "127.0.0.1:" + server.address().getPort();
    private String url;

    @BeforeEach
    void open(TestInfo test) {
        url = "jdbc:h2:mem:" + test.getTestMethod().orElseThrow().getName() + ";DB_CLOSE_DELAY=-1";
        System.setProperty("liquibase.dflockd.server", address);
        System.setProperty("liquibase.analytics.enabled", "false");
        Gate.arrived = new CompletableFuture<>();
        Gate.aborted = new CompletableFuture<>();
        Gate.open = CompletableFuture.completedFuture(null);
        Gate.MOST_INSIDE.set(0);
        Gate.INSIDE.set(0);
    }

    @AfterEach
    void close() {
        System.clearProperty("liquibase.dflockd.server");
        System.clearProperty("liquibase.dflockd.key");
        server.close();
    }

    @Test
    void ofTwoThatMigrateAtOnceOneDoesAndTheOtherFindsItDone() throws Exception {
        Gate.open = new CompletableFuture<>();
        var first = start(url);
        Gate.arrived.get(60, TimeUnit.SECONDS);
        var second = start(url);
        try (var client = DflockdClient.connect(address)) {
            assertThat(client.lock(DflockdLockService.keyOf(url)).tryAcquire()).isEmpty();
        }
        Gate.open.complete(null);

        first.get(60, TimeUnit.SECONDS);
        second.get(60, TimeUnit.SECONDS);
        assertThat(Gate.MOST_INSIDE).hasValue(1);
        assertThat(tables()).contains("ORDERS").doesNotContain("DATABASECHANGELOGLOCK");
        try (var client = DflockdClient.connect(address)) {
            assertThat(client.lock(DflockdLockService.keyOf(url)).tryAcquire()).isPresent();
        }
    }

    @Test
    void oneThatIsKilledLeavesNoLock() throws Exception {
        System.setProperty("liquibase.dflockd.key", "shop/migration");
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process = new ProcessBuilder(java, "-Xmx128m", "-cp", System.getProperty("java.class.path"),
                "-Dliquibase.dflockd.server=" + address,
                "-Dliquibase.analytics.enabled=false", "-Dliquibase.dflockd.key=shop/migration",
                Migration.class.getName(), "jdbc:h2:mem:other;DB_CLOSE_DELAY=-1")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (var output = process.inputReader()) {
            assertThat(output.lines()).contains("migrating");
            try (var client = DflockdClient.connect(address)) {
                assertThat(client.lock("shop/migration").tryAcquire()).isEmpty();
            }
        } finally {
            process.destroyForcibly().waitFor();
        }

        start(url).get(120, TimeUnit.SECONDS);
        assertThat(tables()).contains("ORDERS");
    }

    @Test
    void oneThatLosesItsLockBeginsNoFurtherChangeSet() throws Exception {
        Gate.open = new CompletableFuture<>();
        var running = start(url);
        Gate.arrived.get(60, TimeUnit.SECONDS);

        server.close();
        Gate.aborted.get(60, TimeUnit.SECONDS);
        Gate.open.complete(null);

        assertThatThrownBy(() -> running.get(60, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
        assertThat(tables()).doesNotContain("ORDERS");
    }

    @Test
    void whoCannotReachTheServerDoesNotMigrate() throws Exception {
        System.setProperty("liquibase.dflockd.server", "127.0.0.1:1");
        System.setProperty("liquibase.changelogLockWaitTimeInMinutes", "0");
        try {
            assertThatThrownBy(() -> Migration.run(url)).hasMessageContaining("127.0.0.1:1");
        } finally {
            System.clearProperty("liquibase.changelogLockWaitTimeInMinutes");
        }
        assertThat(tables()).doesNotContain("ORDERS");
    }

    @Test
    void settingsInTheUrlDoNotMakeAnotherKey() {
        assertThat(DflockdLockService.keyOf("jdbc:postgresql://db/shop?user=a"))
                .isEqualTo(DflockdLockService.keyOf("jdbc:postgresql://db/shop?user=b"))
                .isNotEqualTo(DflockdLockService.keyOf("jdbc:postgresql://db/store"))
                .matches("liquibase/[0-9a-f]{16}");
    }

    private static FutureTask<Void> start(String url) {
        var task = new FutureTask<Void>(() -> {
            Migration.run(url);
            return null;
        });
        var thread = new Thread(task, "migration");
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    private List<String> tables() throws SQLException {
        var names = new ArrayList<String>();
        try (var connection = DriverManager.getConnection(url);
                var found = connection.getMetaData().getTables(null, "PUBLIC", null, null)) {
            while (found.next()) {
                names.add(found.getString("TABLE_NAME"));
            }
        }
        return names;
    }
}
