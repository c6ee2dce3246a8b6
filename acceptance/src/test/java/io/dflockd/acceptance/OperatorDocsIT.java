package io.dflockd.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.dflockd.testkit.Eventually;
import io.dflockd.testkit.FreePorts;
import io.dflockd.testkit.WireClient;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each command that stands in a block of the pages for operators is run as it stands, against real servers, and prints what the page
 * says; but for addresses, paths and numbers, which are other ones here.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperatorDocsIT {
    /** By what they begin with: commands that are not run here, and why. */
    private static final String OUT = "out";
    private static final Map<String, String> NOT_RUN = Map.of(
            "curl -si http://127.0.0.1:6389/api/v1/locks/jobs%2Fnightly | grep -i dflockd-node",
            "takes a cluster; PassedRequestsTest has what it shows");

    private static final Path PROGRAMS = ServerProcess.PROGRAM.toAbsolutePath().normalize().getParent();
    private static final Pattern YAML = Pattern.compile("(?ms)^```yaml\\n(.*?)^```$");
    private static final Pattern OPERATORS = Pattern.compile("answering operators address=\"[^\"]*:(\\d+)\"");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String ADMIN = "open-sesame-and-let-me-in";
    private static final String SHOWN_FENCE = "1795699430165157";

    private Path folder;
    private ServerProcess server;
    private int adminPort;
    private final int tlsPort = FreePorts.one();
    private String serverId = "";
    private final List<WireClient> clients = new ArrayList<>();
    private final List<Process> started = new ArrayList<>();
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    /** By what commands begin with. A command of a page that begins otherwise fails the test. */
    private final Map<String, Way> ways = new LinkedHashMap<>();

    /** How a command is run, and what is there before. */
    private interface Way {
        void run(PageCommand command) throws Exception;
    }

    private record Ended(int status, List<String> out, String err) {}

    @BeforeAll
    void start(@TempDir Path made) throws Exception {
        folder = made;
        Files.writeString(folder.resolve("admin.token"), ADMIN);
        Files.writeString(folder.resolve("admin-token"), ADMIN);
        server = ServerProcess.start("--admin-port", "0", "--admin-token-file",
                folder.resolve("admin.token").toString());
        adminPort = server.log()
                .stream()
                .map(OPERATORS::matcher)
                .filter(found -> found.find())
                .mapToInt(found -> Integer.parseInt(found.group(1)))
                .findFirst()
                .orElseThrow();
    }

    @BeforeEach
    void forgetWays() {
        ways.clear();
    }

    @AfterAll
    void stop() {
        clients.forEach(WireClient::close);
        started.forEach(Process::destroy);
        if (server != null) {
            server.close();
        }
    }

    @Test
    void operationsRunsAsItSays() throws Exception {
        ways.put("dflockd --admin-host", command -> {
            certificates();
            serve(command.line());
        });
        ways.put("dflock admin status", this::run);
        ways.put("curl --cacert", this::run);
        ways.put("curl ", this::run);
        ways.put("dflock admin locks", command -> {
            work();
            run(command);
        });
        ways.put("dflock admin lock ", this::run);
        ways.put("dflock admin release", this::run);
        ways.put("dflock admin drain", this::drain);
        ways.put("dflock admin reload", this::run);
        ways.put("dflock admin log-level", this::run);
        ways.put("dflock admin snapshot", this::run);
        ways.put("curl -sN", this::follow);
        runAll("operations.md");
    }

    @Test
    void securityRunsAsItSays() throws Exception {
        var page = page("security.md");
        var files = YAML.matcher(page).results().map(found -> found.group(1)).toList();
        assertThat(files).as("files of identities").hasSize(2);
        ways.put("dflock token new", this::run);
        ways.put("kill -HUP", command -> {
            var file = Files.writeString(folder.resolve("identities"), files.get(0));
            try (var named = ServerProcess.start("--identities", file.toString())) {
                serverId = Long.toString(named.process().pid());
                Files.writeString(file, files.get(1));
                run(command);
                Eventually.await("the second file of the page is read", PATIENCE, () -> named.log()
                        .stream()
                        .anyMatch(line -> line.contains("identities read again added=\"[]\" removed=\"[on-call]\""
                                + " changed=\"[orders-service]\"")));
            }
        });
        runAll("security.md");
    }

    @Test
    void upgradingRunsAsItSays() throws Exception {
        var unpacked = Files.createSymbolicLink(folder.resolve("dflockd-0.2.0"), PROGRAMS.getParent());
        Files.writeString(folder.resolve("dflockd.yaml"), "max-locks: 1000\n");
        ways.put("dflockd-0.2.0/bin/dflockd --config", command -> serve(command.line()));
        ways.put("dflock admin drain", this::drain);
        runAll("upgrading.md");
        Files.delete(unpacked);
    }

    private static String page(String name) throws IOException {
        return Files.readString(Path.of("..", "docs", name));
    }

    private void runAll(String name) throws Exception {
        var used = new ArrayList<String>();
        for (var command : PageCommand.in(page(name))) {
            if (NOT_RUN.keySet().stream().anyMatch(command.line()::startsWith)) {
                continue;
            }
            var way = way(name, command);
            used.add(way);
            if (isThere(command.line().split(" ", 2)[0])) {
                ways.get(way).run(command);
            }
        }
        assertThat(used).as("of %s", name).containsAll(ways.keySet());
    }

    /** The longest beginning that fits. */
    private String way(String page, PageCommand command) {
        return ways.keySet()
                .stream()
                .filter(command.line()::startsWith)
                .max((one, other) -> one.length() - other.length())
                .orElseGet(
                        () -> fail("%s: \"%s\" is neither run nor among those that cannot be", page, command.line()));
    }

    @Test
    void aCommandThatIsNewFails() {
        ways.put("dflock admin lock ", this::run);
        ways.put("dflock admin locks", this::run);

        assertThat(way("page.md", new PageCommand("dflock admin locks --sort wait", List.of())))
                .isEqualTo("dflock admin locks");
        assertThatThrownBy(() -> way("page.md", new PageCommand("systemctl restart dflockd", List.of())))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("page.md: \"systemctl restart dflockd\" is neither run");
    }

    /** Ours are; of others not each machine has all. */
    private static boolean isThere(String program) {
        return !program.equals("curl") || Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    @Test
    void whatIsNotRunIsThere() throws IOException {
        var all = new ArrayList<PageCommand>();
        for (var name : List.of("operations.md", "security.md", "upgrading.md")) {
            all.addAll(PageCommand.in(page(name)));
        }
        assertThat(NOT_RUN.keySet()).allSatisfy(
                line -> assertThat(all).anyMatch(command -> command.line().startsWith(line)));
    }

    private ProcessBuilder shell(String line) {
        var builder = new ProcessBuilder("bash", "-o", "pipefail", "-c", line
                .replace(SHOWN_FENCE, fence())
                .replace("/etc/dflockd/", folder + "/")
                .replace("127.0.0.1:6389", "127.0.0.1:" + adminPort)
                .replace("localhost:6389", "localhost:" + adminPort)
                .replace("10.0.0.1:6389", "127.0.0.1:" + tlsPort)
                .replace("10.0.0.1", "127.0.0.1")).directory(folder.toFile());
        builder.environment().merge("PATH", PROGRAMS + File.pathSeparator, (path, ours) -> ours + path);
        builder.environment().put("DFLOCK_ADMIN", "http://127.0.0.1:" + adminPort);
        builder.environment().put("DFLOCKD_PID", serverId);
        return builder;
    }

    /** That of the first hold of the key in the pages; none where nobody holds it. */
    private String fence() {
        try (var client = WireClient.connect(server.socketAddress())) {
            var found = Pattern.compile("\"fence\":(\\d+)").matcher(client.ask("holders", "jobs/nightly", ""));
            return found.find() ? found.group(1) : "1";
        }
    }

    private Ended end(String line) throws IOException, InterruptedException {
        var err = folder.resolve("err");
        var out = folder.resolve(OUT);
        var process = shell(line).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        started.add(process);
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(line).isTrue();
        return new Ended(process.exitValue(), Files.readAllLines(out), Files.readString(err));
    }

    private void run(PageCommand command) throws Exception {
        var ended = end(command.line());
        assertThat(ended.status).as("%s%n%s", command.line(), ended).isZero();
        requirePrinted(command, ended.out);
    }

    private static void requirePrinted(PageCommand command, List<String> printed) {
        if (!command.shown().isEmpty()) {
            assertThat(PageCommand.alike(printed)).as(command.line()).isEqualTo(PageCommand.alike(command.shown()));
        }
    }

    /** Runs a server until it listens, and ends it with this test. */
    private void serve(String line) throws IOException {
        var log = folder.resolve("log");
        var builder = shell("exec " + line).redirectError(log.toFile()).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("DFLOCKD_PORT", "0");
        builder.environment().put("DFLOCKD_ADMIN_PORT", Integer.toString(tlsPort));
        var process = builder.start();
        started.add(process);
        Eventually.await("it listens: " + line, PATIENCE, () -> {
            assertThat(process.isAlive()).as(text(log)).isTrue();
            return text(log).contains("listening address");
        });
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is shown first is there when a command goes on for ever. */
    private void follow(PageCommand command) throws Exception {
        var out = folder.resolve("stream");
        var process = shell("exec " + command.line()).redirectOutput(out.toFile()).start();
        started.add(process);
        Eventually.await("somebody reads", PATIENCE, () -> text(out).contains("retry"));
        client("worker-9").ask("l", "jobs/other", "0 60");
        Eventually.await("an event", PATIENCE, () -> text(out).contains("\"granted\""));
        process.destroy();
        requirePrinted(new PageCommand(command.line(),
                command.shown().stream().map(line -> line.replace("jobs/nightly", "jobs/other")).toList()),
                text(out).lines().limit(command.shown().size()).toList());
    }

    private WireClient client(String name) {
        var client = WireClient.connect(server.socketAddress());
        clients.add(client);
        assertThat(client.ask("hello", "_", name)).startsWith("ok ");
        return client;
    }

    /** One holds what two others wait for. */
    private void work() {
        assertThat(client("worker-7").ask("l", "jobs/nightly", "0 300")).startsWith("ok ");
        for (var name : List.of("worker-2", "worker-3")) {
            client(name).send("l", "jobs/nightly", "300 300");
            Eventually.await("it waits", PATIENCE, () -> {
                try (var other = WireClient.connect(server.socketAddress())) {
                    return other.ask("holders", "jobs/nightly", "").contains("\"client\":\"" + name);
                }
            });
        }
    }

    /** Whoever holds something goes on and comes to its end, then it takes all again. */
    private void drain(PageCommand command) throws Exception {
        clients.forEach(WireClient::close);
        clients.clear();
        var holder = client("worker-1");
        var token = holder.askToken("l", "jobs/last", "0 300");
        Files.deleteIfExists(folder.resolve(OUT));
        var ending = new Thread(() -> {
            // Before, it may not have counted yet what there is.
            Eventually.await("it says what there is", PATIENCE, () -> printed().startsWith("drained: 1 holds"));
            assertThat(ask("GET", "/readyz", "").statusCode()).isEqualTo(503);
            holder.ask("r", "jobs/last", token);
        });
        ending.start();

        run(command);

        ending.join();
        assertThat(ask("DELETE", "/api/v1/drain", "{}").statusCode()).isEqualTo(200);
    }

    /** What the command has printed so far. */
    private String printed() {
        try {
            var out = folder.resolve(OUT);
            return Files.exists(out) ? Files.readString(out) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpResponse<String> ask(String method, String path, String body) {
        try {
            return http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + path))
                    .timeout(PATIENCE)
                    .header("Authorization", "Bearer " + ADMIN)
                    .header("Content-Type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(body))
                    .build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the page names, from an authority of its own. */
    private void certificates() throws Exception {
        var made = end(
                """
                        set -e
                        new='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
                        openssl req -x509 $new -days 2 -subj /CN=authority -keyout ca.key -out ca.pem
                        cp ca.pem operators-ca.pem
                        openssl req $new -subj /CN=admin -addext subjectAltName=IP:127.0.0.1 -keyout admin.key -out admin.csr
                        openssl req $new -subj /CN=me -keyout me.key -out me.csr
                        for name in admin me; do
                            openssl x509 -req -copy_extensions copy -in $name.csr -CA ca.pem -CAkey ca.key -days 2 -out $name.pem
                        done
                        """);
        assumeThat(made.status).as("openssl 3 is there: %s", made.err).isZero();
        Files.writeString(folder.resolve("identities.yaml"), """
                identities:
                  - name: me
                    certificates: ["CN=me"]
                    rules: [{allow: [observe], keys: ["*"]}]
                """);
    }
}
