package io.dflockd.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the three shells offer, asked of the shells themselves. A shell that is not installed is skipped, and says so. */
@Timeout(60)
class CompletionTest {
    /** Types a line and a TAB in a zsh of its own, and prints the line that came of it. */
    private static final String TYPE_IN_ZSH = """
            zmodload zsh/zpty
            zpty z zsh -f -i
            zpty -w z "PS1=; unsetopt prompt_cr prompt_sp; autoload -U compinit; compinit -u -D; source $1"
            zpty -w z 'setopt noautomenu noautolist; said() { BUFFER="print -r -- \\"<<$BUFFER>>\\""; zle accept-line }'
            zpty -w z 'zle -N said; bindkey "^I" complete-word; bindkey "^X" said; print -r -- RE""ADY'
            while ! [[ $heard = *READY* ]]; do zpty -r z more || break; heard+=$more; done
            zpty -w -n z "$2"$'\\t\\x18'
            while ! [[ $heard = *$'\\n<<'*'>>'* ]]; do zpty -r z more || break; heard+=$more; done
            print -r -- $heard
            zpty -d z
            """;

    private final Completion completion = new Completion(CommandTable.standard());

    @TempDir private Path folder;

    @Test
    void bashOffersCommandsFlagsAndFilesWhereTheyFit() throws Exception {
        assertThat(bash("ob")).containsExactly("observe");
        assertThat(bash("kv", "")).contains("get", "set", "del", "cas", "--json").doesNotContain("--ttl", "run");
        assertThat(bash("kv", "set", "--tt")).containsExactly("--ttl");
        assertThat(bash("kv", "get", "--tt")).isEmpty();
        assertThat(bash("completion", "f")).containsExactly("fish");
        assertThat(bash("--server", "host", ":", "6388", "kv", "")).contains("get").doesNotContain("run");
        assertThat(bash("--server", "=", "host", "kv", "")).contains("get").doesNotContain("run");
        assertThat(bash("run", "--timeout", "")).isEmpty();
        assertThat(bash("run", "--timeout", "5", "--on")).containsExactly("--on-loss");
        assertThat(bash("--token-file", "")).containsExactly("(files)");
        assertThat(bash("run", "key", "--", "--on")).containsExactly("(files)");
        assertThat(bash("kv", "get", "n")).isEmpty();
    }

    @Test
    void zshOffersCommandsFlagsAndFilesWhereTheyFit() throws Exception {
        assertThat(zsh("dflock ob")).isEqualTo("dflock observe ");
        assertThat(zsh("dflock kv s")).isEqualTo("dflock kv set ");
        assertThat(zsh("dflock kv set --tt")).isEqualTo("dflock kv set --ttl ");
        assertThat(zsh("dflock --server host kv g")).isEqualTo("dflock --server host kv get ");
        assertThat(zsh("dflock kv get --tt")).isEqualTo("dflock kv get --tt");
        assertThat(zsh("dflock --tls-ca " + folder + "/co")).isEqualTo("dflock --tls-ca " + folder + "/completion ");
        assertThat(zsh("dflock kv get " + folder + "/co")).isEqualTo("dflock kv get " + folder + "/co");
        assertThat(zsh("dflock run k -- " + folder + "/co")).isEqualTo("dflock run k -- " + folder + "/completion ");
    }

    @Test
    void fishOffersCommandsFlagsAndFilesWhereTheyFit() throws Exception {
        assertThat(fish("dflock ob")).containsExactly("observe");
        assertThat(fish("dflock kv ")).containsExactlyInAnyOrder("get", "set", "del", "cas");
        assertThat(fish("dflock kv set --tt")).containsExactly("--ttl");
        assertThat(fish("dflock kv get --tt")).isEmpty();
        assertThat(fish("dflock kv get set --tt")).isEmpty();
        assertThat(fish("dflock --server host kv g")).containsExactly("get");
        assertThat(fish("dflock completion ")).containsExactlyInAnyOrder("bash", "zsh", "fish");
        assertThat(fish("dflock --tls-ca " + folder + "/co")).containsExactly(folder + "/completion");
        assertThat(fish("dflock kv get " + folder + "/co")).isEmpty();
        assertThat(fish("dflock run k -- " + folder + "/co")).containsExactly(folder + "/completion");
        assertThat(fish("dflock run k -- --on")).isEmpty();
    }

    /** Words are cut as bash cuts them: at colons and equals signs, too. */
    private List<String> bash(String... words) throws IOException, InterruptedException {
        var script = completion.bash()
                + "compopt() { echo '(files)'; }; COMP_WORDS=(dflock \"$@\"); COMP_CWORD=$#; _dflock;"
                + " printf '%s\\n' \"${COMPREPLY[@]}\"";
        var line = new ArrayList<>(List.of("bash", "--norc", "-c", script, "dflock"));
        line.addAll(List.of(words));
        return said(line);
    }

    private String zsh(String typed) throws IOException, InterruptedException {
        needs("zsh");
        var file = Files.writeString(folder.resolve("completion"), completion.zsh());
        var heard = String.join("\n", said(List.of("zsh", "-f", "-c", TYPE_IN_ZSH, "zsh", file.toString(), typed)));
        assertThat(heard).as("what zsh printed").contains("\n<<").doesNotContain("unrecognized", "not found");
        int from = heard.lastIndexOf("\n<<") + "\n<<".length();
        return heard.substring(from, heard.indexOf(">>", from));
    }

    private List<String> fish(String typed) throws IOException, InterruptedException {
        needs("fish");
        var file = Files.writeString(folder.resolve("completion"), completion.fish());
        return said(
                List.of("fish", "--no-config", "-c", "source $argv[1]; complete -C $argv[2]", file.toString(), typed))
                .stream()
                .map(line -> line.split("\t", 2)[0])
                .toList();
    }

    private static List<String> said(List<String> line) throws IOException, InterruptedException {
        var shell = new ProcessBuilder(line).redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        var said = new String(shell.getInputStream().readAllBytes(), UTF_8);
        assertThat(shell.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return said.lines().map(text -> text.replace("\r", "")).filter(word -> !word.isEmpty()).toList();
    }

    private static void needs(String shell) {
        if (!Files.isExecutable(Path.of("/usr/bin", shell)) && !Files.isExecutable(Path.of("/bin", shell))) {
            System.err.println("NOT TESTED: completion in " + shell + ", which is not installed");
            abort(shell + " is not installed");
        }
    }
}
