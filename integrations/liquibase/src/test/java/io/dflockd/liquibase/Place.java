package io.dflockd.liquibase;

import io.dflockd.server.DflockdServer;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import org.h2.tools.Server;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A database that processes can reach, empty for each test, and a server of locks. Settings of Liquibase end with the test. */
final class Place implements BeforeEachCallback, AfterEachCallback {
    private final Server databases;
    private final Set<String> set = new LinkedHashSet<>();
    private DflockdServer server = start(ServerConfig.builder(), 0);
    private String url = "";

    Place() {
        try {
            databases = Server.createTcpServer("-tcpPort", "0", "-ifNotExists", "-tcpDaemon").start();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        url = "jdbc:h2:tcp://127.0.0.1:" + databases.getPort() + "/mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
        Gate.reset();
        Migration.forget();
        set("liquibase.dflockd.server", address());
        set("liquibase.analytics.enabled", "false");
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Gate.open();
        set.forEach(System::clearProperty);
        server.close();
        databases.stop();
    }

    void set(String property, String value) {
        System.setProperty(property, value);
        set.add(property);
    }

    /** In place of the server that is there. */
    void restart(ServerConfig.Builder config) {
        restart(config, 0);
    }

    void restart(ServerConfig.Builder config, int port) {
        server.close();
        server = start(config, port);
        set("liquibase.dflockd.server", address());
    }

    private static DflockdServer start(ServerConfig.Builder config, int port) {
        return DflockdServer
                .start(config.set(Setting.PORT, String.valueOf(port)).set(Setting.ADMIN_PORT, "off").build());
    }

    DflockdServer server() {
        return server;
    }

    String address() {
        return "127.0.0.1:" + server.address().getPort();
    }

    String url() {
        return url;
    }

    String key() {
        return DflockdLockService.keyOf(url);
    }

    /** A process that migrates, with the settings of this one and what else is to be in its environment. */
    Process process(Properties environment) throws Exception {
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m", "-cp", System.getProperty("java.class.path")));
        set.forEach(property -> command.add("-D" + property + "=" + System.getProperty(property)));
        command.addAll(List.of(Migration.class.getName(), url));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        environment.forEach((name, value) -> builder.environment().put((String) name, (String) value));
        return builder.start();
    }

    void unset(String property) {
        System.clearProperty(property);
        set.remove(property);
    }

    /** What the change sets have left, in the order in which they did. */
    List<Integer> runs() throws SQLException {
        return query("SELECT statement_number FROM runs").stream().map(Integer::valueOf).toList();
    }

    List<String> recorded() throws SQLException {
        return query("SELECT id FROM databasechangelog ORDER BY orderexecuted");
    }

    List<String> tables() throws SQLException {
        return query("SELECT table_name FROM information_schema.tables WHERE table_schema = 'PUBLIC'");
    }

    private List<String> query(String sql) throws SQLException {
        var values = new ArrayList<String>();
        try (var connection = DriverManager.getConnection(url);
                var statement = connection.createStatement();
                var result = statement.executeQuery(sql)) {
            while (result.next()) {
                values.add(result.getString(1));
            }
        }
        return values;
    }

    /** All that it said, when it has ended. */
    static String output(Process process) throws Exception {
        try (var in = process.getInputStream()) {
            var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return text;
        } finally {
            process.destroyForcibly();
        }
    }
}
