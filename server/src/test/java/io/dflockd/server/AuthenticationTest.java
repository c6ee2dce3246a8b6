package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.protocol.Octets;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.RequestDecoder;
import io.dflockd.server.config.ConfigException;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
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
                var good = WireClient.connect(server);
                var wrong = WireClient.connect(server);
                var none = WireClient.connect(server)) {
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
        try (var server = DflockdServer.start(config); var client = WireClient.connect(server)) {
            assertThat(client.line()).isEqualTo("error_auth");
            assertThat(client.line()).isEqualTo(WireClient.END);
        }
    }

    @Test
    void authOnAServerWithoutATokenIsAnError() {
        try (var server = DflockdServer.start(config().build()); var client = WireClient.connect(server)) {
            assertThat(client.ask("auth", "_", "any")).isEqualTo("error");
            assertThat(client.ask("get", "c", "")).isEqualTo("ok 0");
        }
    }

    @Test
    void aTokenFileIsTrimmed() throws IOException {
        var file = Files.writeString(folder.resolve("token"), "s3cret\n");
        var config = config().set(Setting.AUTH_TOKEN_FILE, file.toString()).build();
        try (var server = DflockdServer.start(config); var client = WireClient.connect(server)) {
            assertThat(client.ask("auth", "_", "s3cret")).isEqualTo("ok");
        }
    }

    @Test
    void aByteOrderMarkIsNotPartOfTheToken() throws IOException {
        var file = Files.writeString(folder.resolve("token"), "\ufeffs3cret\u00a0\r\n");
        var config = config().set(Setting.AUTH_TOKEN_FILE, file.toString()).build();
        try (var server = DflockdServer.start(config); var client = WireClient.connect(server)) {
            assertThat(client.ask("auth", "_", "s3cret")).isEqualTo("ok");
        }
    }

    /** Each token with a character at its end is refused, or it is one that the server takes from a client. */
    @Test
    void aTokenThatTheServerTakesCanBeSent() {
        var characters = IntStream.concat(IntStream.range(1, 0x300), IntStream.range(0x1600, 0x3100));
        characters.filter(c -> !Character.isSurrogate((char) c)).forEach(c -> {
            for (var token : List.of((char) c + "s3cret", "s3cret" + (char) c)) {
                var config = config().set(Setting.AUTH_TOKEN, token).build();
                try {
                    var authenticator = Authenticator.of(config).orElseThrow();
                    assertThat(authenticator.accepts(received(token))).as("U+%04X", c).isTrue();
                } catch (ConfigException e) {
                    assertThat(received(token)).as("U+%04X: %s", c, e.getMessage()).isNotEqualTo(Octets.ofText(token));
                }
            }
        });
        assertThatThrownBy(() -> Authenticator.of(config().set(Setting.AUTH_TOKEN, "s3cret\u00a0").build()))
                .hasMessage("--auth-token: the token has blanks at its start or end, which clients cannot send");
    }

    /** What the server understands where a client sends this token. */
    private static String received(String token) {
        var bytes = ("auth\n_\n" + token + "\n").getBytes(StandardCharsets.UTF_8);
        var decoder = new RequestDecoder(1000);
        var tokens = new ArrayList<String>();
        decoder.decode(bytes, 0, bytes.length, (tag, request) -> {
            if (request instanceof Request.Auth auth) {
                tokens.add(auth.token());
            }
        });
        return tokens.isEmpty() ? "" : tokens.getFirst();
    }

    @Test
    void theAdminTokenIsAnotherOne() throws IOException {
        var admin = Files.writeString(folder.resolve("admin"), "adm1n\n").toString();
        var same = Files.writeString(folder.resolve("same"), " s3cret").toString();
        var config = config().set(Setting.AUTH_TOKEN, "s3cret");

        var authenticator = AdminAuthenticator
                .of(config.set(Setting.ADMIN_TOKEN_FILE, admin).build(), Optional.empty())
                .orElseThrow();

        assertThat(authenticator.acceptsAdmin("adm1n")).isTrue();
        assertThat(authenticator.acceptsAdmin("s3cret")).isFalse();
        assertThat(AdminAuthenticator.of(config().build(), Optional.empty())).isEmpty();
        assertThatThrownBy(() -> DflockdServer.start(config.set(Setting.ADMIN_TOKEN_FILE, same).build()))
                .isInstanceOf(ConfigException.class)
                .hasMessage("--admin-token-file: the token in " + same + " is that of all clients, must be another");
        assertThatThrownBy(() -> DflockdServer.start(config.set(Setting.ADMIN_TOKEN_FILE, "/no/such").build()))
                .hasMessage("--admin-token-file: cannot read /no/such: no such file");
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
