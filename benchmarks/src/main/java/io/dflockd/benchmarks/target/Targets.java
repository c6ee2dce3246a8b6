package io.dflockd.benchmarks.target;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The targets that have a name. */
public final class Targets {
    /** What the ratios are to. */
    public static final String FLOOR = "floor";
    public static final String REDIS = "redis";
    public static final String OURS = "ours";

    private static final String NATS = "nats";
    private static final List<String> NAMES = List.of(OURS, FLOOR, REDIS, NATS);
    private static final Map<String, String> PROGRAMS = Map.of(REDIS, "redis-server", NATS, "nats-server");

    private Targets() {}

    /** The names of those that can be started here, with commas between them. */
    public static String installed() {
        return NAMES.stream()
                .filter(name -> !PROGRAMS.containsKey(name) || isOnPath(PROGRAMS.get(name)))
                .collect(Collectors.joining(","));
    }

    private static boolean isOnPath(String program) {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /** The target of this name. {@code root} is the project's folder. */
    public static Target named(String name, Path root) {
        return switch (name) {
            case OURS -> dflockd(OURS, root.resolve("bin/dflockd") + " --port " + Target.PORT);
            case FLOOR -> floor();
            case REDIS -> new Target(
                    REDIS,
                    new RedisDialect(),
                    List.of("redis-server", "--bind", "127.0.0.1", "--port", Target.PORT, "--save", "", "--appendonly",
                            "no", "--maxclients", "20000"),
                    Map.of(),
                    true);
            case NATS -> new Target(
                    NATS,
                    new NatsDialect(),
                    List.of("nats-server", "-a", "127.0.0.1", "-p", Target.PORT),
                    Map.of(),
                    true);
            default ->
                throw new IllegalArgumentException("unknown target \"" + name + "\", valid are " + NAMES);
        };
    }

    /** Another server that speaks our protocol. {@code command} is split at blanks and has {@code {port}} in it. */
    public static Target dflockd(String name, String command) {
        if (!command.contains(Target.PORT)) {
            throw new IllegalArgumentException("the command of " + name + " has no " + Target.PORT + ": " + command);
        }
        return new Target(name, new DflockDialect(), List.of(command.split(" +", -1)), Map.of(), true);
    }

    private static Target floor() {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("java.class.path"),
                FloorServer.class.getName(), Target.PORT));
        return new Target(FLOOR, new DflockDialect(), command, Map.of(), false);
    }
}
