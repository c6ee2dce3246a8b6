package io.dflockd.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RequestNumberTest {
    @Test
    void numberMayStandAlone() {
        for (long number : new long[]{1, 7, 10, 131_072, Limits.MAX_NUMBER}) {
            assertThat(RequestNumber.numberOf(Long.toString(number))).isEqualTo(number);
            assertThat(RequestNumber.receivedOf(Long.toString(number))).isEqualTo(RequestNumber.NONE);
        }
    }

    @Test
    void numberMaySayHowManyAnswersWereReceived() {
        for (long received : new long[]{0, 1, 131_072, Limits.MAX_NUMBER}) {
            assertThat(RequestNumber.numberOf("7+" + received)).isEqualTo(7);
            assertThat(RequestNumber.receivedOf("7+" + received)).isEqualTo(received);
        }
    }

    @Test
    void everythingElseIsNoNumber() {
        for (var tag : List.of("", "0", "01", "-1", "+1", "a", "7a", "7.", " 7", "7 ", "9007199254740992",
                "99999999999999999999", "0+1", "01+1", "7+", "7+01", "7+a", "7+-1", "7++1", "7+1+1",
                "7+9007199254740992", "\u0661")) {
            assertThat(RequestNumber.numberOf(tag)).as(tag).isEqualTo(RequestNumber.NONE);
        }
        for (var tag : List.of("", "7", "0+1", "a+1", "7+", "7+01", "7+1+1")) {
            assertThat(RequestNumber.receivedOf(tag)).as(tag).isEqualTo(RequestNumber.NONE);
        }
    }
}
