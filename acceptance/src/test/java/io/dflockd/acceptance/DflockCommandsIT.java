package io.dflockd.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.testkit.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each command of {@code dflock} at the real server: what it prints and its exit status. */
@Timeout(60)
class DflockCommandsIT {
    @AutoClose private static ServerProcess server = ServerProcess.start();

    @Test
    void valuesAreStoredReadSwappedAndRemoved() {
        prints("{\"key\":\"v\",\"value\":\"eins zwei ü\"}", "kv", "set", "v", "eins zwei ü", "--json");
        prints("eins zwei ü", "kv", "get", "v");
        prints("{\"key\":\"v\",\"swapped\":true}", "kv", "cas", "v", "eins zwei ü", "drei", "--json");
        fails(3, "kv", "cas", "v", "eins", "vier");
        prints("{\"key\":\"fresh\",\"swapped\":true}", "kv", "cas", "fresh", "", "first", "--json");
        assertThat(dflock("kv", "del", "v").status()).isZero();
        fails(1, "kv", "get", "v");
        assertThat(dflock("kv", "get", "v", "--json").out()).containsExactly("{\"key\":\"v\",\"value\":null}");
    }

    @Test
    void countersAreAddedToSetAndRead() {
        prints("5", "counter", "add", "c", "5");
        prints("-2", "counter", "add", "c", "-7");
        assertThat(dflock("counter", "set", "c", "40").status()).isZero();
        prints("{\"key\":\"c\",\"value\":40}", "counter", "get", "c", "--json");
    }

    @Test
    void listsArePushedToCountedReadAndPopped() {
        prints("3", "list", "push", "l", "a", "b", "c");
        prints("{\"key\":\"l\",\"length\":3}", "list", "len", "l", "--json");
        prints("{\"key\":\"l\",\"values\":[\"b\",\"c\"]}", "list", "range", "l", "-2", "-1", "--json");
        prints("a", "list", "pop", "l");
        prints("{\"key\":\"l\",\"value\":\"c\"}", "list", "pop", "l", "--right", "--json");
        prints("b", "list", "pop", "l");
        fails(1, "list", "pop", "l", "--wait", "0.2");
    }

    @Test
    void popThatWaitsGetsWhatIsPushedLater() {
        try (var pop = start("list", "pop", "later", "--wait", "15")) {
            Eventually.await("the connection of the one that waits", Duration.ofSeconds(15),
                    () -> dflock("stats", "--json").out().get(0).contains("\"connections\":2,"));

            prints("0", "list", "push", "later", "value");

            assertThat(pop.await().out()).containsExactly("value");
        }
    }

    @Test
    void signalsReachWhoListensAndOneMemberOfAGroup() {
        try (var listener = start("listen", "jobs.*", "--count", "1", "--json");
                var member = start("listen", "jobs.>", "--group", "g", "--count", "1")) {
            Eventually.await("two listeners", Duration.ofSeconds(15),
                    () -> dflock("stats", "--json").out().get(0).contains("\"signal_channels\":2"));

            prints("{\"channel\":\"jobs.done\",\"receivers\":2}", "signal", "jobs.done", "number 5", "--json");

            assertThat(listener.await().out()).containsExactly("{\"channel\":\"jobs.done\",\"payload\":\"number 5\"}");
            assertThat(member.await().out()).containsExactly("jobs.done\tnumber 5");
        }
    }

    @Test
    void watchersAndObserversPrintEachEventAtOnceUntilTheyAreInterrupted() {
        try (var watcher = start("watch", "w.*", "--json"); var observer = start("observe", "w.boss")) {
            Eventually.await("watcher and observer", Duration.ofSeconds(15), () -> {
                var stats = dflock("stats", "--json").out().get(0);
                return stats.contains("\"watch_channels\":1") && stats.contains("\"leader_observers\":1");
            });

            assertThat(dflock("elect", "w.boss", "--", "true").status()).isZero();

            assertThat(observer.awaitOut(1)).isEqualTo("elected\tw.boss");
            assertThat(observer.awaitOut(2)).isEqualTo("resigned\tw.boss");
            assertThat(watcher.awaitOut(1)).isEqualTo("{\"event\":\"elect\",\"key\":\"w.boss\"}");
            watcher.signal("INT");
            observer.signal("INT");
            assertThat(watcher.await().status()).isEqualTo(128 + 2);
            assertThat(observer.await().err()).isEmpty();
        }
    }

