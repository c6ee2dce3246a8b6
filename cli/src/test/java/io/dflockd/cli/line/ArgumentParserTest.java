package io.dflockd.cli.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.cli.CommandTable;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ArgumentParserTest {
    private final ArgumentParser parser = new ArgumentParser(CommandTable.standard().all());

    @Test
    void flagsStandBeforeTheCommandBehindItAndAmongItsOperands() {
        var asked = parser
                .parse(List.of("--server", "a:1", "kv", "set", "--server=b:2", "key", "--ttl", "1.5", "value"));

        assertThat(Objects.requireNonNull(asked.command()).name()).isEqualTo("kv set");
        assertThat(asked.arguments().operands()).containsExactly("key", "value");
        assertThat(asked.arguments().values(Flags.SERVER)).containsExactly("a:1", "b:2");
        assertThat(asked.arguments().seconds(new Flag("ttl", "S", null, ""))).isEqualTo(Duration.ofMillis(1500));
    }

    @Test
    void fractionsOfSecondsAreRoundedUpWhereSecondsAreWhole() {
        var asked = parser.parse(List.of("list", "pop", "key", "--wait", "0.5")).arguments();
        var wait = new Flag("wait", "S", null, "");
        var ttl = new Flag("ttl", "S", null, "");

        assertThat(asked.wholeSeconds(wait)).isEqualTo(Duration.ofSeconds(1));
        assertThat(asked.wholeSeconds(wait, Duration.ZERO)).isEqualTo(Duration.ofSeconds(1));
        assertThat(asked.wholeSeconds(ttl)).isNull();
        assertThat(asked.wholeSeconds(ttl, Duration.ofSeconds(2))).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void whatComesAfterTheDashesIsTheProgramsOwn() {
        var arguments = parser.parse(List.of("run", "job", "--lease", "5", "--", "sh", "--json", "--", "-c"))
                .arguments();

        assertThat(arguments.operands()).containsExactly("job");
        assertThat(arguments.number(Flags.LEASE, 1, 30)).isEqualTo(5);
        assertThat(arguments.program()).containsExactly("sh", "--json", "--", "-c");
        assertThat(arguments.has(Flags.JSON)).isFalse();
    }

    @Test
    void negativeNumbersAreNoFlags() {
        assertThat(parser.parse(List.of("counter", "add", "key", "-5")).arguments().operands())
                .containsExactly("key", "-5");
        assertThat(parser.parse(List.of("list", "range", "key", "-2", "-1")).arguments().operands())
                .containsExactly("key", "-2", "-1");
    }

    @Test
    void valuesWithDashesGoAfterTwoDashes() {
        assertThat(parser.parse(List.of("kv", "set", "key", "--", "--value")).arguments().operands())
                .containsExactly("key", "--value");
    }

    @Test
    void helpNeedsNoOperands() {
        assertThat(parser.parse(List.of("run", "--help")).arguments().has(Flags.HELP)).isTrue();
        assertThat(parser.parse(List.of("--help")).command()).isNull();
    }

    @Test
    void whatIsWrongIsNamed() {
        wrong("unknown command 'fly'; see dflock --help", "fly");
        wrong("'kv put' is no command; there are: kv get, kv set, kv del, kv cas", "kv", "put");
        wrong("unknown flag --colour; see dflock --help", "ping", "--colour");
        wrong("--lease needs a value", "run", "job", "--lease");
        wrong("kv get: too few arguments\nusage: dflock kv get KEY", "kv", "get");
        wrong("kv get: too many arguments: 'b'\nusage: dflock kv get KEY", "kv", "get", "a", "b");
        wrong("run: no command to run; it goes after --\nusage: dflock run [FLAGS] KEY… -- COMMAND…", "run", "job");
    }

    @Test
    void numbersAreChecked() {
        var arguments = parser.parse(List.of("run", "job", "--lease", "0", "--timeout", "soon", "--", "true"))
                .arguments();

        assertThatThrownBy(() -> arguments.number(Flags.LEASE, 1, 30))
                .hasMessage("--lease is '0'; valid is a whole number from 1 on");
        assertThatThrownBy(() -> arguments.seconds(Flags.TIMEOUT))
                .hasMessage("--timeout is 'soon'; valid is a number of seconds, as in 10 or 0.5");
    }

    private void wrong(String message, String... line) {
        assertThatThrownBy(() -> parser.parse(List.of(line))).isInstanceOf(UsageException.class).hasMessage(message);
    }
}
