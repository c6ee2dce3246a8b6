package io.dflockd.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.testkit.WireClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The engine's scenarios, with a server whose clock is moved to each {@code at}: what they say of leases and waits comes over
 * the wire at the very moment, and nothing else does. The {@code README.md} beside them says how they are written.
 */
@EnabledForJreRange(min = JRE.JAVA_21)
@DflockdTest(clock = DflockdTest.Clock.MANUAL)
class ScenarioClockTest {
    private static final Path SCENARIOS = Path.of("engine", "src", "test", "resources", "scenarios");
    private static final Set<String> RENEWALS_AND_RELEASES = Set.of("n", "sn", "rn", "wn", "r", "sr", "rr", "wr");
    private static final Set<String> OTHERS = Set.of("l", "sl", "rl", "wl", "elect", "e", "se", "re", "we", "w", "sw",
            "rw", "ww", "tick", "ends");
    private static final String ARROW = "->";
    private static final String NOTHING = "nothing yet";

    @Dflockd DflockdServers server;

    /** {@code who} is empty for the clock alone. */
    record Step(int line, Duration at, String who, List<String> words, List<String> effects) {
        String verb() {
            return words.get(0);
        }
    }

    record Scenario(String name, List<Step> steps) {
        @Override
        public String toString() {
            return name;
        }

        /**
         * Whether it is about leases and waits of connections alone. A release or renewal that is the first to find a lease over
         * is none: the clock tells the server before.
         */
        boolean isOfTheClock() {
            return !name.contains("[") && steps.stream().allMatch(Scenario::isOfTheClock) && isForward();
        }

        private static boolean isOfTheClock(Step step) {
            return RENEWALS_AND_RELEASES.contains(step.verb())
                    ? !step.effects.contains("error_lease_expired")
                    : OTHERS.contains(step.verb()) && (!step.verb().equals("ends") || endsWithAnEffect(step));
        }

        /** Else nobody knows when the server has seen the end. */
        private static boolean endsWithAnEffect(Step step) {
            return step.words.size() == 1 && !step.effects.isEmpty();
        }

        private boolean isForward() {
            for (int i = 1; i < steps.size(); i++) {
                if (steps.get(i).at.compareTo(steps.get(i - 1).at) < 0) {
                    return false;
                }
            }
            return true;
        }
    }

    static List<Scenario> scenarios() throws IOException {
        try (Stream<Path> files = Files.list(folder())) {
            return files.filter(file -> file.toString().endsWith(".txt"))
                    .sorted()
                    .flatMap(file -> parse(file).stream())
                    .filter(Scenario::isOfTheClock)
                    .toList();
        }
    }

