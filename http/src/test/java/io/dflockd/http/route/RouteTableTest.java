package io.dflockd.http.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.service.access.Right;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTableTest {
    private final RouteTable table = new RouteTable(List.of(
            Route.open("/livez", call -> Answer.text(200, "ok").now(), ""),
            Route.atLeader(Method.GET, "/locks/{key}", Right.OBSERVE, call -> Answer.text(200, "ok").now(), ""),
            Route.atLeader(Method.POST, "/locks/{key}/release", Right.RELEASE, call -> Answer.text(200, "ok").now(),
                    "")));

    @ParameterizedTest
    @CsvSource({"/locks/jobs%2Fnightly,jobs/nightly", "/locks/..,..", "/locks/%2e%2e%2Fetc,../etc", "/locks/a+b,a+b",
            "/locks/%C3%A4,\u00c3\u00a4", "/locks/release,release"})
    void whatStandsForAKeyIsThatKeyAndNoPath(String path, String key) {
        assertThat(table.find("GET", path).parameters()).containsEntry("key", key);
    }

    @Test
    void aKeyMayHaveAnyByte() {
        assertThat(table.find("GET", "/locks/%00%0a%ff").parameters()).containsEntry("key", "\0\n\u00ff");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "//livez", "/livez/", "/locks/../livez", "/locks/a/b/release", "/LIVEZ", "/locks",
            "/livez%20"})
    void noOtherPathLeadsAnywhere(String path) {
        assertThatThrownBy(() -> table.find("GET", path)).isInstanceOfSatisfying(ProblemException.class,
                e -> assertThat(e.problem().status()).isEqualTo(Problem.NOT_FOUND));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/locks/%", "/locks/%4", "/locks/%zz", "/locks/a b", "/locks/\u00e4"})
    void aPathThatIsWrittenWronglyIsRefused(String path) {
        assertThatThrownBy(() -> table.find("GET", path)).isInstanceOfSatisfying(ProblemException.class,
                e -> assertThat(e.problem().status()).isEqualTo(Problem.BAD_REQUEST));
    }

    @Test
    void anotherMethodIsToldWhichThereAre() {
        assertThatThrownBy(() -> table.find("DELETE", "/locks/a")).isInstanceOfSatisfying(ProblemException.class,
                e -> assertThat(e.problem().headers()).containsEntry("Allow", "GET, HEAD"));
        assertThat(table.find("HEAD", "/livez").route().path()).isEqualTo("/livez");
    }
}
