package io.dflockd.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What bash offers, asked of bash itself. Words are cut as bash cuts them: at colons and equals signs, too. */
class BashCompletionTest {
    @Test
    void commandsAndTheirFlagsAreOffered() throws Exception {
        assertThat(offered("ob")).containsExactly("observe");
        assertThat(offered("kv", "")).containsExactly("get", "set", "del", "cas");
        assertThat(offered("run", "--on")).containsExactly("--on-loss");
    }

    @Test
    void valueOfAFlagIsNotTakenForACommand() throws Exception {
        assertThat(offered("--server", "host", ":", "6388", "kv", "")).contains("get").doesNotContain("run");
        assertThat(offered("--server", "=", "host", "kv", "")).contains("get").doesNotContain("run");
        assertThat(offered("run", "--timeout", "5", "--on")).containsExactly("--on-loss");
    }

    @Test
    void nothingOfOursIsOfferedForAValueOrForTheCommandToRun() throws Exception {
        assertThat(offered("--token-file", "")).isEmpty();
        assertThat(offered("run", "key", "--", "--on")).isEmpty();
    }

    private static List<String> offered(String... words) throws IOException, InterruptedException {
        var script = new Completion(CommandTable.standard()).bash()
                + "COMP_WORDS=(dflock \"$@\"); COMP_CWORD=$#; _dflock; printf '%s\\n' \"${COMPREPLY[@]}\"";
        var line = new ArrayList<>(List.of("bash", "-c", script, "dflock"));
        line.addAll(List.of(words));
        var bash = new ProcessBuilder(line).redirectErrorStream(true).start();
        var said = new String(bash.getInputStream().readAllBytes(), UTF_8);
        assertThat(bash.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return said.lines().filter(word -> !word.isEmpty()).toList();
    }
}
