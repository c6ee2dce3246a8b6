package io.dflockd.service.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.protocol.Octets;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.RequestDecoder;
import io.dflockd.service.SettingException;
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

class AuthenticatorTest {
    private static final int MAX_BYTES = 65_536;

    @TempDir Path folder;

    private static Optional<Authenticator> ofToken(String token) {
        return Authenticator.ofClients(Optional.of(token), Optional.empty(), MAX_BYTES);
    }

    private static Optional<Authenticator> ofFile(Path file) {
        return Authenticator.ofClients(Optional.empty(), Optional.of(file), MAX_BYTES);
    }

    @Test
    void theTokenIsAcceptedAndNoOther() {
        var authenticator = ofToken("s3cret").orElseThrow();

        assertThat(authenticator.accepts("s3cret")).isTrue();
        assertThat(authenticator.accepts("s3cret2")).isFalse();
        assertThat(authenticator.accepts("")).isFalse();
    }

    @Test
    void withoutATokenNobodyIsAsked() {
        assertThat(Authenticator.ofClients(Optional.empty(), Optional.empty(), MAX_BYTES)).isEmpty();
    }

    @Test
    void tokensThatNobodyCouldSendStopTheStart() throws IOException {
        var empty = Files.writeString(folder.resolve("empty"), " \n");

        assertThatThrownBy(() -> ofFile(empty)).isInstanceOf(SettingException.class)
                .hasMessage("--auth-token-file: the token in " + empty + " is empty, must not be");
        assertThatThrownBy(() -> ofToken("a\nb")).hasMessageContaining("line break");
        assertThatThrownBy(() -> ofToken(" a")).hasMessageContaining("blanks");
        assertThatThrownBy(() -> ofToken("a".repeat(70_000)))
                .hasMessageContaining("has 70000 bytes, must have at most 65536");
        assertThatThrownBy(() -> ofFile(Path.of("/no/such")))
                .hasMessage("--auth-token-file: cannot read /no/such: no such file");
    }

    /** Each token with a character at its end is refused, or it is one that the server takes from a client. */
    @Test
    void aTokenThatTheServerTakesCanBeSent() {
        var characters = IntStream.concat(IntStream.range(1, 0x300), IntStream.range(0x1600, 0x3100));
        characters.filter(c -> !Character.isSurrogate((char) c)).forEach(c -> {
            for (var token : List.of((char) c + "s3cret", "s3cret" + (char) c)) {
                try {
                    var authenticator = ofToken(token).orElseThrow();
                    assertThat(authenticator.accepts(received(token))).as("U+%04X", c).isTrue();
                } catch (SettingException e) {
                    assertThat(received(token)).as("U+%04X: %s", c, e.getMessage()).isNotEqualTo(Octets.ofText(token));
                }
            }
        });
        assertThatThrownBy(() -> ofToken("s3cret\u00a0"))
                .hasMessage("--auth-token: the token has blanks at its start or end, which clients cannot send");
    }

    /** What the server understands where a client sends this token. */
    private static String received(String token) {
        var bytes = ("auth\n_\n" + token + "\n").getBytes(StandardCharsets.UTF_8);
        var tokens = new ArrayList<String>();
        new RequestDecoder(1000).decode(bytes, 0, bytes.length, (tag, request) -> {
            if (request instanceof Request.Auth auth) {
                tokens.add(auth.token());
            }
        });
        return tokens.isEmpty() ? "" : tokens.getFirst();
    }

    @Test
    void theAdminTokenIsAnotherOne() throws IOException {
        var admin = Files.writeString(folder.resolve("admin"), "adm1n\n");
        var same = Files.writeString(folder.resolve("same"), " s3cret");
        var clients = ofToken("s3cret");

        var authenticator = Authenticator.ofAdmins(Optional.of(admin), MAX_BYTES, clients).orElseThrow();

        assertThat(authenticator.accepts("adm1n")).isTrue();
        assertThat(authenticator.accepts("s3cret")).isFalse();
        assertThat(Authenticator.ofAdmins(Optional.empty(), MAX_BYTES, clients)).isEmpty();
        assertThatThrownBy(() -> Authenticator.ofAdmins(Optional.of(same), MAX_BYTES, clients))
                .hasMessage("--admin-token-file: the token in " + same + " is that of all clients, must be another");
        assertThatThrownBy(() -> Authenticator.ofAdmins(Optional.of(Path.of("/no/such")), MAX_BYTES, clients))
                .hasMessage("--admin-token-file: cannot read /no/such: no such file");
    }
}
