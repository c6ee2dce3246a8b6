package io.dflockd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** Plays every scenario twice: with one engine, and with one that is restored from its snapshot before each step. */
class ScenarioTest {
    @TestFactory
    Stream<DynamicNode> everyScenarioGoesAsItIsWritten() throws IOException {
        try (var files = Files.list(Path.of("src/test/resources/scenarios"))) {
            return files.filter(file -> file.toString().endsWith(".txt"))
                    .sorted()
                    .map(ScenarioTest::container)
                    .toList()
                    .stream();
        }
    }

    private static DynamicNode container(Path file) {
        var tests = new ArrayList<DynamicNode>();
        try {
            for (var scenario : Scenario.parseAll(Files.readAllLines(file))) {
                tests.add(dynamicTest(scenario.name(), () -> play(scenario, file, false)));
                tests.add(
                        dynamicTest(scenario.name() + ", restored before each step", () -> play(scenario, file, true)));
            }
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + file, e);
        }
        return dynamicContainer(file.getFileName().toString(), file.toUri(), tests.stream());
    }

    private static void play(Scenario scenario, Path file, boolean restored) throws IOException {
        var player = new ScenarioPlayer(scenario, restored);
        for (var step : scenario.steps()) {
            assertThat(player.play(step))
                    .as("%s, line %d: %s", file.getFileName(), step.line(), String.join(" ", step.words()))
                    .isEqualTo(step.effects());
        }
    }
}
