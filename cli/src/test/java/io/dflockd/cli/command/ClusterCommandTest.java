package io.dflockd.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.cli.call.Call;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterCommandTest {
    @Test
    void aStatusIsALineAndATableOfTheNodes() {
        var nodes = List.of(Call.object("name", "n1", "lag", 12), Call.object("name", "n2", "lag", 0));

        assertThat(ClusterCommand.text(Call.object("term", 7, "leader", "n2", "nodes", nodes)))
                .isEqualTo("term 7, leader n2\n\n  name  lag\n  n1     12\n  n2      0");
    }
}
