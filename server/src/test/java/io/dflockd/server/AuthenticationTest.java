package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;

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
    void aByteOrderMarkIsNotPartOfTheToken() throws IOException {
        var file = Files.writeString(folder.resolve("token"), "\ufeffs3cret\u00a0\r\n");
        var config = config().set(Setting.AUTH_TOKEN_FILE, file.toString()).build();
        try (var server = DflockdServer.start(config); var client = WireClient.connect(server.address())) {
            assertThat(client.ask("auth", "_", "s3cret")).isEqualTo("ok");
        }
    }
}
