package io.dflockd.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The program without a server. */
class DflockTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void helpNamesEveryCommandAndEveryExitStatus() {
        assertThat(run("--help")).isZero();

        for (var command : CommandTable.standard().all()) {
            assertThat(out.toString(UTF_8)).contains("  " + command.name() + " ").contains(command.summary());
        }
        assertThat(out.toString(UTF_8)).contains("  76  the lock was lost");
    }

    @Test
    void helpOfACommandFitsATerminal() {
        for (var command : CommandTable.standard().all()) {
            out.reset();
            var line = (command.name() + " --help").split(" ", -1);

            assertThat(run(line)).isZero();

            assertThat(out.toString(UTF_8)).startsWith("usage: dflock " + command.name());
            assertThat(out.toString(UTF_8).lines()).allMatch(text -> text.length() <= 100);
        }
    }

    @Test
    void helpIsThereOnEveryLevel() {
        assertThat(run("kv", "--help")).isZero();
        var ofGroup = out.toString(UTF_8);
        out.reset();
        assertThat(run("help", "kv")).isZero();
        assertThat(out.toString(UTF_8)).isEqualTo(ofGroup)
                .startsWith("usage: dflock kv COMMAND")
                .contains("kv cas  replace a value");
        out.reset();
        assertThat(run("help", "kv", "set")).isZero();
        assertThat(out.toString(UTF_8)).startsWith("usage: dflock kv set");
        assertThat(run("help", "fly")).isEqualTo(2);
        assertThat(run("kv")).isEqualTo(2);
    }

    @Test
    void noCommandIsAMistakeThatShowsTheHelp() {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString(UTF_8)).startsWith("dflock: ");
    }

    @Test
    void theVersionIsKnown() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString(UTF_8)).matches("dflock [0-9].*\n");
    }

    @Test
    void mistakesAreOneLineEachWithTheirStatus() {
        assertThat(run("fly")).isEqualTo(2);
        assertThat(run("run", "job", "--", "no-such-program")).isEqualTo(127);
        assertThat(run("--server", "127.0.0.1:1", "ping")).isEqualTo(69);

        assertThat(err.toString(UTF_8).lines()).containsExactly(
                "dflock: unknown command 'fly'; see dflock --help",
                "dflock: no-such-program: no such command",
                "dflock: 127.0.0.1:1: cannot connect: Connection refused");
    }

    /** A token that cannot be sent, as one of two lines, was printed by whoever refused it. */
    @Test
    void tokenOfAnAdministratorIsNeverPrinted() {
        assertThat(run(Map.of("DFLOCK_ADMIN_TOKEN", "s3cret\nalso"), "admin", "status")).isEqualTo(2);
        // With the end of a line behind it, as many secrets have: that is no part of it.
        assertThat(run(Map.of("DFLOCK_ADMIN_TOKEN", "s3cret\n"), "admin", "status", "--admin", "127.0.0.1:1"))
                .isEqualTo(69);

        assertThat(err.toString(UTF_8)).startsWith("dflock: DFLOCK_ADMIN_TOKEN: the token has a character that")
                .doesNotContain("s3cret")
                .hasLineCount(2);
    }

    private int run(String... line) {
        return run(Map.of(), line);
    }

    private int run(Map<String, String> more, String... line) {
        var environment = new HashMap<>(more);
        environment.put("PATH", "/usr/bin:/bin");
        return new Dflock(CommandTable.standard(), environment, new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8)).run(List.of(line));
    }
}
