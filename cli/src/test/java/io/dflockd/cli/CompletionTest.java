package io.dflockd.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CompletionTest {
    private final Completion completion = new Completion(CommandTable.standard());

    @Test
    @Timeout(20)
    void bashCompletesCommandsTheirSecondWordsAndTheirFlags() throws Exception {
        assertThat(completed("dflock", "ru")).isEqualTo("run");
        assertThat(completed("dflock", "kv", "c")).isEqualTo("cas");
        assertThat(completed("dflock", "run", "--sem")).isEqualTo("--semaphore");
        assertThat(completed("dflock", "completion", "f")).isEqualTo("fish");
        assertThat(completed("dflock", "run", "job", "--", "--sem")).isEmpty();
    }

    @Test
    void fishKnowsEveryCommandAndFlag() {
        var fish = completion.fish();

        for (var command : CommandTable.standard().all()) {
            assertThat(fish).contains("-d '" + command.summary() + "'");
            command.flags().forEach(flag -> assertThat(fish).contains("-l " + flag.name()));
        }
    }

    private String completed(String... words) throws IOException, InterruptedException {
        var quoted = "'" + String.join("' '", words) + "'";
        var bash = new ProcessBuilder("bash", "--norc", "-c", completion.bash() + "COMP_WORDS=(" + quoted
                + "); COMP_CWORD=" + (words.length - 1) + "; _dflock; echo \"${COMPREPLY[@]}\"")
                .redirectErrorStream(true)
                .start();
        var answer = new String(bash.getInputStream().readAllBytes(), UTF_8).strip();
        assertThat(bash.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return answer;
    }
}
