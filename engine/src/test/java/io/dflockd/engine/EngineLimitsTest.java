package io.dflockd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.engine.EngineLimits.Limit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EngineLimitsTest {
    private static final EngineLimits LIMITS = new EngineLimits(
            11, 12, 13, 14, 15, 16, 17, 18, 19, true, 21, 22);

    @ParameterizedTest
    @EnumSource(Limit.class)
    void eachIsChangedByItself(Limit limit) {
        long other = limit == Limit.RELEASES_ON_END ? 0 : LIMITS.value(limit) + 100;

        var changed = LIMITS.with(limit, other);

        for (var each : Limit.values()) {
            assertThat(changed.value(each)).as("%s", each).isEqualTo(each == limit ? other : LIMITS.value(each));
        }
    }

    @ParameterizedTest
    @EnumSource(Limit.class)
    void whatIsNoneOfItsValuesIsRefused(Limit limit) {
        if (limit != Limit.RELEASES_ON_END) {
            assertThatThrownBy(() -> LIMITS.with(limit, -1)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(" is -1");
        }
    }
}
