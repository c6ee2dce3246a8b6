package io.dflockd.benchmarks.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetsTest {
    /** A replica stores what it copies even if it is told to save nothing; without a folder, where it was started. */
    @ParameterizedTest
    @ValueSource(strings = {
            "redis",
            "redis-wait",
            "ours-durable",
            "ours-3",
            "zookeeper",
            "zookeeper-3",
            "etcd",
            "etcd-3"
    })
    void whatStoresHasAFolderThatIsDeleted(String name) {
        assertThat(Targets.named(name, Path.of("")).commands()).allMatch(command -> command.contains(Target.DATA));
    }
}
