package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.server.config.ConfigLoader;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What examples/kubernetes says of the server is so. No cluster is asked whether it takes the files. */
class KubernetesTest {
    private static final Path FILES = Path.of("..", "examples", "kubernetes");
    private static final Map<String, Integer> PORTS = Map.of(
            "clients", Integer.parseInt(Setting.PORT.defaultText()),
            "admin", Integer.parseInt(Setting.ADMIN_PORT.defaultText()),
            "peers", 6390,
            "relay", 6391);

    @TempDir Path folder;

    @Test
    void everyFileIsRightYamlWithTheKindsThatItPromises() throws IOException {
        assertThat(kinds("one.yaml")).containsExactly("Service", "StatefulSet");
        assertThat(kinds("three.yaml"))
                .containsExactly("Service", "Service", "StatefulSet", "PodDisruptionBudget");
        assertThat(kinds("network.yaml")).containsExactly("NetworkPolicy");
        assertThat(kinds("monitoring.yaml")).containsExactly("PodMonitor");
        try (var files = Files.list(FILES)) {
            assertThat(files.filter(file -> file.toString().endsWith(".yaml"))).hasSize(4);
        }
    }

    @Test
    void everyVariableIsASettingAndItsValueIsTaken() throws IOException {
        for (var file : List.of("one.yaml", "three.yaml")) {
            for (int pod = 0; pod < replicas(file); pod++) {
                var environment = environment(file, "dflockd-" + pod);
                assertThat(Stream.of(Setting.values()).map(Setting::variable)).containsAll(environment.keySet());
                // Where the image says so; see packaging/pom.xml.
                environment.put("DFLOCKD_HOST", "0.0.0.0");

                assertThat(ConfigLoader.load(List.of(), environment)).isInstanceOf(ConfigLoader.Wish.Serve.class);
            }
        }
    }

    @Test
    void thePortsAreThoseOfTheServer() throws IOException {
        for (var file : List.of("one.yaml", "three.yaml", "network.yaml", "monitoring.yaml")) {
            each(documents(file), (key, value) -> {
                if (key.equals("containerPort") || (key.equals("port") && value instanceof Integer)) {
                    assertThat(PORTS).containsValue((Integer) value);
                } else if (key.equals("targetPort") || key.equals("port")) {
                    assertThat(PORTS).containsKey((String) value);
                }
            });
            each(documents(file), (key, value) -> {
                if (key.equals("ports") && value instanceof List<?> ports) {
                    for (var port : ports) {
                        var named = (Map<?, ?>) port;
                        if (named.get("name") instanceof String name) {
                            int number = (Integer) named
                                    .get(named.containsKey("containerPort") ? "containerPort" : "port");
                            assertThat(number).isEqualTo(PORTS.get(name));
                        }
                    }
                }
            });
        }
    }

    @Test
    void everyPathThatIsAskedIsAnswered() throws Exception {
        var paths = new ArrayList<String>();
        for (var file : List.of("one.yaml", "three.yaml", "monitoring.yaml")) {
            each(documents(file), (key, value) -> {
                if (key.equals("path")) {
                    paths.add((String) value);
                }
            });
        }
        assertThat(paths).contains("/livez", "/readyz", "/metrics");
        try (var server = DflockdServer.start(ServerConfig.builder()
                .set(Setting.PORT, "0")
                .set(Setting.ADMIN_PORT, "0")
                .build())) {
            var http = HttpClient.newHttpClient();
            int port = server.adminAddress().orElseThrow().getPort();
            for (var path : paths) {
                var answer = http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
                        HttpResponse.BodyHandlers.discarding());
                assertThat(answer.statusCode()).as(path).isEqualTo(200);
            }
        }
    }

    @Test
    void noServiceSetsAVariableOfTheServer() throws IOException {
        for (var file : List.of("one.yaml", "three.yaml")) {
            var pods = new ArrayList<>();
            each(documents(file), (key, value) -> {
                if (key.equals("enableServiceLinks")) {
                    pods.add(value);
                }
            });
            assertThat(pods).containsExactly(false);
        }
    }

    /** Of one pod, without the files that secrets would bring, for which others stand. */
    private Map<String, String> environment(String file, String pod) throws IOException {
        Map<String, String> environment = new HashMap<>();
        var secret = Files.writeString(folder.resolve("a"), "first-token-of-this-test");
        var other = Files.writeString(folder.resolve("b"), "other-token-of-this-test");
        each(documents(file), (key, value) -> {
            if (!key.equals("env")) {
                return;
            }
            for (var entry : (List<?>) value) {
                var variable = (Map<?, ?>) entry;
                var text = variable.containsKey("value") ? (String) variable.get("value") : pod;
                if (text.startsWith("/etc/dflockd/")) {
                    text = (text.endsWith("admin") ? other : secret).toString();
                } else if (text.startsWith("/var/lib/dflockd")) {
                    text = folder.resolve(pod).toString();
                }
                environment.put((String) variable.get("name"), text);
            }
        });
        assertThat(environment).isNotEmpty();
        return environment;
    }

    private static int replicas(String file) throws IOException {
        var found = new int[1];
        each(documents(file), (key, value) -> {
            if (key.equals("replicas")) {
                found[0] = (Integer) value;
            }
        });
        assertThat(found[0]).isPositive();
        return found[0];
    }

    private static List<String> kinds(String file) throws IOException {
        return documents(file).stream().map(document -> (String) ((Map<?, ?>) document).get("kind")).toList();
    }

    private static List<Object> documents(String file) throws IOException {
        var documents = new ArrayList<Object>();
        new Load(LoadSettings.builder().setLabel(file).build())
                .loadAllFromString(Files.readString(FILES.resolve(file)))
                .forEach(documents::add);
        return documents;
    }

    /** Shows each entry of each map, however deep. */
    private static void each(Object part, BiConsumer<String, Object> shown) {
        if (part instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                shown.accept((String) key, value);
                each(value, shown);
            });
        } else if (part instanceof List<?> list) {
            list.forEach(entry -> each(entry, shown));
        }
    }
}
