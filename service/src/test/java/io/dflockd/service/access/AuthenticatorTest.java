package io.dflockd.service.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.service.SettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthenticatorTest {
    private static final int MAX_BYTES = 65_536;

    @TempDir Path folder;

    private static Optional<Authenticator> ofToken(String token) {
        return Authenticator.of(Optional.of(token), Optional.empty(), MAX_BYTES);
    }

    private static Optional<Authenticator> ofFile(Path file) {
        return Authenticator.of(Optional.empty(), Optional.of(file), MAX_BYTES);
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
        assertThat(Authenticator.of(Optional.empty(), Optional.empty(), MAX_BYTES)).isEmpty();
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
}
