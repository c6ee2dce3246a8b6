package io.dflockd.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntegrationRulesTest {
    private static final Path ROOT = Path.of("..", "..");
    private static final Pattern BLOCK = Pattern.compile("```(java|kotlin|xml|properties)\n(.*?)```", Pattern.DOTALL);

    private static final Pattern HOME = Pattern.compile("<home.url>.*</home.url>");
    private static final Pattern OURS = Pattern.compile(
            "<groupId>(?:io\\.dflockd|shop)</groupId>\\s*<artifactId>[^<]+</artifactId>\\s*<version>([^<]+)<"
                    + "|<dflockd\\.version>([^<]+)<");
    /** What no program may use. */
    private static final List<String> INTERNALS = List.of("io.dflockd.client.internal..", "io.dflockd.protocol..",
            "io.dflockd.engine..", "io.dflockd.service..", "io.dflockd.replication..", "io.dflockd.transport..",
            "io.dflockd.http..", "io.dflockd.server..", "io.dflockd.testkit..");

    private final JavaClasses all = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.dflockd.junit", "io.dflockd.kotlin", "io.dflockd.liquibase", "io.dflockd.micrometer",
                    "io.dflockd.opentelemetry", "io.dflockd.shedlock", "io.dflockd.spring");

    @Test
    void theyUseWhatEveryProgramCanUse() {
        assertThat(all.size()).isGreaterThan(20);
        for (var internals : INTERNALS) {
            reachesNot(internals).check(all);
        }
    }

    private static ArchRule reachesNot(String internals) {
        return noClasses().should().dependOnClassesThat().resideInAPackage(internals);
    }

    /** By those who do: the client, the server, and the tests of {@code dflockd-junit} that speak lines. */
    @Test
    void whoUsesWhatIsOnlyOursIsSeen() {
        var insiders = new ClassFileImporter().importPackages("io.dflockd.client", "io.dflockd.server");
        var tests = new ClassFileImporter()
                .importPath(ROOT.resolve("integrations/junit/target/test-classes"));
        for (var internals : INTERNALS) {
            var users = internals.equals("io.dflockd.testkit..") ? tests : insiders;
            assertThat(reachesNot(internals).evaluate(users).hasViolation()).as(internals).isTrue();
        }
    }

    @Test
    void noneBringsTheFrameworkOfAnother() {
        classes().that()
                .resideInAPackage("io.dflockd.micrometer..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "io.dflockd.client..", "io.dflockd.micrometer..", "io.micrometer..",
                        "org.jspecify..")
                .check(all);
        classes().that()
                .resideInAPackage("io.dflockd.liquibase..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "javax.net.ssl..", "io.dflockd.client..", "io.dflockd.liquibase..",
                        "liquibase..", "org.jspecify..")
                .check(all);
        classes().that()
                .resideInAPackage("io.dflockd.junit")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "io.dflockd.client..", "io.dflockd.junit..", "io.dflockd.test",
                        "io.avaje.json..",
                        "org.junit.jupiter.api..", "org.junit.platform.commons.support..", "org.jspecify..")
                .check(all);
        classes().that()
                .resideInAPackage("io.dflockd.kotlin..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "io.dflockd.client", "io.dflockd.client.error", "io.dflockd.kotlin",
                        "kotlin..", "kotlinx.coroutines..", "org.jetbrains.annotations", "org.slf4j")
                .check(all);
        classes().that()
                .resideInAPackage("io.dflockd.opentelemetry..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "io.dflockd.client..", "io.dflockd.opentelemetry..",
                        "io.opentelemetry.api..", "io.opentelemetry.context..", "org.jspecify..")
                .check(all);
        classes().that()
                .resideInAPackage("io.dflockd.shedlock..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "io.dflockd.client..", "io.dflockd.shedlock..", "net.javacrumbs..",
                        "org.jspecify..")
                .check(all);
        noClasses().that()
                .resideInAPackage("io.dflockd.spring")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework.boot..", "io.micrometer..")
                .check(all);
        noClasses().that()
                .resideInAPackage("io.dflockd.spring.integration..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework.boot..", "io.dflockd.spring", "io.dflockd.spring.boot..")
                .check(all);
    }

    @Test
    void theBomHasAllThatUsersDependOn() throws IOException {
        var bom = Files.readString(ROOT.resolve("bom/pom.xml"));
        var folders = new ArrayList<>(
                List.of(ROOT.resolve("client"), ROOT.resolve("protocol"), ROOT.resolve("server")));
        try (Stream<Path> own = Files.list(ROOT.resolve("integrations"))) {
            own.forEach(folders::add);
        }
        for (var pom : folders.stream().map(folder -> folder.resolve("pom.xml")).filter(Files::exists).toList()) {
            var text = Files.readString(pom).replaceAll("(?s)<parent>.*?</parent>", "");
            var artifact = text.replaceFirst("(?s).*?<artifactId>(.*?)</artifactId>.*", "$1");
            if (!artifact.equals("dflockd-integration-rules")) {
                assertThat(bom).contains("<artifactId>" + artifact + "</artifactId>");
            }
        }
    }

    @Test
    void whatIsPublishedSaysWhatItIsAndAllElseStaysHere() throws IOException {
        var bom = Files.readString(ROOT.resolve("bom/pom.xml"));
        var parent = Files.readString(ROOT.resolve("pom.xml"));
        for (var complete : List.of(bom, parent)) {
            assertThat(complete).contains("<name>", "<description>", "<url>${home.url}</url>", "<license>",
                    "<developer>", "<scm", "<connection>scm:git:");
        }
        var withTheirNeeds = List
                .of(Files.readString(ROOT.resolve("integrations/consumer/published")).strip().split(","));
        var published = 0;
        for (var pom : poms()) {
            var text = Files.readString(pom).replaceAll("(?s)<parent>.*?</parent>", "");
            var artifact = text.replaceFirst("(?s).*?<artifactId>(.*?)</artifactId>.*", "$1");
            if (bom.contains("<artifactId>" + artifact + "</artifactId>") || artifact.equals("dflockd-integrations")) {
                assertThat(text).as("%s", pom).contains("<name>", "<description>").doesNotContain("maven.deploy.skip");
                if (pom.getNameCount() == ROOT.getNameCount() + 3) {
                    assertThat(withTheirNeeds).contains(ROOT.relativize(pom.getParent()).toString());
                }
                published++;
            } else {
                assertThat(text).as("%s", pom).contains("<maven.deploy.skip>true</maven.deploy.skip>");
            }
        }
        assertThat(published).isGreaterThan(12);
    }

    @Test
    void allSayOneVersionAndOneHome() throws IOException {
        var parent = Files.readString(ROOT.resolve("pom.xml"));
        var bom = Files.readString(ROOT.resolve("bom/pom.xml"));
        var version = parent.replaceFirst("(?s).*?<artifactId>dflockd-parent</artifactId>\\s*<version>(.*?)<.*", "$1");

        assertThat(HOME.matcher(bom).results().map(MatchResult::group).toList())
                .isEqualTo(HOME.matcher(parent).results().map(MatchResult::group).toList())
                .hasSize(1);
        assertThat(onesOf(bom)).hasSizeGreaterThan(19).containsOnly(version);
        int programs = 0;
        for (var pom : allPoms()) {
            var text = Files.readString(pom);
            assertThat(onesOf(text)).as("%s", pom).isNotEmpty().containsOnly(version);
            programs += text.contains("<dflockd.version>" + version + "<") ? 1 : 0;
        }
        assertThat(programs).as("programs that name it").isEqualTo(4);
        assertThat(Files.readString(ROOT.resolve("docs/client.md"))).contains("<version>" + version + "</version>");
    }

    /** The versions of what is ours in a POM, which is not always said. */
    private static List<String> onesOf(String pom) {
        return OURS.matcher(pom)
                .results()
                .map(found -> found.group(1) == null ? found.group(2) : found.group(1))
                .filter(version -> !version.startsWith("${"))
                .toList();
    }

    private static List<Path> allPoms() throws IOException {
        try (Stream<Path> files = Files.find(ROOT, 4, (file, about) -> file.endsWith("pom.xml"))) {
            return files.filter(file -> !file.toString().contains("target") && !file.toString().contains("consumer"))
                    .toList();
        }
    }

    /** In what {@code integrations/consumer/run} builds of the published artifacts alone. */
    @Test
    void whatIsPublishedIsTakenByAProgram() throws IOException {
        var programs = Files.readString(ROOT.resolve("integrations/consumer/consumer.xml"))
                + Files.readString(ROOT.resolve("integrations/consumer/plain/pom.xml"));
        for (var folder : Files.readString(ROOT.resolve("integrations/consumer/published")).strip().split(",", -1)) {
            if (!folder.equals("bom")) {
                var text = Files.readString(ROOT.resolve(folder).resolve("pom.xml"))
                        .replaceAll("(?s)<parent>.*?</parent>", "");
                var artifact = text.replaceFirst("(?s).*?<artifactId>(.*?)</artifactId>.*", "$1");
                assertThat(programs).contains("<artifactId>" + artifact + "</artifactId>");
            }
        }
    }

    /** Of all modules, without the parent of all, the BOM and the programs of users. */
    private static List<Path> poms() throws IOException {
        var poms = new ArrayList<Path>();
        for (var folder : List.of(ROOT, ROOT.resolve("integrations"))) {
            try (Stream<Path> own = Files.list(folder)) {
                own.filter(one -> !one.endsWith("bom"))
                        .map(one -> one.resolve("pom.xml"))
                        .filter(Files::exists)
                        .forEach(
                                poms::add);
            }
        }
        return poms;
    }

    /**
     * The page shows what is built and tested: each block stands in one file, whole and in its order, but for blank lines and
     * comments; a line {@code …} of a block stands for any lines.
     */
    @Test
    void whatThePageOfSpringShowsIsInItsPrograms() throws IOException {
        assertShown("spring.md", false);
    }

    /** Who has nothing but the page takes the version from it. */
    @Test
    void thePageOfSpringHasTheVersionThatIsBuilt() throws IOException {
        var version = Pattern.compile("<artifactId>dflockd-bom</artifactId>\\s*<version>(.+)</version>")
                .matcher(Files.readString(ROOT.resolve("bom/pom.xml")));
        assertThat(version.find()).isTrue();
        assertThat(Files.readString(ROOT.resolve("docs/spring.md")))
                .contains("<dflockd.version>" + version.group(1) + "</dflockd.version>");
    }

    /** As the above, but for what the file has between any two lines. */
    @ParameterizedTest
    @ValueSource(strings = {"testing.md", "observability.md", "liquibase.md", "kotlin.md", "shedlock.md"})
    void whatThePagesShowIsInThePrograms(String page) throws IOException {
        assertShown(page, true);
    }

    private static void assertShown(String page, boolean mayLeaveOut) throws IOException {
        var files = sources();
        var blocks = new ArrayList<String>();
        var matcher = BLOCK.matcher(Files.readString(ROOT.resolve("docs").resolve(page)));
        while (matcher.find()) {
            blocks.add(matcher.group(2));
        }

        assertThat(blocks).isNotEmpty();
        for (var block : blocks) {
            var lines = mayLeaveOut ? code(block).stream().flatMap(line -> Stream.of("…", line)).toList() : code(block);
            assertThat(files).as("a file with all of %s", block).anyMatch(file -> shows(file, lines));
        }
    }

    private static List<List<String>> sources() throws IOException {
        var sources = new ArrayList<List<String>>();
        for (var folder : List.of("examples", "junit/src/test", "kotlin/src/test", "shedlock/src/test",
                "test-server/src/test", "micrometer/src/test", "opentelemetry/src/test", "liquibase/src/test",
                "spring-integration/src/test")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve("integrations").resolve(folder))) {
                for (var file : files.filter(one -> !one.toString().contains("target"))
                        .filter(Files::isRegularFile)
                        .toList()) {
                    sources.add(code(Files.readString(file)));
                }
            }
        }
        return sources;
    }

    private static List<String> code(String text) {
        return text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("//") && !line.startsWith("/*")
                        && !line.startsWith("*"))
                .toList();
    }

    private static boolean shows(List<String> file, List<String> block) {
        int from = 0;
        int begin = 0;
        while (begin < block.size()) {
            int gap = block.subList(begin, block.size()).indexOf("…");
            var run = block.subList(begin, gap < 0 ? block.size() : begin + gap);
            int found = Collections.indexOfSubList(file.subList(from, file.size()), run);
            if (found < 0) {
                return false;
            }
            from += found + run.size();
            begin += run.size() + 1;
        }
        return true;
    }

    @Test
    void aBlockIsShownByOneFileInItsOrder() {
        var file = List.of("a", "b", "c", "d");
        assertThat(shows(file, List.of("b", "c"))).isTrue();
        assertThat(shows(file, List.of("a", "…", "d"))).isTrue();
        assertThat(shows(file, List.of("…", "b"))).isTrue();
        assertThat(shows(file, List.of("c", "b"))).isFalse();
        assertThat(shows(file, List.of("a", "c"))).isFalse();
        assertThat(shows(file, List.of("d", "…", "a"))).isFalse();
        assertThat(shows(file, List.of("a", "e"))).isFalse();
    }
}
