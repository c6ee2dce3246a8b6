package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.server.config.ConfigException;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.testkit.WireClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthenticationTest {
    @TempDir Path folder;

    private static ServerConfig.Builder config() {
        return ServerConfig.builder().set(Setting.PORT, "0");
    }

    @Test
    void theFirstRequestMustBringTheToken() {
        var config = config().set(Setting.AUTH_TOKEN, "s3cret").build();
        try (var server = DflockdServer.start(config);
                var good = WireClient.connect(server.address());
                var wrong = WireClient.connect(server.address());
                var none = WireClient.connect(server.address())) {
            assertThat(good.ask("auth", "_", " s3cret ")).isEqualTo("ok");
            assertThat(good.ask("auth", "_", "s3cret")).isEqualTo("error");
            assertThat(good.ask("get", "c", "")).isEqualTo("ok 0");
            assertThat(wrong.ask("auth", "", "s3cret2")).isEqualTo("error_auth");
            assertThat(wrong.line()).isEqualTo(WireClient.END);
            assertThat(none.send("get", "c", "").send("auth", "_", "s3cret").line()).isEqualTo("error_auth");
            assertThat(none.line()).isEqualTo(WireClient.END);
        }
    }

    @Test
    void silenceBeforeAuthenticationIsAnsweredAndEnded() {
        var config = config().set(Setting.AUTH_TOKEN, "s3cret").set(Setting.READ_TIMEOUT, "1").build();
        try (var server = DflockdServer.start(config); var client = WireClient.connect(server.address())) {
            assertThat(client.line()).isEqualTo("error_auth");
            assertThat(client.line()).isEqualTo(WireClient.END);
        }
    }

    @Test
    void authOnAServerWithoutATokenIsAnError() {
        try (var server = DflockdServer.start(config().build()); var client = WireClient.connect(server.address())) {
            assertThat(client.ask("auth", "_", "any")).isEqualTo("error");
            assertThat(client.ask("get", "c", "")).isEqualTo("ok 0");
        }
    }

    @Test
    void aTokenFileIsTrimmed() throws IOException {
        var file = Files.writeString(folder.resolve("token"), "s3cret\n");
        var config = config().set(Setting.AUTH_TOKEN_FILE, file.toString()).build();
        try (var server = DflockdServer.start(config); var client = WireClient.connect(server.address())) {
            assertThat(client.ask("auth", "_", "s3cret")).isEqualTo("ok");
        }
    }

    @Test
    void tokensThatNobodyCouldSendStopTheStart() throws IOException {
        var empty = Files.writeString(folder.resolve("empty"), " \n");

        assertThatThrownBy(() -> Authenticator.of(config().set(Setting.AUTH_TOKEN_FILE, empty.toString()).build()))
                .isInstanceOf(ConfigException.class)
                .hasMessage("--auth-token-file: the token in " + empty + " is empty, must not be");
        assertThatThrownBy(() -> Authenticator.of(config().set(Setting.AUTH_TOKEN, "a\nb").build()))
                .hasMessageContaining("line break");
        assertThatThrownBy(() -> Authenticator.of(config().set(Setting.AUTH_TOKEN, " a").build()))
                .hasMessageContaining("blanks");
        assertThatThrownBy(() -> Authenticator.of(config().set(Setting.AUTH_TOKEN, "a".repeat(70_000)).build()))
                .hasMessageContaining("has 70000 bytes, must have at most 65536");
        assertThatThrownBy(() -> Authenticator.of(config().set(Setting.AUTH_TOKEN_FILE, "/no/such").build()))
                .hasMessage("--auth-token-file: cannot read /no/such: no such file");
    }
}
