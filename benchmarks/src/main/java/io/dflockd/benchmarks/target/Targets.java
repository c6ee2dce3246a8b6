package io.dflockd.benchmarks.target;

import io.dflockd.benchmarks.library.CuratorClients;
import io.dflockd.benchmarks.library.DflockdClients;
import io.dflockd.benchmarks.library.JedisClients;
import io.dflockd.benchmarks.library.JetcdClients;
import io.dflockd.benchmarks.library.LettuceClients;
import io.dflockd.benchmarks.library.Library;
import io.dflockd.benchmarks.library.RedissonClients;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The targets that have a name. */
public final class Targets {
    public static final String OURS = "ours";
    public static final String FLOOR = "floor";
    public static final String REDIS = "redis";
    public static final String REDISSON = "redisson";

    /** Raw connections to each server. */
    private static final List<String> RAW = List.of(OURS, FLOOR, REDIS, "nats");
    /** Client libraries. */
    private static final List<String> LIBRARIES = List.of(
            "ours-client", "ours-conn", REDISSON, "redisson-fair", "redis-jedis", "redis-lettuce", "zookeeper", "etcd");
    private static final Map<String, String> PROGRAMS = Map.of(
            REDIS, "redis-server", REDISSON, "redis-server", "redisson-fair", "redis-server", "redis-jedis",
            "redis-server", "redis-lettuce", "redis-server", "nats", "nats-server", "etcd", "etcd");
    private static final Map<String, String> REMARKS = Map.of(
            "zookeeper", "writes each change through to the disk (fsync) before it answers, as it does by default",
            "etcd", "writes each change through to the disk (fsync) before it answers, as it does by default");
    private static final List<String> REDIS_SERVER = List.of("redis-server", "--bind", "127.0.0.1", "--port",
            Target.PORT, "--save", "", "--appendonly", "no", "--maxclients", "20000");

    private Targets() {}

    /** All names. */
    public static List<String> names() {
        return Stream.concat(RAW.stream(), LIBRARIES.stream()).toList();
    }

    /** The names of those with raw connections that can be started here. */
    public static List<String> installed() {
        return RAW.stream().filter(Targets::isInstalled).toList();
    }

    /** The names of all that can be started here. */
    public static List<String> allInstalled() {
        return names().stream().filter(Targets::isInstalled).toList();
    }

    /** What has to be known of a target to read its figures. */
    public static Optional<String> remark(String name) {
        return Optional.ofNullable(REMARKS.get(name));
    }

    private static boolean isInstalled(String name) {
        var program = PROGRAMS.get(name);
        return program == null || Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /** The target of this name. {@code root} is the project's folder. */
    public static Target named(String name, Path root) {
        return switch (name) {
            case OURS -> real(name, new DflockDialect(), ours(root));
            case "ours-client" -> library(name, DflockdClients::shared, ours(root));
            case "ours-conn" -> library(name, DflockdClients::connections, ours(root));
            case FLOOR -> new Target(FLOOR, new DflockDialect(), floor(), Map.of(), false);
            case REDIS -> real(name, new RedisDialect(), REDIS_SERVER);
            case REDISSON -> library(name, RedissonClients::plain, REDIS_SERVER);
            case "redisson-fair" -> library(name, RedissonClients::fair, REDIS_SERVER);
            case "redis-jedis" -> library(name, JedisClients::open, REDIS_SERVER);
            case "redis-lettuce" -> library(name, LettuceClients::open, REDIS_SERVER);
            case "zookeeper" -> library(name, CuratorClients::open, zooKeeper());
            case "etcd" -> library(name, JetcdClients::open, etcd());
            case "nats" ->
                real(name, new NatsDialect(), List.of("nats-server", "-a", "127.0.0.1", "-p", Target.PORT));
            default ->
                throw new IllegalArgumentException("unknown target \"" + name + "\", valid are " + names());
        };
    }

    /** Another server that speaks our protocol. {@code command} is split at blanks and has {@code {port}} in it. */
    public static Target dflockd(String name, String command) {
        if (!command.contains(Target.PORT)) {
            throw new IllegalArgumentException("the command of " + name + " has no " + Target.PORT + ": " + command);
        }
        return real(name, new DflockDialect(), List.of(command.split(" +", -1)));
    }

    private static Target real(String name, Dialect dialect, List<String> command) {
        return new Target(name, dialect, command, Map.of(), true);
    }

    private static Target library(String name, Library library, List<String> command) {
        return real(name, new LibraryDialect(library), command);
    }

    private static List<String> ours(Path root) {
        return List.of(root.resolve("bin/dflockd").toString(), "--port", Target.PORT);
    }

    private static List<String> floor() {
        return java(List.of("-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"), FloorServer.class, Target.PORT);
    }

    private static List<String> zooKeeper() {
        return java(List.of("-Xmx1g", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"), ZooKeeperProcess.class,
                Target.PORT, Target.DATA);
    }

    /** Alone, on a port for its peers that nobody asks; the addresses of the cluster need only agree. */
    private static List<String> etcd() {
        var client = "http://127.0.0.1:" + Target.PORT;
        var nobody = "http://127.0.0.1:1";
        return List.of("etcd", "--name", "bench", "--data-dir", Target.DATA, "--log-level", "warn", "--logger", "zap",
                "--listen-client-urls", client, "--advertise-client-urls", client, "--listen-peer-urls",
                "http://127.0.0.1:0", "--initial-advertise-peer-urls", nobody, "--initial-cluster", "bench=" + nobody);
    }

    private static List<String> java(List<String> options, Class<?> program, String... arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(List.of(arguments));
        return command;
    }
}
