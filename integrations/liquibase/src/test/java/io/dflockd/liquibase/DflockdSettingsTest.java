package io.dflockd.liquibase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.connection.Connection;
import io.dflockd.client.connection.ConnectionOptions;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.netty.pkitesting.CertificateBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import liquibase.Scope;
import liquibase.configuration.LiquibaseConfiguration;
import liquibase.configuration.core.DefaultsFileValueProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Where the server is found, and under which name, wherever Liquibase is told. */
@Timeout(240)
class DflockdSettingsTest {
    @RegisterExtension private final Place place = new Place();
    @TempDir private Path folder;

    @Test
    void settingsComeFromTheEnvironmentToo() throws Exception {
        var token = Files.writeString(folder.resolve("token"), "secret\n");
        place.restart(ServerConfig.builder().set(Setting.AUTH_TOKEN, "secret"));
        place.unset("liquibase.dflockd.server");
        var environment = new Properties();
        environment.setProperty("LIQUIBASE_DFLOCKD_SERVER", place.address());
        environment.setProperty("LIQUIBASE_DFLOCKD_KEY", "shop/migration");
        environment.setProperty("LIQUIBASE_DFLOCKD_AUTH_TOKEN_FILE", token.toString());
        environment.setProperty("LIQUIBASE_DFLOCKD_CLIENT_NAME", "pod-1");
        Gate.close();
        var process = place.process(environment);
        Gate.awaitArrival();
        try (var connection = Connection.dial(place.address(),
                ConnectionOptions.builder().authToken("secret").build())) {
            assertThat(connection.holds().holders("shop/migration")).contains("\"client\":\"pod-1\"", "\"fence\":");
        }
        Gate.open();

        assertThat(Place.output(process)).contains("migration lock shop/migration granted, fence ", "migrated")
                .doesNotContain("secret");
    }

    @Test
    void settingsComeFromLiquibasePropertiesToo() throws Exception {
        place.unset("liquibase.dflockd.server");
        var file = Path.of(DflockdSettingsTest.class.getResource("/liquibase.properties").toURI());
        var configuration = Scope.getCurrentScope().getSingleton(LiquibaseConfiguration.class);
        var provider = new DefaultsFileValueProvider(file.toFile());
        configuration.registerProvider(provider);
        try {
            assertThat(DflockdSettings.server()).isEqualTo("127.0.0.1:6388");
            assertThat(DflockdSettings.clientName()).isEqualTo("pod-9");
        } finally {
            configuration.unregisterProvider(provider);
        }
    }

    @Test
    void theServerIsReachedByTls() throws Exception {
        var issued = new CertificateBuilder().subject("CN=test")
                .addSanIpAddress("127.0.0.1")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        var certificate = Files.writeString(folder.resolve("cert.pem"), issued.getCertificatePathPEM());
        var key = Files.writeString(folder.resolve("key.pem"), issued.getPrivateKeyPEM());
        place.restart(ServerConfig.builder()
                .set(Setting.TLS_CERT, certificate.toString())
                .set(Setting.TLS_KEY, key.toString()));
        place.set("liquibase.changelogLockWaitTimeInMinutes", "0");
        place.set("liquibase.dflockd.tlsCaFile", certificate.toString());
        assertThatThrownBy(() -> Migration.run(place.url()))
                .hasMessageContaining("has no effect unless liquibase.dflockd.tls = true");
        place.set("liquibase.dflockd.tls", "true");

        Migration.run(place.url());

        assertThat(place.runs()).isEqualTo(List.of(21, 22, 31));
        place.unset("liquibase.dflockd.tlsCaFile");
        assertThatThrownBy(() -> Migration.command(place.url(), "listLocks"))
                .hasStackTraceContaining("migration lock " + place.key());
    }

    @Test
    void aWrongSettingIsNamed() {
        place.set("liquibase.dflockd.clientName", "has a blank");
        assertWrong("liquibase.dflockd.clientName", "has a blank");
        place.set("liquibase.dflockd.clientName", "");
        place.set("liquibase.dflockd.server", "nowhere:port");
        assertWrong("liquibase.dflockd.server", "nowhere:port");
        place.set("liquibase.dflockd.server", place.address());
        place.set("liquibase.dflockd.authTokenFile", "/not/there");
        assertWrong("liquibase.dflockd.authTokenFile = /not/there");
        place.set("liquibase.dflockd.authToken", "secret");
        assertWrong("only one is valid");
        place.unset("liquibase.dflockd.authToken");
        place.unset("liquibase.dflockd.authTokenFile");
        place.set("liquibase.changelogLockWaitTimeInMinutes", "-1");
        assertWrong("liquibase.changelogLockWaitTimeInMinutes is -1; valid is 0 or more");
    }

    private void assertWrong(String... parts) {
        var thrown = assertThatThrownBy(() -> Migration.run(place.url()));
        for (var part : parts) {
            thrown.hasStackTraceContaining(part);
        }
    }

    @Test
    void settingsInTheUrlDoNotMakeAnotherKey() {
        assertThat(DflockdLockService.keyOf("jdbc:postgresql://db/shop?user=a"))
                .isEqualTo(DflockdLockService.keyOf("jdbc:postgresql://db/shop?user=b"))
                .isNotEqualTo(DflockdLockService.keyOf("jdbc:postgresql://db/store"))
                .matches("liquibase/[0-9a-f]{16}");
    }
}
