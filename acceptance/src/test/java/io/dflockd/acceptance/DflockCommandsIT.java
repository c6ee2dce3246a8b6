package io.dflockd.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.testkit.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
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
        var both = server.address() + ";127.0.0.1:1";

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
        assertThat(dflock("completion", "bash").out()).contains("complete -F _dflock dflock");
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

    @Test
    void certificateOfTheClientIsShownToAServerThatWantsOne(@TempDir Path folder) throws Exception {
        var own = ServerCertificate.make(folder);
        try (var closed = ServerProcess.start("--tls-cert", own.chain().toString(), "--tls-key", own.key().toString(),
                "--tls-client-ca", own.chain().toString())) {
            var flags = new String[]{"kv", "set", "key", "value", "--tls-ca", own.chain().toString()};
            assertThat(DflockProcess.run(closed.address(), flags).status()).isEqualTo(69);
            var withCertificate = Stream.concat(Stream.of(flags),
                    Stream.of("--tls-cert", own.chain().toString(), "--tls-key", own.key().toString()));
            assertThat(DflockProcess.run(closed.address(), withCertificate.toArray(String[]::new)))
                    .isEqualTo(new DflockProcess.Result(0, List.of(), List.of()));
        }
    }

    @Test
    void holdersAreShownAsATableOrAsTheServerSaysIt() {
        try (var holder = start("run", "held", "--", "sh", "-c", "echo held; read line")) {
            holder.awaitOut(1);

            var table = dflock("holders", "held");
            assertThat(table.status()).isZero();
            assertThat(table.out()).contains("holders").anyMatch(line -> line.startsWith("  dflock  127.0.0.1:"));
            assertThat(dflock("holders", "held", "--json").out()).singleElement()
                    .asString()
                    .startsWith("{\"key\":\"held\",\"kind\":\"lock\"");
            holder.say("done");
        }
        assertThat(dflock("holders", "nobody's").status()).isEqualTo(1);
    }

    @Test
    void valueComesFromStandardInputAsItIsOrIsRefused() {
        assertThat(shell("printf 'ein\\xc3\\xbc wert\\n' | dflock kv set in -; dflock kv get in").out())
                .containsExactly("einü wert");
        assertThat(shell("printf '\\xff' | dflock kv set in -"))
                .isEqualTo(new DflockProcess.Result(2, List.of(),
                        List.of("dflock: the value on standard input is not valid UTF-8")));
        assertThat(shell("head -c 70000 /dev/zero | tr '\\0' x | dflock kv set in -").err()).containsExactly(
                "dflock: the value on standard input has more than 65536 bytes, which is the most that the server takes");
        prints("einü wert", "kv", "get", "in");
    }

    @Test
    void argumentThatIsNoTextIsRefusedByName() {
        assertThat(shell("dflock kv set b $'\\xff\\xfe'")).isEqualTo(new DflockProcess.Result(2, List.of(),
                List.of("dflock: argument 4 is '\\xff\\xfe'; valid is text in UTF-8")));
        fails(1, "kv", "get", "b");
        assertThat(shell("dflock kv set $'caf\\xe9' x").err())
                .containsExactly("dflock: argument 3 is 'caf\\xe9'; valid is text in UTF-8");
        assertThat(shell("dflock kv set b '\uFFFD'; dflock kv get b").out()).containsExactly("\uFFFD");
    }

    @Test
    void outputThatCannotBeWrittenIsTold() {
        for (var line : List.of("stats", "--help", "--version", "completion zsh", "counter get c", "run job --help")) {
            assertThat(shell("dflock " + line + " > /dev/full")).as(line)
                    .isEqualTo(new DflockProcess.Result(74, List.of(),
                            List.of("dflock: cannot write to standard output: No space left on device")));
        }
        assertThat(shell("set -o pipefail; dflock --help | :").status()).isIn(0, 141);
    }

    @Test
    void helpIsThereOnEveryLevel() {
        assertThat(dflock("kv", "--help").out()).contains("  kv set  store a value");
        assertThat(dflock("help", "kv").out()).isEqualTo(dflock("kv", "--help").out());
        assertThat(dflock("help", "kv", "set").out()).isEqualTo(dflock("kv", "set", "--help").out());
        assertThat(dflock("help").out()).isEqualTo(dflock("--help").out());
    }

    private static DflockProcess.Result shell(String line) {
        try (var shell = DflockProcess.startShell(server.address(), line)) {
            return shell.await();
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
