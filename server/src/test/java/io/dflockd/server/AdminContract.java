package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.avaje.json.mapper.JsonMapper;
import io.dflockd.http.api.OpenApi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Holds answers of the admin listener to its description. It is stricter than that: a field that is not described fails. */
final class AdminContract {
    private static final String ROOT = "https://dflockd.example/openapi.json";
    private static final String PROBLEM = "application/problem+json";
    private static final String PROBLEM_SCHEMA = "/components/schemas/Problem";
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Map<?, ?> paths;
    private final SchemaRegistry registry;
    private final Map<String, Schema> schemas = new ConcurrentHashMap<>();
    private final Collection<String> seen = java.util.Collections.synchronizedCollection(new TreeSet<>());

    private AdminContract(Map<String, Object> description) {
        this.paths = (Map<?, ?>) description.get("paths");
        var strict = MAPPER.toJson(strict(description));
        this.registry = SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12, builder -> builder.schemas(Map.of(ROOT, strict)));
    }

    static AdminContract ofThisServer() {
        try (var in = OpenApi.class.getResourceAsStream("openapi.json")) {
            return new AdminContract(MAPPER.fromJsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Objects may have no fields but those that are described. */
    private static Object strict(Object node) {
        if (node instanceof Map<?, ?> map) {
            var copy = new LinkedHashMap<Object, Object>();
            map.forEach((name, value) -> copy.put(name, strict(value)));
            if (map.get("properties") instanceof Map && "object".equals(map.get("type"))) {
                copy.putIfAbsent("additionalProperties", false);
            }
            return copy;
        }
        return node instanceof Collection<?> list ? list.stream().map(AdminContract::strict).toList() : node;
    }

    /**
     * Fails where an answer is none that is described.
     *
     * @param target with what was asked; empty where nothing of the request could be understood
     * @param type the header of that name
     */
    void check(String method, String target, int status, String type, String body) {
        var path = target.replaceFirst("\\?.*", "");
        var media = type.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
        var what = "%s %s -> %d %s %s".formatted(method, target, status, type, body);
        @Nullable Object operation = operation(method.equals("HEAD") ? "get" : method.toLowerCase(Locale.ROOT), path);
        if (media.equals(PROBLEM)) {
            assertThat(status).as(what).isGreaterThanOrEqualTo(400);
            if (!method.equals("HEAD")) {
                assertThat(errors(PROBLEM_SCHEMA, body)).as(what).isEmpty();
                assertThat(MAPPER.fromJsonObject(body).get("status")).as(what).hasToString(Integer.toString(status));
            }
            return;
        }
        if (operation == null) {
            assertThat(isOfTheConsole(path)).as("nothing says that there is " + what).isTrue();
            return;
        }
        var template = template(path);
        var pointer = "/paths/" + escaped(template) + '/' + method.toLowerCase(Locale.ROOT).replace("head", "get")
                + "/responses/" + status;
        var response = (Map<?, ?>) ((Map<?, ?>) ((Map<?, ?>) operation).get("responses"))
                .get(Integer.toString(status));
        assertThat(response).as("nothing says that this may be answered: " + what).isNotNull();
        var content = response.get("content") instanceof Map<?, ?> some ? some : Map.of();
        assertThat(content.containsKey(media)).as("another type than is described: " + what).isTrue();
        if (media.equals("application/json") && !method.equals("HEAD")) {
            assertThat(errors(pointer + "/content/" + escaped(media) + "/schema", body)).as(what).isEmpty();
        }
        seen.add(method + " " + template);
    }

    /** Fails where the data of a server-sent event is not as its schema says. */
    void checkEvent(String schema, String data) {
        assertThat(errors("/components/schemas/" + schema, data)).as(data).isEmpty();
    }

    /** What was answered as is described, and not by a problem: methods and paths. */
    Collection<String> seen() {
        return new TreeSet<>(seen);
    }

    /** What can be asked at all: methods and paths. */
    Collection<String> described() {
        var all = new TreeSet<String>();
        paths.forEach((path, methods) -> ((Map<?, ?>) methods)
                .forEach((method, operation) -> all.add(method.toString().toUpperCase(Locale.ROOT) + " " + path)));
        return all;
    }

    private Collection<String> errors(String pointer, String json) {
        var schema = schemas.computeIfAbsent(pointer, at -> registry.getSchema(SchemaLocation.of(ROOT + "#" + at)));
        return schema.validate(json, InputFormat.JSON).stream().map(Object::toString).toList();
    }

    private @Nullable Object operation(String method, String path) {
        var template = template(path);
        return template.isEmpty() ? null : ((Map<?, ?>) paths.get(template)).get(method);
    }

    private String template(String path) {
        if (paths.containsKey(path)) {
            return path;
        }
        for (var each : paths.keySet()) {
            var template = each.toString();
            if (template.contains("{") && Pattern.matches(template.replaceAll("\\{[^}]*}", "[^/]+"), path)) {
                return template;
            }
        }
        return "";
    }

    private static boolean isOfTheConsole(String path) {
        return path.equals("/") || path.startsWith("/console");
    }

    private static String escaped(String name) {
        // A pointer in a fragment: what is a separator in one of the two is written otherwise.
        return name.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D").replace("+", "%2B");
    }

    /** The description with one thing in it changed, to see that this is noticed. */
    static AdminContract mutated(String schema, String property, Map<String, Object> instead) {
        try (var in = OpenApi.class.getResourceAsStream("openapi.json")) {
            var all = MAPPER.fromJsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            @SuppressWarnings("unchecked") var found = (Map<String, Object>) ((Map<?, ?>) ((Map<?, ?>) all
                    .get("components")).get("schemas")).get(schema);
            @SuppressWarnings("unchecked") var properties = (Map<String, Object>) found.get("properties");
            var changed = new HashMap<>(properties);
            assertThat(changed.put(property, instead)).isNotNull();
            found.put("properties", changed);
            return new AdminContract(all);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
