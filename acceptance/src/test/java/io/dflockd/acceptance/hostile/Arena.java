package io.dflockd.acceptance.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.acceptance.ServerProcess;
import io.dflockd.testkit.Eventually;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
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
    private static final int PAIRS = 300;
    private static final int WARM = 1_500;
    /** Keys that are idle are forgotten within seconds, so little of what goes is left. */
    private static final long LITTLE = 64 << 10;
    private static final Pattern STATE = Pattern.compile("\"state_bytes\":(\\d+)");
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

    /** Leads the attack with nobody and nothing else there that would come due first. */
    void alone(Attack attack) throws Exception {
        // What earlier attacks left would be due before what this one plants.
        if (server != null) {
            server.process().destroyForcibly().waitFor();
        }
        server();
        Eventually.await("idle keys are forgotten", BACK, () -> stats().contains("\"idle_locks\":[],"));
        boolean passed = false;
        try (var target = target(server)) {
            attack.on(target);
            passed = !server.process().waitFor(1, TimeUnit.SECONDS);
            assertThat(passed).as(alive()).isTrue();
        } finally {
            if (!passed) {
                server.process().destroyForcibly().waitFor();
            }
        }
    }

    private Target target(ServerProcess of) {
        return new Target(of.socketAddress(), token, "a" + ++attacks + "/", new SplittableRandom(1), 1);
    }

    ServerProcess server() {
        if (server == null || !server.process().isAlive()) {
            var all = new ArrayList<>(FORGETFUL);
            all.addAll(options);
            server = ServerProcess.startWith(HEAP, ServerProcess.PROGRAM, all.toArray(String[]::new));
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
            throw new AssertionError(alive() + "; honest client: " + honest.end() + "; attack: " + e.getMessage(), e);
        }
        // Also while the connections end.
        honest.awaitPairs(PAIRS);
        report = honest.end();
        System.out.println(test + ": " + report);
    }

    private void check(long before) {
        assertThat(server.process().isAlive()).as(alive()).isTrue();
        assertThat(report.failure()).as("what failed for the honest client; " + alive()).isEmpty();
        assertThat(report.p99()).as("p99 of the honest client, %s", report).isLessThan(P99);
        assertThat(report.longest()).as("its longest, %s", report).isLessThan(LONGEST);
        Eventually.await("the state is as small as before, " + before, BACK,
                () -> stateBytes(server.socketAddress(), token) <= before + LITTLE);
    }

    /** For messages: whether it lives, or what it said of its end. */
    private String alive() {
        var process = server.process();
        var log = server.log();
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
