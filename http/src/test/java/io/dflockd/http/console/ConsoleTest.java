package io.dflockd.http.console;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.http.route.Actor;
import io.dflockd.http.route.Answer;
import io.dflockd.http.route.Call;
import io.dflockd.http.route.Query;
import io.dflockd.http.route.RouteTable;
import io.dflockd.service.access.Login;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The console's files, and what is said with them. */
class ConsoleTest {
    private static final Path FOLDER = Path.of("src/main/resources/console");
    private static final Path LICENCES = Path.of("src/main/resources/META-INF/licenses/README.txt");
    private static final int MOST_OWN_BYTES = 76 * 1024;
    private static final int MOST_LINES = 300;

    private final Map<String, ConsoleFiles.File> files = ConsoleFiles.read();
    private final RouteTable routes = new RouteTable(new Console().routes());

    @Test
    void theFilesAreThoseOfTheFolder() throws IOException {
        try (Stream<Path> paths = Files.walk(FOLDER)) {
            assertThat(paths.filter(Files::isRegularFile).map(path -> FOLDER.relativize(path).toString()))
                    .containsExactlyInAnyOrderElementsOf(ConsoleFiles.NAMES);
        }
    }

    @Test
    void itStaysSmall() {
        int bytes = files.values()
                .stream()
                .filter(file -> !file.name().startsWith("lit/"))
                .mapToInt(file -> file.bytes().length)
                .sum();

        assertThat(bytes).isLessThanOrEqualTo(MOST_OWN_BYTES);
        assertThat(files.values()).allSatisfy(file -> assertThat(
                new String(file.bytes(), StandardCharsets.UTF_8).lines().count()).isLessThan(MOST_LINES));
    }

    @Test
    void theLibraryIsTheOneThatWasPublished() throws Exception {
        var published = Files.readAllLines(LICENCES)
                .stream()
                .filter(line -> line.matches("[0-9a-f]{64}  .*"))
                .collect(toMap(line -> "lit/" + line.substring(66), line -> line.substring(0, 64)));
        var digest = MessageDigest.getInstance("SHA-256");

        assertThat(files.values().stream().filter(file -> file.name().startsWith("lit/")))
                .hasSameSizeAs(published.entrySet())
                .allSatisfy(file -> assertThat(HexFormat.of().formatHex(digest.digest(file.bytes())))
                        .isEqualTo(published.get(file.name())));
    }

    @Test
    void noPageSaysWhereItIs() {
        assertThat(files.values()).filteredOn(file -> !file.name().startsWith("lit/")).allSatisfy(file -> {
            var text = new String(file.bytes(), StandardCharsets.UTF_8);
            assertThat(text).doesNotContain("href=\"/", "src=\"/", "from \"/", "fetch(`/", "url(");
        });
        assertThat(ask("/", "").headers()).containsEntry("Location", "console/");
        assertThat(ask("/console", "").headers()).containsEntry("Location", "console/");
    }

    @Test
    void whoHasAFileAlreadyIsNotSentItAgain() {
        var first = ask("/console/app.js", "");
        var tag = first.headers().get("ETag");

        assertThat(first.status()).isEqualTo(Answer.OK);
        assertThat(first.type()).isEqualTo("text/javascript; charset=utf-8");
        assertThat(ask("/console/app.js", tag).status()).isEqualTo(304);
        assertThat(ask("/console/app.js", "\"other\", W/" + tag).status()).isEqualTo(304);
        assertThat(ask("/console/app.js", "\"other\"").status()).isEqualTo(Answer.OK);
        assertThat(ask("/console/app.css", tag).status()).isEqualTo(Answer.OK);
    }

    @Test
    void nothingRunsButWhatIsHere() {
        assertThat(ask("/console/", "").headers().get("Content-Security-Policy"))
                .contains("default-src 'none'", "script-src 'self'", "require-trusted-types-for 'script'")
                .doesNotContain("unsafe");
    }

    private Answer ask(String path, String tag) {
        var match = routes.find("GET", path);
        return match.route()
                .handler()
                .handle(new Call(match.route(), match.parameters(), Query.parse(""),
                        name -> name.equals("If-None-Match") ? tag : "", "", new Actor(Login.OF_ANYBODY), null, "test",
                        "",
                        1, new CompletableFuture<>()))
                .toCompletableFuture()
                .join();
    }
}
