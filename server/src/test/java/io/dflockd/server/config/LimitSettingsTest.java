package io.dflockd.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.engine.EngineLimits;
import io.dflockd.engine.EngineLimits.Limit;
import io.dflockd.service.SettingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LimitSettingsTest {
    private static final EngineLimits LIMITS = new EngineLimits(
            1024, 0, 0, 0, 0, 3 << 20, 1 << 24, 100, 60_000, true, 5000, 60_000);

    private final LimitSettings settings = new LimitSettings();

    @Test
    void eachLimitOfTheEngineIsASettingAndItsTextGivesTheSameValueAgain() {
        var texts = settings.texts(LIMITS);

        assertThat(texts).hasSize(Limit.values().length);
        texts.forEach((name, text) -> assertThat(settings.change(LIMITS, name, text)).as(name).isEqualTo(LIMITS));
    }

    @ParameterizedTest
    @CsvSource({"max-locks, 7, 7", "max-session-grace, 90, 90", "auto-release-on-disconnect, no, false",
            "max-memory, 8m, 8388608", "gc-interval, 1, 1"})
    void valuesAreWrittenAsInSettings(String name, String value, String text) {
        var changed = settings.change(LIMITS, name, value);

        assertThat(settings.texts(changed)).containsEntry(name, text);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 1_000_001, 1L << 40})
    void memoryComesBackAsItWasSetUpToAByteWithoutMeaning(long memory) {
        long state = LimitSettings.stateBytes(memory);
        var text = settings.texts(LIMITS.with(Limit.MAX_BYTES, state)).get("max-memory");

        assertThat(LimitSettings.stateBytes(Long.parseLong(text))).isEqualTo(state);
        assertThat(memory - Long.parseLong(text)).isBetween(-1L, 1L);
    }

    @Test
    void whatIsNotValidIsRefusedWithWhatIs() {
        assertThatThrownBy(() -> settings.change(LIMITS, "max-locks", "many")).isInstanceOf(SettingException.class)
                .hasMessage("max-locks: \"many\" is not valid, must be a whole number from 1 to 2147483647");
        assertThatThrownBy(() -> settings.change(LIMITS, "port", "7")).isInstanceOf(SettingException.class)
                .hasMessageStartingWith("'port' is not a limit of a cluster, must be one of max-locks, max-waiters, ");
    }
}
