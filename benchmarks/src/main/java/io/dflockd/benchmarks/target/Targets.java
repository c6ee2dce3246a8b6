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
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
    /** What keeps its state on a disk or on several nodes. They stay up while others are measured, so not beside all. */
    private static final List<String> REPLICATED = List.of("ours-durable", "ours-3", "ours-client-3", "zookeeper-3",
            "etcd-3", "redis-wait");
    private static final Map<String, String> PROGRAMS = Map.ofEntries(
            Map.entry(REDIS, "redis-server"), Map.entry(REDISSON, "redis-server"),
            Map.entry("redisson-fair", "redis-server"), Map.entry("redis-jedis", "redis-server"),
            Map.entry("redis-lettuce", "redis-server"), Map.entry("redis-wait", "redis-server"),
            Map.entry("nats", "nats-server"), Map.entry("etcd", "etcd"), Map.entry("etcd-3", "etcd"));
    private static final String EACH_IS_SYNCED = "writes each change through to the disk (fsync) before it answers, as it does by default";
    private static final Map<String, String> REMARKS = Map.ofEntries(
            Map.entry("zookeeper", EACH_IS_SYNCED), Map.entry("zookeeper-3", EACH_IS_SYNCED),
            Map.entry("etcd", EACH_IS_SYNCED),
            Map.entry("etcd-3", EACH_IS_SYNCED), Map.entry("ours-durable", EACH_IS_SYNCED),
            Map.entry("ours-3", EACH_IS_SYNCED),
            Map.entry("ours-client-3", EACH_IS_SYNCED),
            Map.entry("redis-wait",
                    "each change is in the memory of a replica before it is answered; nothing is on a disk"));
    private static final int NODES = 3;
    private static final List<String> REDIS_SERVER = List.of("redis-server", "--bind", "127.0.0.1", "--port",
            Target.PORT, "--dir", Target.DATA, "--save", "", "--appendonly", "no", "--maxclients", "20000");

    private Targets() {}

    /** All names. */
    public static List<String> names() {
        return Stream.of(RAW, LIBRARIES, REPLICATED).flatMap(List::stream).toList();
    }

    /** The names of those with raw connections that can be started here. */
    public static List<String> installed() {
        return RAW.stream().filter(Targets::isInstalled).toList();
    }

    /** The names of all that can be started here. */
    public static List<String> allInstalled() {
        return Stream.concat(RAW.stream(), LIBRARIES.stream()).filter(Targets::isInstalled).toList();
    }

    /** The names of those that keep their state on a disk or on several nodes, and can be started here. */
    public static List<String> replicatedInstalled() {
        return REPLICATED.stream().filter(Targets::isInstalled).toList();
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
            case "ours-client" ->
                library(name, DflockdClients::shared, new DflockDialect()::begin, List.of(ours(root)));
            case "ours-conn" -> ofOne(name, DflockdClients::connections, ours(root));
            case "ours-durable" -> real(name, new DflockDialect(), durable(root));
            case "ours-3" -> new Target(name, new DflockDialect(), cluster(root), Map.of(), true);
            case "ours-client-3" -> library(name, DflockdClients::shared, new DflockDialect()::begin, cluster(root));
            case FLOOR -> new Target(FLOOR, new DflockDialect(), List.of(floor()), Map.of(), false);
            case REDIS -> real(name, new RedisDialect(false), REDIS_SERVER);
            case "redis-wait" ->
                new Target(name, new RedisDialect(true), List.of(REDIS_SERVER, replica()), Map.of(), true);
            case REDISSON -> ofOne(name, RedissonClients::plain, REDIS_SERVER);
            case "redisson-fair" -> ofOne(name, RedissonClients::fair, REDIS_SERVER);
            case "redis-jedis" -> ofOne(name, JedisClients::open, REDIS_SERVER);
            case "redis-lettuce" -> ofOne(name, LettuceClients::open, REDIS_SERVER);
            case "zookeeper" -> library(name, CuratorClients::open, List.of(zooKeeper()));
            case "zookeeper-3" -> library(name, CuratorClients::open, zooKeepers());
            case "etcd" -> library(name, JetcdClients::open, List.of(etcd()));
            case "etcd-3" -> library(name, JetcdClients::open, etcds());
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
        return new Target(name, dialect, List.of(command), Map.of(), true);
    }

    private static Target ofOne(String name, Library.OfOne library, List<String> command) {
        return library(name, Library.ofOne(library), List.of(command));
    }

    /** Of which it is enough that its nodes let somebody connect. */
    private static Target library(String name, Library library, List<List<String>> commands) {
        return library(name, library, Dialect::connectToEach, commands);
    }

    private static Target library(
            String name, Library library, LibraryDialect.Nodes nodes, List<List<String>> commands) {
        return new Target(name, new LibraryDialect(library, nodes), commands, Map.of(), true);
    }

    private static List<String> ours(Path root) {
        return List.of(root.resolve("bin/dflockd").toString(), "--port", Target.PORT);
    }

    private static List<String> durable(Path root) {
        return with(ours(root), "--data-dir", Target.DATA);
    }

    private static List<List<String>> cluster(Path root) {
        var members = each(number -> "n%d=127.0.0.1:{port%d}:{peer%d}".formatted(number, number, number), ",");
        return nodes(number -> List.of(
                root.resolve("bin/dflockd").toString(), "--cluster", members, "--node", "n" + number, "--data-dir",
                Target.DATA));
    }

    private static List<String> replica() {
        return with(REDIS_SERVER, "--replicaof", "127.0.0.1", "{port1}");
    }

    /** The same for each of three. */
    private static List<List<String>> nodes(IntFunction<List<String>> command) {
        return IntStream.rangeClosed(1, NODES).mapToObj(command).toList();
    }

    private static String each(IntFunction<String> text, String between) {
        return IntStream.rangeClosed(1, NODES).mapToObj(text).collect(Collectors.joining(between));
    }

    private static List<String> with(List<String> command, String... more) {
        return Stream.concat(command.stream(), Stream.of(more)).toList();
    }

    private static List<String> floor() {
        return java(List.of("-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"), FloorServer.class, Target.PORT);
    }

    private static List<String> zooKeeper() {
        return zooKeeper(Target.PORT, Target.DATA);
    }

    /** With the ticks and limits of its own example. */
    private static List<List<String>> zooKeepers() {
        var members = each(number -> "127.0.0.1:{peer%d}:{next%d}".formatted(number, number), ",");
        return nodes(number -> zooKeeper(Target.PORT, Target.DATA, Integer.toString(number), members));
    }

    private static List<String> zooKeeper(String... arguments) {
        return java(List.of("-Xmx1g", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"), ZooKeeperProcess.class,
                arguments);
    }

    /** Alone, on a port for its peers that nobody asks; the addresses of the cluster need only agree. */
    private static List<String> etcd() {
        var nobody = "http://127.0.0.1:1";
        return etcd("bench", "http://127.0.0.1:0", nobody, "bench=" + nobody);
    }

    private static List<List<String>> etcds() {
        var members = each(number -> "e%d=http://127.0.0.1:{peer%d}".formatted(number, number), ",");
        return nodes(number -> {
            var own = "http://127.0.0.1:{peer%d}".formatted(number);
            return etcd("e" + number, own, own, members);
        });
    }

    private static List<String> etcd(String name, String listen, String advertised, String members) {
        var client = "http://127.0.0.1:" + Target.PORT;
        return List.of("etcd", "--name", name, "--data-dir", Target.DATA, "--log-level", "warn", "--logger", "zap",
                "--listen-client-urls", client, "--advertise-client-urls", client, "--listen-peer-urls", listen,
                "--initial-advertise-peer-urls", advertised, "--initial-cluster", members);
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
