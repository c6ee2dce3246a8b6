package io.dflockd.junit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds a JDK of this machine that the test server runs on. */
final class Jdks {
    /** The first Java that the test server runs on. */
    static final int FIRST = 21;
    private static final String SETTING = "DFLOCKD_TEST_JAVA";
    private static final Pattern JDK_HOME = Pattern.compile("<jdkHome>\\s*([^<]+?)\\s*</jdkHome>");
    private static final Pattern VERSION = Pattern.compile("(?m)^JAVA_VERSION=\"(\\d+)");

    private final Map<String, String> environment;
    private final Path home;
    private final List<Path> folders;

    Jdks(Map<String, String> environment, Path home, List<Path> folders) {
        this.environment = environment;
        this.home = home;
        this.folders = folders;
    }

    static Jdks ofThisMachine() {
        var home = Path.of(System.getProperty("user.home", "."));
        return new Jdks(System.getenv(), home, List.of(
                Path.of("/usr/lib/jvm"), Path.of("/usr/java"), Path.of("/opt/java"),
                Path.of("/Library/Java/JavaVirtualMachines"),
                Path.of("C:\\Program Files\\Java"), Path.of("C:\\Program Files\\Eclipse Adoptium"),
                home.resolve(".sdkman/candidates/java"), home.resolve(".jdks"), home.resolve(".gradle/jdks")));
    }

    /**
     * Its {@code java}: the one that is named, else that of the environment, of Maven's toolchains, or the newest of the
     * usual folders.
     *
     * @throws IllegalStateException saying what to set, where there is none or the one that is named is none
     */
    Path java() {
        var named = environment.get(SETTING);
        if (named != null && !named.isEmpty()) {
            return javaOf(named).filter(java -> versionOf(java) >= FIRST)
                    .orElseThrow(() -> new IllegalStateException(SETTING + " is '" + named
                            + "'; valid is the folder of a JDK from " + FIRST + " on, or its java"));
        }
        return candidates().flatMap(Optional::stream)
                .filter(java -> versionOf(java) >= FIRST)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the test server needs Java " + FIRST
                        + " or later, this is " + Runtime.version().feature()
                        + ", and no other JDK is in JAVA_HOME, ~/.m2/toolchains.xml and the usual folders: set "
                        + SETTING + " to the folder of one"));
    }

    private Stream<Optional<Path>> candidates() {
        var installed = folders.stream()
                .flatMap(folder -> in(folder).stream())
                .flatMap(jdk -> Stream.of(jdk, jdk.resolve("Contents/Home")))
                .map(jdk -> javaOf(jdk.toString()))
                .flatMap(Optional::stream)
                .sorted(Comparator.comparingInt(Jdks::versionOf).reversed())
                .map(Optional::of);
        return Stream.of(Stream.of(javaOf(environment.get("JAVA_HOME"))), toolchains().map(Jdks::javaOf), installed)
                .flatMap(some -> some);
    }

    private Stream<String> toolchains() {
        try {
            var text = Files.readString(home.resolve(".m2/toolchains.xml"), StandardCharsets.UTF_8);
            return JDK_HOME.matcher(text).results().map(match -> match.group(1));
        } catch (IOException e) {
            return Stream.empty(); // most have none
        }
    }

    private static List<Path> in(Path folder) {
        var jdks = new ArrayList<Path>();
        try (var children = Files.newDirectoryStream(folder)) {
            children.forEach(jdks::add);
        } catch (IOException e) {
            // It is none of this machine's.
        }
        jdks.sort(Comparator.naturalOrder());
        return jdks;
    }

    /** Of a JDK's folder or the program itself. */
    private static Optional<Path> javaOf(@Nullable String place) {
        if (place == null || place.isEmpty()) {
            return Optional.empty();
        }
        var path = Path.of(place);
        return Stream.of(path.resolve("bin/java"), path.resolve("bin/java.exe"), path)
                .filter(Files::isRegularFile)
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** As the file beside it says; 0 where that is missing. */
    private static int versionOf(Path java) {
        try {
            var folder = java.toRealPath().resolve("../..").normalize();
            var version = VERSION.matcher(Files.readString(folder.resolve("release"), StandardCharsets.UTF_8));
            return version.find() ? Integer.parseInt(version.group(1)) : 0;
        } catch (IOException e) {
            return 0;
        }
    }
}