    @Test
    void barrierLetsAllGoTogetherOrSendsThemAway() {
        try (var first = start("barrier", "b", "2", "--json")) {
            assertThat(dflock("barrier", "b", "2").status()).isZero();
            assertThat(first.await().out()).containsExactly("{\"key\":\"b\",\"count\":2,\"complete\":true}");
        }
        fails(75, "barrier", "alone", "2", "--timeout", "1");
    }

    @Test
    void pingAndStatsAskEveryServerAlsoWhenOneIsAway() {
        var both = server.address() + ",127.0.0.1:1";

        var ping = dflock("--server", both, "ping", "--count", "1", "--json");
        var stats = dflock("--server", both, "stats");

        assertThat(ping.status()).isEqualTo(69);
        assertThat(ping.out()).singleElement().asString().startsWith("{\"server\":\"" + server.address() + "\",");
        assertThat(ping.err()).containsExactly("dflock: 127.0.0.1:1: cannot connect: Connection refused");
        assertThat(stats.status()).isEqualTo(69);
        assertThat(stats.out().get(0)).isEqualTo(server.address());
        assertThat(dflock("stats", "--json").out()).singleElement()
                .asString()
                .startsWith("{\"address\":\"" + server.address() + "\",\"connections\":");
    }

    @Test
    void completionIsPrintedForEachShell() {
        assertThat(dflock("completion", "bash").out()).contains("complete -o default -F _dflock dflock");
        assertThat(dflock("completion", "powershell").err())
                .containsExactly("dflock: shell is 'powershell'; valid is bash, zsh or fish");
    }

    @Test
    void mistakesAreOneLineWithAStatusOfTheirOwn() {
        fails(2, "kv", "get");
        fails(2, "run", "job", "--lease", "0", "--", "true");
        fails(2, "kv", "set", "a key with blanks", "value");
        fails(2, "--server", "nowhere:port", "ping");
        fails(126, "run", "job", "--", "/etc/passwd");
        fails(127, "run", "job", "--", "no-such-program");
        fails(69, "--server", "127.0.0.1:1", "kv", "get", "key");
    }

    @Test
    void tokenComesFromAFileAndAWrongOneHasNoAccess(@TempDir Path folder) throws Exception {
        var token = Files.writeString(folder.resolve("token"), "secret\n").toString();
        try (var closed = ServerProcess.start("--auth-token-file", token)) {
            assertThat(DflockProcess.run(closed.address(), "counter", "get", "c", "--token-file", token).out())
                    .containsExactly("0");
            assertThat(DflockProcess.run(closed.address(), "counter", "get", "c", "--token", "wrong").status())
                    .isEqualTo(77);
            assertThat(DflockProcess.run(closed.address(), "run", "job", "--", "true").status()).isEqualTo(77);
        }
    }

    private static void prints(String line, String... arguments) {
        assertThat(dflock(arguments)).isEqualTo(new DflockProcess.Result(0, List.of(line), List.of()));
    }

    /** Says why on one line, apart from the usage that may follow, unless the status says it all. */
    private static void fails(int status, String... arguments) {
        var result = dflock(arguments);

        assertThat(result.status()).as(String.join(" ", arguments)).isEqualTo(status);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).allMatch(line -> line.startsWith("dflock: ") || line.startsWith("usage: "));
        assertThat(result.err().isEmpty()).isEqualTo(status < 2 || status == 3);
    }

    private static DflockProcess start(String... arguments) {
        return DflockProcess.start(server.address(), arguments);
    }

    private static DflockProcess.Result dflock(String... arguments) {
        return DflockProcess.run(server.address(), arguments);
    }
}
