package io.dflockd.server;

import io.avaje.json.mapper.JsonMapper;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.testkit.Eventually;
import io.dflockd.testkit.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/** Three servers that are one, in this process. */
final class ThreeServers implements AutoCloseable {
    static final List<String> NAMES = List.of("n1", "n2", "n3");
    static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Of administrators, which each has in its settings. */
    static final String TOKEN = "open-sesame-and-let-me-in";
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Map<String, DflockdServer> servers = new ConcurrentHashMap<>();

    /** Returns when all listen. {@code settings}: more of them, for the node of that name. */
    static ThreeServers start(Path folder, BiConsumer<String, ServerConfig.Builder> settings) {
        var all = new ThreeServers();
        var token = write(folder.resolve("admin-token"), TOKEN);
        var members = new StringBuilder();
        for (var name : NAMES) {
            members.append(members.isEmpty() ? "" : ",").append(name).append("=127.0.0.1:");
            members.append(FreePorts.one()).append(':').append(FreePorts.inARow(2));
        }
        var starting = NAMES.stream().map(name -> CompletableFuture.runAsync(() -> {
            var config = ServerConfig.builder()
                    .set(Setting.CLUSTER, members.toString())
                    .set(Setting.NODE, name)
                    .set(Setting.DATA_DIR, folder.resolve(name).toString())
                    .set(Setting.FSYNC, "os")
                    .set(Setting.ELECTION_TIMEOUT, "1000")
                    .set(Setting.RELAY_WAIT, "60")
                    .set(Setting.ADMIN_TOKEN_FILE, token.toString())
                    .set(Setting.ADMIN_PORT, "0");
            settings.accept(name, config);
            all.servers.put(name, DflockdServer.start(config.build()));
        }, task -> Thread.ofPlatform().daemon().start(task))).toList();
        try {
            starting.forEach(CompletableFuture::join);
        } catch (RuntimeException e) {
            all.close();
            throw e;
        }
        return all;
    }

    private static Path write(Path file, String text) {
        try {
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    DflockdServer get(String name) {
        return Objects.requireNonNull(servers.get(name));
    }

    /** No more one of them; whoever calls this closes it. */
    DflockdServer remove(String name) {
        return Objects.requireNonNull(servers.remove(name));
    }

    boolean has(String name) {
        return servers.containsKey(name);
    }

    AdminCaller admin(String name) {
        return new AdminCaller(get(name).adminAddress().orElseThrow());
    }

    /** Who leads, when that is known to all. */
    String leader() {
        var said = new ConcurrentHashMap<String, String>();
        Eventually.await("all know the same leader", PATIENCE, () -> {
            servers.keySet().forEach(name -> said.put(name, leaderOf(name)));
            var all = said.values().stream().distinct().toList();
            return all.size() == 1 && servers.containsKey(all.getFirst()) && isLeader(all.getFirst());
        });
        return said.values().iterator().next();
    }

    private String leaderOf(String name) {
        return String.valueOf(status(name).get("leader"));
    }

    private boolean isLeader(String name) {
        return "leader".equals(status(name).get("role"));
    }

    private Map<String, Object> status(String name) {
        try (var admin = admin(name)) {
            var request = admin.request("/api/v1/status").header("Authorization", "Bearer " + TOKEN).build();
            return MAPPER.fromJsonObject(admin.send(request).body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Those that do not lead. */
    List<String> followers() {
        var leader = leader();
        return NAMES.stream().filter(name -> !name.equals(leader) && servers.containsKey(name)).toList();
    }

    @Override
    public void close() {
        servers.values().parallelStream().forEach(DflockdServer::close);
    }
}
