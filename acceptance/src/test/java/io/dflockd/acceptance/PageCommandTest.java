package io.dflockd.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PageCommandTest {
    @Test
    void allBlocksOfAPageAreFoundWithWhatTheyPrint() {
        var commands = PageCommand.in("""
                ```sh
                systemctl restart dflockd
                ```
                text
                  ```console
                  $ dflock ping \\
                      --server x
                  pong
                  ```
                """);
        assertThat(commands.stream().map(PageCommand::line).collect(Collectors.joining("|")))
                .isEqualTo("systemctl restart dflockd|dflock ping --server x");
        assertThat(commands.get(1).shown()).containsExactly("pong");
    }

    @Test
    void numbersAndTokensMayBeOthersAndNothingElse() {
        assertThat(PageCommand.alike(List.of("1 holds,  2.5 s", "token dfl_abc")))
                .isEqualTo(PageCommand.alike(List.of("17 holds, 3 s", "token dfl_xyz")))
                .isNotEqualTo(PageCommand.alike(List.of("17 waiters, 3 s", "token dfl_xyz")));
    }
}
