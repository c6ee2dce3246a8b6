package io.dflockd.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tables of docs/coming-from-go.md name tests and classes that there are. */
class ComingFromGoDocTest {
    private static final Path DOC = Path.of("..", "docs", "coming-from-go.md");
    private static final Pattern TEST = Pattern.compile("`(\\w+)\\.(\\w+)`");
    private static final Pattern MEMBER = Pattern.compile("`([A-Z]\\w+)\\.(\\w+)[(`]");
    private static final Pattern COMMAND = Pattern.compile("`c\\.(\\w+)\\(\\)\\.(\\w+)\\(");
    private static final Pattern TYPE = Pattern.compile("`(?:new )?([A-Z]\\w+)[`(]");
    private static final Map<String, String> VIEWS = Map.of("locks", "LockCommands", "readLocks", "LockCommands",
            "writeLocks", "LockCommands", "semaphores", "SemaphoreCommands", "counters", "CounterCommands", "values",
            "ValueCommands", "lists", "ListCommands", "signals", "SignalCommands", "barriers", "BarrierCommands");

    static Stream<String> rows() throws IOException {
        return Files.readAllLines(DOC)
                .stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| Go |"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void rowIsWholeAndNamesATestThatThereIs(String row) throws ClassNotFoundException {
        var cells = List.of(row.substring(2, row.length() - 2).split(" \\| ", -1));

        assertThat(cells).hasSize(4).noneMatch(String::isBlank);
        var test = TEST.matcher(cells.get(3));
        assertThat(test.matches()).isTrue();
        var methods = Class.forName("io.dflockd.examples." + test.group(1)).getDeclaredMethods();
        assertThat(methods).filteredOn(method -> method.isAnnotationPresent(Test.class))
                .extracting("name")
                .contains(test.group(2));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void rowNamesClassesAndMethodsThatThereAre(String row) {
        var java = row.split(" \\| ", -1)[1];

        MEMBER.matcher(java).results().forEach(found -> assertThat(membersOf(found.group(1))).contains(found.group(2)));
        TYPE.matcher(java)
                .results()
                .filter(found -> !found.group(1).equals("Duration"))
                .forEach(found -> assertThat(client(found.group(1))).isPublic());
        COMMAND.matcher(java).results().forEach(found -> {
            assertThat(membersOf("Connection")).contains(found.group(1));
            assertThat(membersOf(VIEWS.get(found.group(1)))).contains(found.group(2));
        });
    }

    private static List<String> membersOf(String type) {
        return Stream.concat(Arrays.stream(client(type).getMethods()).map(method -> method.getName()),
                Arrays.stream(client(type).getClasses()).map(Class::getSimpleName)).toList();
    }

    private static Class<?> client(String type) {
        for (var room : List.of("", "connection.", "event.", "error.")) {
            try {
                return Class.forName("io.dflockd.client." + room + type);
            } catch (ClassNotFoundException e) {
                // perhaps in the next
            }
        }
        throw new AssertionError("the client has no " + type);
    }
}