    /** These tests are compiled in two folders. */
    private static Path folder() {
        for (var folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.isDirectory(folder.resolve(SCENARIOS))) {
                return folder.resolve(SCENARIOS);
            }
        }
        throw new AssertionError("no " + SCENARIOS + " here or above");
    }

    private static List<Scenario> parse(Path file) {
        var scenarios = new ArrayList<Scenario>();
        var steps = new ArrayList<Step>();
        var at = Duration.ZERO;
        int number = 0;
        for (var line : lines(file)) {
            number++;
            var text = line.strip();
            if (text.startsWith("scenario ")) {
                steps = new ArrayList<>();
                at = Duration.ZERO;
                scenarios.add(new Scenario(text.substring("scenario ".length()), steps));
            } else if (text.startsWith(ARROW)) {
                steps.get(steps.size() - 1).effects.add(text.substring(ARROW.length()).strip());
            } else if (!text.isEmpty() && !text.startsWith("#")) {
                var step = parse(number, text, at);
                at = step.at;
                steps.add(step);
            }
        }
        return scenarios;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Step parse(int line, String text, Duration before) {
        int arrow = text.indexOf(ARROW);
        var words = new ArrayList<>(List.of(text.substring(0, arrow).strip().split(" +", -1)));
        var at = before;
        if (words.get(0).equals("at")) {
            words.remove(0);
            var seconds = words.remove(0).replaceFirst("s$", "");
            at = Duration.ofMillis(Math.round(Double.parseDouble(seconds) * 1_000));
        }
        var who = words.size() == 1 ? "" : words.remove(0);
        var effects = new ArrayList<String>();
        var effect = text.substring(arrow + ARROW.length()).strip();
        if (!effect.equals(NOTHING)) {
            effects.add(effect);
        }
        return new Step(line, at, who, List.copyOf(words), effects);
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void goesOverTheWireAsItIsTold(Scenario scenario) throws Exception {
        try (var stage = new Stage(scenario)) {
            for (var step : scenario.steps()) {
                stage.play(step);
            }
        }
    }

    @Test
    void mostOfWhatIsToldOfLocksIsPlayed() throws IOException {
        var played = scenarios();
        assertThat(played).hasSizeGreaterThanOrEqualTo(35);
        assertThat(played).extracting(Scenario::name)
                .contains("a waiter is granted the lock when the lease of its holder ends",
                        "a wait that times out leaves the queue",
                        "the lease of a queued request starts at the grant in the background",
                        "each reader has its own lease");
        var ticks = played.stream().flatMap(one -> one.steps().stream()).filter(step -> step.verb().equals("tick"));
        assertThat(ticks.count()).isGreaterThanOrEqualTo(12);
    }

    /** The connections of one scenario, and what its tokens and fences are called here. */
    private final class Stage implements AutoCloseable {
        private final Scenario scenario;
        private final Duration begun = server.clock().elapsed();
        private final String prefix = server.uniqueKey("scenario") + "/";
        private final Map<String, WireClient> connections = new LinkedHashMap<>();
        private final Map<String, String> tokens = new HashMap<>();
        private long fencesBefore = -1;
        private int requests;

        Stage(Scenario scenario) {
            this.scenario = scenario;
        }

        void play(Step step) throws InterruptedException {
            server.clock().advance(step.at.minus(server.clock().elapsed().minus(begun)));
            int request = ++requests;
            if (step.verb().equals("ends")) {
                connections.remove(step.who).close();
            } else if (!step.verb().equals("tick")) {
                var words = step.words;
                connection(step.who).send("@" + request + " " + words.get(0), prefix + words.get(1), argument(words));
            }
            for (var effect : step.effects) {
                var parts = effect.split(": ", 2);
                var expected = parts[parts.length - 1];
                var line = connection(parts.length == 2 ? parts[0] : step.who).line(WireClient.PATIENCE);
                assertThat(line).as("line %d of %s", step.line, scenario).isNotNull().matches("@\\d+ .+");
                assertThat(asTold(line.replaceFirst("@\\d+ ", ""), expected)).as("line %d of %s", step.line, scenario)
                        .isEqualTo(expected);
            }
            for (var connection : connections.entrySet()) {
                var sign = "@" + ++requests;
                assertThat(connection.getValue().ask(sign + " ping", "_", ""))
                        .as("line %d of %s: nothing else comes to %s", step.line, scenario, connection.getKey())
                        .isEqualTo(sign + " ok");
            }
        }

        private WireClient connection(String name) {
            return connections.computeIfAbsent(name, unused -> {
                var address = server.address().split(":", 2);
                return WireClient.connect(new InetSocketAddress(address[0], Integer.parseInt(address[1])));
            });
        }

        private String argument(List<String> words) {
            var rest = new ArrayList<String>();
            for (int i = 2; i < words.size(); i++) {
                var word = words.get(i);
                if (i == placeOfLease(words.get(0))) {
                    rest.add(asked(word));
                } else {
                    boolean isWait = words.get(0).endsWith("w"); // in milliseconds, or the answer is cut to seconds
                    rest.add(isWait ? word + "000ms" : tokens.getOrDefault(word, word));
                }
            }
            return String.join(" ", rest);
        }

        private static int placeOfLease(String verb) {
            return switch (verb) {
                case "e", "re", "we" -> 2;
                case "sl" -> 4;
                case "l", "rl", "wl", "elect", "se", "n", "sn", "rn", "wn" -> 3;
                default -> -1;
            };
        }

        /** A server lets each lease last a millisecond longer than it says, so as not to end it early by what its clock cuts. */
        private static String asked(String seconds) {
            return Long.parseLong(seconds) * 1_000 - 1 + "ms";
        }

        private static String told(String lease) {
            return lease.endsWith("ms") ? Long.toString((Long.parseLong(lease.replace("ms", "")) + 1) / 1_000) : lease;
        }

        /** The answer with the names of the scenario for token and fence, which the first grant gives. */
        private String asTold(String answer, String expected) {
            var words = answer.split(" ", -1);
            var names = expected.split(" ", -1);
            int last = words.length - 1;
            if (last < 2 || names.length != words.length) {
                return answer;
            }
            long fence = Long.parseLong(words[last]);
            if (fencesBefore < 0) {
                fencesBefore = fence - Long.parseLong(names[last]);
            }
            words[last] = Long.toString(fence - fencesBefore);
            words[last - 1] = told(words[last - 1]);
            if (last == 3 && tokens.computeIfAbsent(names[1], name -> words[1]).equals(words[1])) {
                words[1] = names[1];
            }
            return String.join(" ", words);
        }

        @Override
        public void close() {
            connections.values().forEach(WireClient::close);
        }
    }
}
