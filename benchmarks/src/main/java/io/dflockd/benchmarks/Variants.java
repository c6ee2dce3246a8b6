package io.dflockd.benchmarks;

import io.dflockd.benchmarks.target.Target;
import io.dflockd.benchmarks.target.Targets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Our server with other options, of its own or of its JVM, each under a name. */
final class Variants {
    private static final String JVM_OPTIONS = "DFLOCKD_JAVA_OPTS";
    private static final String OUR_COLLECTOR_OFF = "-XX:-UseSerialGC";
    private static final Pattern COLLECTOR = Pattern.compile("-XX:\\+Use\\w*GC\\b");

    private final Path root;
    private final Map<String, Target> byName = new LinkedHashMap<>();

    Variants(Path root) {
        this.root = root;
    }

    /** Adds the server's own options, {@code NAME=OPTIONS}, separated by blanks. */
    void addServerOptions(String text) {
        var named = Named.of("variant", text);
        byName.put(named.name(), target(named.name()).with(List.of(named.options().split(" +", -1))));
    }

    /** Adds options of the JVM, {@code NAME=OPTIONS}. */
    void addJvmOptions(String text) {
        var named = Named.of("variant-jvm", text);
        byName.put(named.name(), target(named.name()).with(JVM_OPTIONS, jvmOptions(named.options())));
    }

    /** In the order in which their names came up. */
    List<Target> targets() {
        return List.copyOf(byName.values());
    }

    private Target target(String name) {
        var known = byName.get(name);
        return known == null ? Targets.named(Targets.OURS, root).named(name) : known;
    }

    /** A JVM that is asked for two collectors does not start, so that of {@code bin/dflockd} is taken back. */
    private static String jvmOptions(String options) {
        return COLLECTOR.matcher(options).find() ? OUR_COLLECTOR_OFF + " " + options : options;
    }

    private record Named(String name, String options) {
        static Named of(String option, String text) {
            int equals = text.indexOf('=');
            var name = text.substring(0, Math.max(0, equals)).strip();
            var options = text.substring(equals + 1).strip();
            if (name.isEmpty() || options.isEmpty()) {
                throw new IllegalArgumentException(
                        "--" + option + " is \"" + text + "\", valid is NAME=OPTIONS, such as 'two=--io-threads 2'");
            }
            if (Targets.names().contains(name)) {
                throw new IllegalArgumentException(
                        "--" + option + " names its variant \"" + name + "\", which is a target already");
            }
            return new Named(name, options);
        }
    }
}
