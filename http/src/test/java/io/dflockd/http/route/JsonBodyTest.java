package io.dflockd.http.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBodyTest {
    @ParameterizedTest
    @ValueSource(strings = {
            "{\"reason\":\"x\"}{\"reason\":\"y\"}", "{\"reason\":\"x\"} y", "{\"reason\":\"x\"}}",
            "{\"reason\":\"x\"},",
            "{\"reason\":\"}\"}\n\"", "{\"reason\":\"\\\"}\"}]", "{\"reason\":\"x\"}\u0000",
            "{\"reason\":\"x\"}\u00a0"})
    void whatStandsBehindTheObjectIsRefused(String body) {
        assertThatThrownBy(() -> JsonBody.parse(body, "reason")).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.problem().answer().status()).isEqualTo(400);
            assertThat(e).hasMessageContaining("behind the JSON object");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "{\"reason\":\"x}\"}", " {\"reason\":\"x}\"} \r\n\t", "{\"reason\":\"x}\",\"n\":1}",
            "{\"n\":-1.5e3,\"reason\":\"x}\"}",
            "{\"reason\":\"x\\u007d\"}"})
    void anObjectWithBlanksAroundItIsTaken(String body) {
        assertThat(JsonBody.parse(body, "reason", "n").text("reason", 10)).isEqualTo("x}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "[]", "{", "{\"reason\":\"x\"", "\"x\"", "x{\"reason\":\"x\"}", "{\"reason\":{}}"})
    void whatIsNoSuchObjectIsRefused(String body) {
        assertThatThrownBy(() -> JsonBody.parse(body, "reason")).isInstanceOfSatisfying(ProblemException.class,
                e -> assertThat(e.problem().answer().status()).isEqualTo(400));
    }
}
