package io.dflockd.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.protocol.Dialect;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The suite's own tool: what transcripts mean. A row that could not fail would prove nothing. */
class NotationTest {
    private static final String ONE = "0123456789abcdef0123456789abcdef";
    private static final String TWO = "fedcba9876543210fedcba9876543210";

    private final Bindings bindings = new Bindings();

    @Test
    void tokenNameMeansOneTokenAndOtherNamesMeanOthers() {
        assertThat(bindings.matches("ok T1 33 f1", "ok " + ONE + " 33 7")).isTrue();
        assertThat(bindings.matches("ok T1 33 f1", "ok " + ONE + " 33 7")).isTrue();
        assertThat(bindings.matches("ok T1 33 f1", "ok " + TWO + " 33 7")).isFalse();
        assertThat(bindings.matches("ok T2 33 f2", "ok " + ONE + " 33 8")).isFalse();
        assertThat(bindings.matches("ok T2 33 f2", "ok " + TWO + " 33 8")).isTrue();
    }

    @Test
    void tokenIs32LowercaseHexadecimalDigits() {
        assertThat(bindings.matches("ok T1 33 f", "ok " + ONE.toUpperCase(Locale.ROOT) + " 33 1")).isFalse();
        assertThat(bindings.matches("ok T1 33 f", "ok " + ONE.substring(1) + " 33 1")).isFalse();
    }

    @Test
    void fencesRiseWithTheirNumbers() {
        assertThat(bindings.matches("ok f1", "ok 50")).isTrue();
        assertThat(bindings.matches("ok f1", "ok 51")).isFalse();
        assertThat(bindings.matches("ok f2", "ok 50")).isFalse();
        assertThat(bindings.matches("ok f3", "ok 60")).isTrue();
        assertThat(bindings.matches("ok f2", "ok 60")).isFalse();
        assertThat(bindings.matches("ok f2", "ok 55")).isTrue();
        assertThat(bindings.matches("ok f4", "ok 0")).isFalse();
    }

    @Test
    void everythingElseIsLiteral() {
        assertThat(bindings.matches("ok a.b", "ok axb")).isFalse();
        assertThat(bindings.matches("ok", "ok ")).isFalse();
        assertThat(bindings.matches("ok ", "ok ")).isTrue();
        assertThat(bindings.matches("ok …", "ok anything at all")).isTrue();
        assertThat(bindings.matches("ok …b…", "ok abc")).isTrue();
        assertThat(bindings.matches("ok …b…", "ok acc")).isFalse();
    }

    @Test
    void knownTokensAreFilledIn() {
        assertThat(bindings.matches("ok T1 33 f", "ok " + ONE + " 33 1")).isTrue();

        assertThat(bindings.fill("T1 60")).isEqualTo(ONE + " 60");
        assertThat(bindings.fill("T2 xT1")).isEqualTo("T2 xT1");
    }

    @Test
    void knownFencesAreFilledIn() {
        assertThat(bindings.matches("ok T1 33 f1", "ok " + ONE + " 33 70")).isTrue();

        assertThat(bindings.fill("f1")).isEqualTo("70");
        assertThat(bindings.fill("f2 xf1 f")).isEqualTo("f2 xf1 f");
    }

    @Test
    void legacyDialectLeavesTheFenceOutOfGrantsAndRenewalsOnly() {
        var legacy = new Bindings(Dialect.LEGACY);

        assertThat(legacy.matches("ok T1 33 f1", "ok " + ONE + " 33 7")).isFalse();
        assertThat(legacy.matches("ok T1 33 f1", "ok " + ONE + " 33")).isTrue();
        assertThat(legacy.matches("@7 acquired T1 33000ms f", "@7 acquired " + ONE + " 33000ms")).isTrue();
        assertThat(legacy.matches("ok 60 f1", "ok 60")).isTrue();
        assertThat(legacy.matches("ok 60 f1", "ok 60 7")).isFalse();
        assertThat(legacy.matches("ok … 33 f", "ok " + TWO + " 33")).isTrue();
        assertThat(
                legacy.matches("lost k f1 expired", "lost k " + Long.parseLong(ONE.substring(0, 16), 16) + " expired"))
                .isTrue();
        assertThat(legacy.matches("ok 5", "ok 5")).isTrue();
    }

    @Test
    void fencesOfTheLegacyDialectStandInTheTokens() {
        var legacy = new Bindings(Dialect.LEGACY);
        var less = "0".repeat(15) + "7" + "0".repeat(16);
        var more = "0".repeat(15) + "9" + "0".repeat(16);

        assertThat(legacy.matches("ok T1 33 f1", "ok " + more + " 33")).isTrue();
        assertThat(legacy.matches("ok T2 33 f2", "ok " + less + " 33")).isFalse();
        assertThat(legacy.fill("f1")).isEqualTo("9");
    }

    @Test
    void fileIsTakenApartIntoTitlesOptionsTagsAndSteps() {
        var transcripts = Transcript.parse("""
                # about the file
                ## one
                with --max-locks 1
                tags decision
                A> l / k / 0    A< ok T1 33 f1    # a remark
                B> l / k / 9    (blocks)
                ## two
                A> get / c / ∅
                """);

        assertThat(transcripts).extracting(Transcript::title).containsExactly("one", "two");
        assertThat(transcripts.getFirst().options()).containsExactly("--max-locks", "1");
        assertThat(transcripts.getFirst().tags()).containsExactly("decision");
        assertThat(transcripts.getFirst().steps()).containsExactly(
                new Transcript.Step(5, "A", true, "l / k / 0", false),
                new Transcript.Step(5, "A", false, "ok T1 33 f1", false),
                new Transcript.Step(6, "B", true, "l / k / 9", true));
    }

    @Test
    void lineThatIsNoStepIsRefused() {
        for (var line : List.of("A l / k / 0", "what", "A> get / c / ∅ A< ok 0")) {
            assertThatThrownBy(() -> Transcript.ofLines(line)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("line 1");
        }
    }
}
