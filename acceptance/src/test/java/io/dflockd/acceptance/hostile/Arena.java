package io.dflockd.acceptance.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.acceptance.ServerProcess;
import io.dflockd.testkit.Eventually;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real server with a heap of 256 MB in which attacks are led beside an honest client. One process serves all tests of a
 * class; a test that fails takes its server with it.
 */
final class Arena implements BeforeEachCallback, AfterAllCallback {
    static final String HEAP = "-Xmx256m";
    /** What an honest client's slowest hundredth may take of the server's doing. */
    static final Duration P99 = Duration.ofMillis(50);
    /** No single pair may take so long, a collection of the whole heap on a busy machine included. */
    private static final Duration LONGEST = Duration.ofSeconds(2);
    private static final Duration BACK = Duration.ofSeconds(15);
    /** Listing a hundred thousand keys over and over is an attack, too. */
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final int PAIRS = 300;
    private static final int WARM = 800;
    /**
     * A server of a few seconds would compile what it does and touch its memory for the first time just when it is attacked,
     * which takes half of its processor time and most of a collection. One that has run for a day does neither.
     */
    private static final String SEASONED = " -XX:TieredStopAtLevel=1 -XX:+AlwaysPreTouch";
    private static final String SMALL_HEAP = "-Xmx64m";
    /** Keys that are idle are forgotten within seconds, so little of what goes is left. */
    private static final long LITTLE = 64 << 10;
    private static final Pattern STATE = Pattern.compile("\"state_bytes\":(\\d+)");
    private static final Pattern OPERATORS = Pattern.compile("answering operators address=\"[^\"]*:(\\d+)\"");
    private static final Pattern TROUBLE = Pattern.compile(" ERROR |Error|Exception");
    private static final List<String> FORGETFUL = List.of("--gc-interval", "1", "--gc-max-idle", "1");

    private final String token;
    private final List<String> options;
    private ServerProcess server;
    private String test = "";
    private int attacks;
    private HonestProcess honest;
    private Report report;

    private Arena(String token, List<String> options) {
        this.token = token;
        this.options = options;
    }

    static Arena with(String... options) {
        return new Arena("", List.of(options));
    }

    /** Whose server wants this token. */
    static Arena guardedBy(String token, String... options) {
        var all = new ArrayList<>(List.of("--auth-token", token));
        all.addAll(List.of(options));
        return new Arena(token, all);
    }

    /** Leads the attack and checks that the server lives, the honest client noticed nothing and what was taken comes back. */
    void withstands(Attack attack) throws Exception {
        boolean passed = false;
        try {
            long before = stateBytes(server().socketAddress(), token);
            fight(attack);
            check(before);
            passed = true;
        } finally {
            if (!passed && server != null) {
                server.process().destroyForcibly().waitFor();
            }
        }
    }

    /**
     * Leads the attack on a server of its own, in which nothing else would come due first and of whose heap a quarter is
     * enough for everything it does.
     */
    void alone(Attack attack) throws Exception {
        try (var small = start(SMALL_HEAP); var target = target(small)) {
            long before = stateBytes(small.socketAddress(), token);
            boolean passed = false;
            try {
                attack.on(target);
                awaitBack(small, before);
                passed = true;
            } finally {
                // One that is about to die is not alive.
                boolean ended = !passed && small.process().waitFor(1, TimeUnit.SECONDS);
                assertThat(ended).as(alive(small)).isFalse();
            }
        }
    }

    private Target target(ServerProcess of) {
        return new Target(of.socketAddress(), token, "a" + ++attacks + "/", new SplittableRandom(1), 1);
    }

    /** Where operators ask the server, which must have been told to answer them. */
    InetSocketAddress operators() {
        int port = server().log()
                .stream()
                .map(OPERATORS::matcher)
                .filter(Matcher::find)
                .mapToInt(found -> Integer.parseInt(found.group(1)))
                .findFirst()
                .orElseThrow();
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    ServerProcess server() {
        if (server == null || !server.process().isAlive()) {
            server = start(HEAP);
            if (honest == null) {
                honest = new HonestProcess();
            }
            // A new process compiles first.
            honest.begin(server.socketAddress(), server.process(), token);
            honest.awaitPairs(WARM);
            honest.end();
        }
        return server;
    }

    private ServerProcess start(String heap) {
        var all = new ArrayList<>(FORGETFUL);
        all.addAll(options);
        return ServerProcess.startWith(heap + SEASONED, ServerProcess.PROGRAM, all.toArray(String[]::new));
    }

    /** What the honest client of the last attack saw. */
    Report report() {
        return report;
    }

    private void fight(Attack attack) throws Exception {
        honest.begin(server.socketAddress(), server.process(), token);
        try (var target = target(server)) {
            attack.on(target);
            honest.awaitPairs(PAIRS);
        } catch (Exception | AssertionError e) {
            // One that is about to die is not alive.
            server.process().waitFor(2, TimeUnit.SECONDS);
            throw new AssertionError(alive(server) + "; honest client: " + honest.end() + "; attack: " + e.getMessage(),
                    e);
        }
        // Also while the connections end.
        honest.awaitPairs(PAIRS);
        report = honest.end();
        System.out.println(test + ": " + report);
    }

    private void check(long before) {
        assertThat(server.process().isAlive()).as(alive(server)).isTrue();
        assertThat(report.failure()).as("what failed for the honest client; " + alive(server)).isEmpty();
        assertThat(report.p99()).as("p99 of the honest client, %s", report).isLessThan(P99);
        assertThat(report.longest()).as("its longest, %s", report).isLessThan(LONGEST);
        awaitBack(server, before);
    }

    private void awaitBack(ServerProcess of, long before) {
        Eventually.await("the state is as small as before, " + before, BACK, LOOK,
                () -> stateBytes(of.socketAddress(), token) <= before + LITTLE);
    }

    /** For messages: whether it lives, or what it said of its end. */
    private static String alive(ServerProcess of) {
        var process = of.process();
        var log = of.log();
        var why = log.stream().filter(line -> TROUBLE.matcher(line).find()).limit(3).toList();
        return (process.isAlive() ? "the server lives" : "the server ended with status " + process.exitValue()) + " "
                + why;
    }

    String stats() {
        return stats(server.socketAddress(), token);
    }

    private static String stats(InetSocketAddress server, String token) {
        try (var target = new Target(server, token, "", new SplittableRandom(1), 1)) {
            return target.peer().ask("stats", "_", "");
        }
    }

    /** The size of the state as the server itself sees it. */
    static long stateBytes(InetSocketAddress server, String token) {
        var stats = stats(server, token);
        var match = STATE.matcher(stats);
        if (!match.find()) {
            throw new AssertionError("no state_bytes in " + stats);
        }
        return Long.parseLong(match.group(1));
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        test = context.getRequiredTestMethod().getName();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (server != null) {
            server.process().destroyForcibly();
        }
        if (honest != null) {
            honest.close();
        }
    }
}
