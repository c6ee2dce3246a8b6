package io.dflockd.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.test.DflockdTestServer;
import io.netty.util.Version;
import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is in the jars that are published, which are made before these tests run: by {@code integrations/test}. */
class PackagedTest {
    private static final Path ROOT = Path.of("..", "..");
    /** Programs have this beside the test server; it has its own under another name. */
    private static final String NETTY_OF_PROGRAMS = "4.1.128.Final";

    @Test
    void theTestServerRunsBesideAnotherNetty() throws Exception {
        assertThat(Version.identify().get("netty-common").artifactVersion()).isEqualTo(NETTY_OF_PROGRAMS);
        assertThat(Path.of(DflockdTestServer.class.getProtectionDomain().getCodeSource().getLocation().toURI()))
                .as("is made before this test: run integrations/test")
                .isRegularFile();

        try (var server = DflockdTestServer.start();
                var client = DflockdClient.connect(server.address());
                var lease = client.lock("a").acquire(Duration.ofSeconds(30))) {
            assertThat(lease.isValid()).isTrue();
        }
    }

    @Test
    void theTestServerHasNothingUnderTheNamesOfOthers() throws IOException {
        try (var jar = new JarFile(jarOf(ROOT.resolve("integrations/test-server")).toFile())) {
            var names = jar.stream().map(entry -> entry.getName()).toList();
            assertThat(names).filteredOn(name -> name.endsWith(".class"))
                    .hasSizeGreaterThan(1_000)
                    .allMatch(name -> name.startsWith("io/dflockd/"))
                    .anyMatch(name -> name.startsWith("io/dflockd/test/inside/netty/"));
            assertThat(names).as("no natives, no classes for other versions, no signatures")
                    .noneMatch(name -> name.endsWith(".so") || name.startsWith("META-INF/versions/")
                            || name.startsWith("META-INF/native/")
                            || name.endsWith(".SF")
                            || name.endsWith("module-info.class"));
            assertThat(names).as("resources")
                    .allMatch(name -> name.startsWith("io/dflockd/")
                            || name.startsWith("META-INF/")
                            || name.startsWith("console/")
                            || name.equals("io/"));
            for (var service : names.stream().filter(name -> name.matches("META-INF/services/.+")).toList()) {
                var providers = new String(jar.getInputStream(jar.getEntry(service)).readAllBytes(),
                        java.nio.charset.StandardCharsets.UTF_8);
                for (var provider : providers.lines()
                        .filter(line -> !line.isBlank() && !line.startsWith("#"))
                        .toList()) {
                    assertThat(names).as(service).contains(provider.strip().replace('.', '/') + ".class");
                }
            }
        }
    }

    @Test
    void whatIsInsideTheJarForJUnitHasNamesOfItsOwn() throws IOException {
        try (var jar = new JarFile(jarOf(ROOT.resolve("integrations/junit")).toFile())) {
            assertThat(jar.stream().map(entry -> entry.getName()).filter(name -> name.endsWith(".class")))
                    .isNotEmpty()
                    .allMatch(name -> name.startsWith("io/dflockd/junit/"));
        }
    }

    @Test
    void eachJarHasTheLicenceAndTheNameThatThePageOfReleasesSays() throws Exception {
        var licence = Files.readAllBytes(ROOT.resolve("LICENSE"));
        var names = new TreeMap<String, String>();
        for (var published : published().entrySet()) {
            var path = jarOf(published.getValue());
            try (var jar = new JarFile(path.toFile())) {
                @Nullable JarEntry entry = jar.getJarEntry("META-INF/LICENSE");
                assertThat(entry).as("META-INF/LICENSE in %s", path).isNotNull();
                assertThat(jar.getInputStream(entry).readAllBytes()).as("licence of %s", path).isEqualTo(licence);
                @Nullable String inManifest = jar.getManifest().getMainAttributes().getValue("Automatic-Module-Name");
                var module = ModuleFinder.of(path).findAll().iterator().next().descriptor();
                if (!module.isAutomatic()) {
                    names.put(published.getKey(), module.name() + " module");
                } else if (inManifest != null) {
                    names.put(published.getKey(), inManifest + " manifest");
                }
            }
        }

        var page = Files.readString(ROOT.resolve("docs/releasing.md"));
        var table = page.substring(page.indexOf("| artifact | name on the module path |"));
        var onThePage = new TreeMap<String, String>();
        for (var row : table.substring(0, table.indexOf("\n\n")).lines().skip(2).toList()) {
            var cells = Stream.of(row.split("\\|", -1)).map(cell -> cell.strip().replace("`", "")).toList();
            onThePage.put(cells.get(1), cells.get(2) + " " + cells.get(3));
        }
        assertThat(names).isEqualTo(onThePage);
    }

    /** The artifacts of the BOM that have jars, with their folders. */
    private static Map<String, Path> published() throws IOException {
        var bom = Files.readString(ROOT.resolve("bom/pom.xml"));
        var all = new LinkedHashMap<String, Path>();
        for (var parent : List.of(ROOT, ROOT.resolve("integrations"))) {
            try (Stream<Path> folders = Files.list(parent)) {
                for (var folder : folders.sorted().toList()) {
                    var pom = folder.resolve("pom.xml");
                    if (Files.exists(pom) && !folder.endsWith("bom")) {
                        var text = Files.readString(pom).replaceAll("(?s)<parent>.*?</parent>", "");
                        var artifact = text.replaceFirst("(?s).*?<artifactId>(.*?)</artifactId>.*", "$1");
                        if (bom.contains("<artifactId>" + artifact + "</artifactId>")) {
                            all.put(artifact, folder);
                        }
                    }
                }
            }
        }
        assertThat(bom.split("<artifactId>dflockd-", -1).length - 2).as("artifacts of the BOM").isEqualTo(all.size());
        return all;
    }

    private static Path jarOf(Path folder) throws IOException {
        var target = folder.resolve("target");
        var jars = new ArrayList<Path>();
        if (Files.isDirectory(target)) {
            try (Stream<Path> files = Files.list(target)) {
                files.filter(file -> file.getFileName()
                        .toString()
                        .matches("dflockd-[a-z-]+-\\d.*(?<!-sources|-javadoc|-tests)\\.jar"))
                        .forEach(jars::add);
            }
        }
        assertThat(jars).as("jars in %s%s, which is made before this test: run integrations/test", target,
                File.separator).hasSize(1);
        return jars.get(0);
    }
}
