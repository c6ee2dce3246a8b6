package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.connection.Grant;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.error.ErrorCode;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SmallPartsTest {
    @Test
    void crc32IsTheOneOfZlib() {
        assertThat(Sharding.crc32().shard("123456789", Integer.MAX_VALUE))
                .isEqualTo((int) (0xCBF43926L % Integer.MAX_VALUE));
        assertThat(Sharding.crc32().shard("123456789", 3)).isEqualTo((int) (0xCBF43926L % 3));
        assertThat(Sharding.crc32().shard("schlüssel", 5)).isBetween(0, 4);
    }

    @Test
    void addressesAreReadWithAndWithoutPortsAndBrackets() {
        assertThat(ServerAddress.parse("host:7")).isEqualTo(new ServerAddress("host", 7));
        assertThat(ServerAddress.parse("host")).isEqualTo(new ServerAddress("host", 6388));
        assertThat(ServerAddress.parse("[::1]:7")).isEqualTo(new ServerAddress("::1", 7)).hasToString("[::1]:7");
        assertThat(ServerAddress.parse("[::1]")).isEqualTo(new ServerAddress("::1", 6388));
        for (var wrong : new String[]{"", "::1", "host:", "host:x", "host:70000", "[::1", "[::1]7", ":7"}) {
            assertThatThrownBy(() -> ServerAddress.parse(wrong)).as(wrong)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void guardRefusesAFenceThatCameTooLate() {
        var guard = new FenceGuard();

        assertThat(guard.admit(5)).isTrue();
        assertThat(guard.admit(5)).isTrue();
        assertThat(guard.admit(9)).isTrue();
        assertThat(guard.admit(5)).isFalse();
    }

    @Test
    void everyExceptionHasACodeOfItsOwn() {
        assertThat(DflockdException.class.getPermittedSubclasses()).hasSameSizeAs(ErrorCode.values());
    }

    @Test
    void grantDoesNotShowItsToken() {
        assertThat(new Grant("secret", Duration.ofSeconds(1), 2)).asString().doesNotContain("secret");
    }
}
