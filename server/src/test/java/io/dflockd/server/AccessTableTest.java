package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.avaje.json.mapper.JsonMapper;
import io.dflockd.protocol.Verb;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.testkit.WireClient;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who may do what to which keys: random rows of identity, command and key, asked of a server at the port for clients and over HTTP,
 * as a model says. What is denied changes nothing, and nobody hears of what he may not hear of. {@code -Daccess.seed=N} repeats a
 * run.
 */
@Timeout(600)
class AccessTableTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final int ROWS = Integer.getInteger("access.rows", 1000);
    private static final int IDENTITIES = 10;
    private static final String NOBODYS = "0123456789abcdef0123456789abcdef";
    private static final List<String> KEYS = List.of("a", "ab", "a.b", "b.a", "ab.b");
    private static final List<String> PATTERNS = List.of(
            "*", ">", "a.*", "a.>", "b.*", "b.>", "*.a", "*.*", "ab.>", "*.b.>", "a.b.*");
    private static final List<String> KEY_RULES = List.of("*", "a*", "a.*", "b*", "b.*", "ab*", "ab.*", "b.a*");
    private static final Set<String> PUSHES = Set.of("sig", "watch", "leader", "missed", "lost");
    private static final Pattern TIMES = Pattern.compile("\"(held_s|lease_left_s|waited_s)\":[0-9.]+");
    private static final Set<String> ALL = Set.of(
            "hold", "read", "write", "watch", "listen", "send", "stats", "observe", "release");
    private static final Set<String> ALL_OF_CLIENTS = ALL.stream()
            .filter(right -> !right.equals("release"))
            .collect(Collectors.toSet());

    /** What follows the word on the wire; TOKEN and FENCE are those of some hold. */
    private static final Map<String, String> ARGUMENTS = arguments("""
            l 0 600|sl 0 2 600|rl 0 600|wl 0 600|elect 0 600|e 600|se 2 600|re 600|we 600|w 0|sw 0|rw 0|ww 0|bwait 2 0
            r TOKEN|sr TOKEN|rr TOKEN|wr TOKEN|resign TOKEN|n TOKEN 600|sn TOKEN 600|rn TOKEN 600|wn TOKEN 600
            keep TOKEN 600|downgrade TOKEN 600|holders|revoke FENCE
            get|kget|llen|lrange 0 -1|incr 1|decr 1|cset 7|kset v|kcas v\tw|kdel
            lpush v|rpush v|lpop|rpop|blpop 0|brpop 0
            watch|observe|listen|signal v|stats|unlisten|unwatch|unobserve|ping|hello x|cancel 1|cluster|auth other
            """);
    /** What is for use without a tag. */
    private static final Set<String> UNTAGGED = Set.of("stats", "hello", "cluster", "auth");
    /** The same over HTTP: method, path behind the root, and body. */
    private static final Map<String, List<String>> OVER_HTTP = Map.ofEntries(
            http("l", "POST", "locks/KEY/acquire", "{\"lease_s\":600}"),
            http("sl", "POST", "locks/KEY/acquire", "{\"kind\":\"semaphore\",\"limit\":2,\"lease_s\":600}"),
            http("rl", "POST", "locks/KEY/acquire", "{\"kind\":\"read\",\"lease_s\":600}"),
            http("wl", "POST", "locks/KEY/acquire", "{\"kind\":\"write\",\"lease_s\":600}"),
            http("r", "POST", "locks/KEY/unlock", "{\"token\":\"TOKEN\"}"),
            http("n", "POST", "locks/KEY/renew", "{\"token\":\"TOKEN\",\"lease_s\":600}"),
            http("revoke", "POST", "locks/KEY/release", "{\"fence\":FENCE,\"reason\":\"test\"}"),
            http("kget", "GET", "values/KEY", ""),
            http("kset", "PUT", "values/KEY", "{\"value\":\"v\"}"),
            http("kdel", "DELETE", "values/KEY", ""),
            http("get", "GET", "counters/KEY", ""),
            http("cset", "PUT", "counters/KEY", "{\"value\":7}"),
            http("incr", "POST", "counters/KEY/add", "{\"delta\":1}"),
            http("lrange", "GET", "lists/KEY", ""),
            http("rpush", "POST", "lists/KEY/push", "{\"value\":\"v\"}"),
            http("lpop", "POST", "lists/KEY/pop", "{}"),
            http("signal", "POST", "signals/KEY", "{\"payload\":\"v\"}"));

    @TempDir private Path folder;
    private final long seed = Long.getLong("access.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<Identity> identities = new ArrayList<>();
    private final Map<String, String> tokens = new HashMap<>();
    private final Map<String, String> fences = new HashMap<>();
    private DflockdServer server;
    private AdminCaller http;
    private WireClient admin;
    private int denied;

    private static Map.Entry<String, List<String>> http(String word, String method, String path, String body) {
        return Map.entry(word, List.of(method, path, body));
    }

    private static Map<String, String> arguments(String table) {
        var all = new LinkedHashMap<String, String>();
        table.lines().flatMap(line -> Stream.of(line.split("\\|", -1))).forEach(command -> {
            int blank = command.indexOf(' ');
            all.put(blank < 0 ? command : command.substring(0, blank), blank < 0 ? "" : command.substring(blank + 1));
        });
        return all;
    }

    /** One of the file, or who has one of the two tokens that are no file's. */
    private final class Identity {
        final String name;
        final String session;
        RightsModel model = new RightsModel(Set.of(), List.of());
        /** In the order of their forms: the last is that of its session. */
        final List<Line> lines = new ArrayList<>();

        Identity(String name, Set<String> powers) {
            this.name = name;
            this.session = "session-of-one-of-many-" + name;
            if (!powers.isEmpty()) {
                model = new RightsModel(powers, List.of());
            }
        }

        String token() {
            return "t-" + name;
        }

        boolean isRuled() {
            return identities.indexOf(this) < IDENTITIES;
        }

        void connect() {
            for (var form : Form.values()) {
                lines.add(new Line(this, form));
            }
        }
    }

    private enum Form {
        PLAIN,
        TAGGED,
        SESSION
    }

    /** A connection, which looks at whatever it is told. */
    private final class Line {
        final Identity owner;
        final Form form;
        final Set<String> subscriptions = new HashSet<>();
        WireClient wire;
        long number;

        Line(Identity owner, Form form) {
            this.owner = owner;
            this.form = form;
            this.wire = known(owner);
            if (form == Form.SESSION) {
                assertThat(wire.ask("session", owner.session, "60")).isEqualTo("ok new 60");
            }
        }

        String ask(String word, String key, String argument) {
            var tag = form == Form.PLAIN ? "" : "@" + ++number + " ";
            wire.send(tag + word, key, argument);
            var line = next(-1);
            assertThat(line).startsWith(tag);
            return line.substring(tag.length());
        }

        /** The next line that is no push. */
        private String next(int mayMiss) {
            while (true) {
                var line = wire.line();
                var words = line.split(" ", -1);
                if (!PUSHES.contains(words[0])) {
                    return line;
                }
                if (words[0].equals("missed")) {
                    assertThat(line).as(what()).isEqualTo("missed events " + mayMiss);
                    return line;
                }
                var right = words[0].equals("sig") ? "listen" : "watch";
                var name = words[0].equals("sig") ? words[1] : words[2];
                assertThat(owner.model.may(right, name)).as("%s, which hears: %s", what(), line).isTrue();
            }
        }

        /** All that was told so far is looked at. */
        void settle() {
            assertThat(ask("ping", "_", "")).as(what()).isEqualTo("ok");
        }

        /** The rules are others. What is subscribed to and allowed no longer ends, and how much that is, is told. */
        void obey() {
            int before = subscriptions.size();
            subscriptions.removeIf(each -> {
                var words = each.split(" ", -1);
                return !owner.model.mayAsk(words[0], words[1]);
            });
            int ended = before - subscriptions.size();
            if (ended > 0) {
                assertThat(next(ended)).startsWith("missed ");
            }
        }

        /** Another connection takes the session over. */
        void moveOn() {
            settle();
            var other = known(owner);
            assertThat(other.ask("session", owner.session, "60 " + number)).as(what())
                    .isEqualTo("ok resumed 60 " + number);
            wire.expectEnd();
            wire.close();
            wire = other;
        }

        String what() {
            return "seed %d: %s, %s".formatted(seed, owner.name, form);
        }
    }

    private WireClient known(Identity identity) {
        var wire = WireClient.connect(server.address());
        assertThat(wire.ask("auth", "_", identity.token())).isEqualTo("ok");
        assertThat(wire.ask("hello", "_", "x")).startsWith("ok ");
        return wire;
    }

    private void start() throws Exception {
        System.out.printf("AccessTableTest: seed %d%n", seed);
        for (int i = 0; i < IDENTITIES; i++) {
            identities.add(new Identity("i" + i, Set.of()));
        }
        identities.add(new Identity("all", ALL_OF_CLIENTS));
        identities.add(new Identity("operator", ALL));
        server = DflockdServer.start(ServerConfig.builder()
                .set(Setting.PORT, "0")
                .set(Setting.ADMIN_PORT, "0")
                .set(Setting.AUTH_TOKEN, "t-all")
                .set(Setting.ADMIN_TOKEN_FILE, Files.writeString(folder.resolve("operator"), "t-operator").toString())
                .set(Setting.AUTH_FAILURE_LIMIT, "1000000")
                .set(Setting.AUDIT_LOG, folder.resolve("audit.log").toString())
                .set(Setting.IDENTITIES, newRules().toString())
                .build());
        http = new AdminCaller(server.adminAddress().orElseThrow());
        admin = known(identities.getLast());
        identities.forEach(Identity::connect);
    }

    @AfterEach
    void stop() {
        if (server != null) {
            identities.stream().flatMap(each -> each.lines.stream()).forEach(line -> line.wire.close());
            admin.close();
            http.close();
            server.close();
        }
    }

    /** Writes a file of random rules, which the models know too. */
    private Path newRules() throws Exception {
        var text = new StringBuilder("identities:\n");
        for (var identity : identities.subList(0, IDENTITIES)) {
            var rules = IntStream.rangeClosed(0, random.nextInt(4)).mapToObj(each -> rule()).toList();
            identity.model = new RightsModel(Set.of(), rules);
            text.append("  - name: %s\n    tokens: [\"%s\"]\n    rules:\n"
                    .formatted(identity.name, IdentitiesTest.digest(identity.token())));
            rules.forEach(rule -> text.append("      - {allow: %s%s%s}\n"
                    .formatted(rule.allow(), patterns(", keys", rule.keys()),
                            patterns(", channels", rule.channels()))));
        }
        return Files.writeString(folder.resolve("identities.yaml"), text);
    }

    private static String patterns(String name, List<String> patterns) {
        return patterns.isEmpty()
                ? ""
                : patterns.stream().collect(Collectors.joining("\", \"", name + ": [\"", "\"]"));
    }

    private RightsModel.Rule rule() {
        var keys = some(2, random.nextInt(3) == 0 ? KEYS : KEY_RULES);
        var channels = some(2, random.nextInt(3) == 0 ? KEYS : PATTERNS);
        var ofChannels = some(2, List.of("watch", "listen", "send"));
        var ofKeys = some(3, List.of("hold", "read", "write", "watch", "observe", "release", "stats"));
        return switch (random.nextInt(4)) {
            case 0 -> new RightsModel.Rule(Set.copyOf(ofChannels), List.of(), channels);
            case 1 -> new RightsModel.Rule(
                    Stream.concat(ofKeys.stream(), ofChannels.stream()).collect(Collectors.toSet()), keys, channels);
            default -> new RightsModel.Rule(Set.copyOf(ofKeys), keys, List.of());
        };
    }

    private List<String> some(int most, List<String> of) {
        return IntStream.rangeClosed(0, random.nextInt(most)).mapToObj(each -> one(of)).distinct().toList();
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    /** What there is under each key, without what only time changes. */
    private Map<String, String> state() {
        var asked = new StringBuilder();
        for (var key : KEYS) {
            asked.append("holders\n%1$s\n\nkget\n%1$s\n\nget\n%1$s\n\nlrange\n%1$s\n0 -1\n".formatted(key));
        }
        admin.sendRaw(asked.toString());
        var state = new LinkedHashMap<String, String>();
        for (var key : KEYS) {
            state.put(key, TIMES.matcher(admin.line()).replaceAll("$1") + admin.line() + admin.line() + admin.line());
        }
        return state;
    }

    @Test
    void eachMayDoWhatItsRulesAllowAndNothingElse() throws Exception {
        start();
        assertThat(Stream.concat(ARGUMENTS.keySet().stream(), Stream.of("session", "ack", "bye")))
                .as("every command is asked")
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Verb.values()).map(Verb::word).toList());
        assertThat(ARGUMENTS.keySet()).containsAll(RightsModel.commands());

        var before = state();
        for (int row = 0; row < ROWS; row++) {
            if (row == ROWS / 2) {
                changeRules();
            }
            if (row % 40 == 39) {
                sessionsStayWithTheirOwners();
                before = state();
            }
            var identity = one(identities);
            // Wildcards are what rules are most easily wrong about.
            var word = one(random.nextInt(4) == 0 ? List.of("watch", "listen") : List.copyOf(ARGUMENTS.keySet()));
            var key = key(word);
            boolean isOverHttp = OVER_HTTP.containsKey(word) && random.nextInt(3) == 0;
            var answer = isOverHttp ? askOverHttp(identity, word, key) : ask(identity, word, key);
            var what = "seed %d, row %d: %s asks %s of %s%s".formatted(
                    seed, row, identity.name, word, key, isOverHttp ? " over HTTP" : "");

            boolean isAllowed = identity.model.mayAsk(word, key);
            assertThat(!answer.equals("error_denied")).as("%s and is answered %s", what, answer).isEqualTo(isAllowed);
            denied += isAllowed ? 0 : 1;
            var after = state();
            for (var each : KEYS) {
                if (!isAllowed || !each.equals(key)) {
                    assertThat(after.get(each)).as("%s: what is under %s", what, each).isEqualTo(before.get(each));
                }
            }
            before = after;
        }
        identities.stream().flatMap(each -> each.lines.stream()).forEach(Line::settle);
        assertThat(denied).as("seed %d: rows that are denied", seed).isBetween(ROWS / 5, ROWS * 4 / 5);
        listsShowWhatMayBeSeen();
    }

    private String key(String word) {
        boolean isSubscription = word.equals("watch") || word.equals("listen") || word.equals("observe");
        return one(isSubscription && random.nextBoolean() ? PATTERNS : KEYS);
    }

    private String argument(String word, String key) {
        var of = random.nextInt(5) == 0 ? one(KEYS) : key;
        return word.equals("auth")
                ? one(identities.subList(0, IDENTITIES)).token()
                : ARGUMENTS.get(word)
                        .replace("TOKEN", tokens.getOrDefault(of, NOBODYS))
                        .replace("FENCE", fences.getOrDefault(of, "1"));
    }

    private String ask(Identity identity, String word, String key) {
        var line = identity.lines.get(UNTAGGED.contains(word) ? 0 : random.nextInt(identity.lines.size()));
        // The server drops a CR wherever it stands, so the rules are about the key without.
        int cut = random.nextInt(4) == 0 ? random.nextInt(key.length() + 1) : -1;
        var sent = cut < 0 ? key : key.substring(0, cut) + "\r" + key.substring(cut);
        var argument = argument(word, key);
        var answer = line.ask(word, sent, argument);
        if (word.equals("auth")) {
            assertThat(answer).as("nobody becomes another").isEqualTo("error");
        }
        var words = answer.split(" ", -1);
        if (words.length == 4 && words[1].length() == NOBODYS.length()) {
            tokens.put(key, words[1]);
            fences.put(key, words[3]);
        }
        if (answer.equals("ok")) {
            switch (word) {
                case "watch", "listen", "observe" -> line.subscriptions.add(word + " " + key);
                case "unwatch", "unlisten", "unobserve" -> line.subscriptions.remove(word.substring(2) + " " + key);
                default -> {}
            }
        }
        return answer;
    }

    private String askOverHttp(Identity identity, String word, String key) throws Exception {
        var how = OVER_HTTP.get(word);
        var of = random.nextInt(5) == 0 ? one(KEYS) : key;
        var answer = http.send(http.request("/api/v1/" + how.get(1).replace("KEY", key))
                .header("Authorization", "Bearer " + identity.token())
                .header("Content-Type", "application/json")
                .method(how.get(0), HttpRequest.BodyPublishers.ofString(how.get(2)
                        .replace("TOKEN", tokens.getOrDefault(of, NOBODYS))
                        .replace("FENCE", fences.getOrDefault(of, "1"))))
                .build());
        assertThat(answer.statusCode()).as(answer.body()).isNotIn(400, 401, 500, 503);
        if (answer.statusCode() == 403) {
            assertThat(answer.body()).containsPattern("\"code\":\"(error_)?denied\"");
            return "error_denied";
        }
        if (answer.statusCode() == 200 && how.get(1).endsWith("/acquire")) {
            var held = MAPPER.fromJsonObject(answer.body());
            tokens.put(key, held.get("token").toString());
            fences.put(key, held.get("fence").toString());
        }
        return "ok";
    }

    private void changeRules() throws Exception {
        identities.stream().flatMap(each -> each.lines.stream()).forEach(Line::settle);
        newRules();
        server.reload();
        identities.stream().filter(Identity::isRuled).flatMap(each -> each.lines.stream()).forEach(Line::obey);
    }

    /** Who knows the name of a session is none of those it belongs to, and those go on with it. */
    private void sessionsStayWithTheirOwners() {
        var owner = one(identities.subList(0, IDENTITIES));
        var thief = one(identities.stream().filter(other -> other != owner).toList());
        var line = owner.lines.getLast();
        try (var wire = known(thief)) {
            assertThat(wire.ask("session", owner.session, "60"))
                    .as("seed %d: %s takes the session of %s", seed, thief.name,
                            owner.name)
                    .isEqualTo("ok new 60");
            assertThat(wire.ask("bye", "_", "")).as("no push, as it has no subscription").isEqualTo("ok");
        }
        line.moveOn();
    }

    private void listsShowWhatMayBeSeen() throws Exception {
        var all = seenBy(identities.getLast());
        assertThat(all).isNotEmpty();
        for (var identity : identities) {
            assertThat(seenBy(identity)).as("seed %d: what %s is shown", seed, identity.name)
                    .isEqualTo(all.stream()
                            .filter(key -> identity.model.may("observe", key))
                            .collect(Collectors.toSet()));
        }
    }

    /** Empty too where it may not look at all. */
    private Set<String> seenBy(Identity identity) throws Exception {
        var answer = http.send(http.request("/api/v1/locks?limit=1000")
                .header("Authorization", "Bearer " + identity.token())
                .build());
        if (answer.statusCode() == 403) {
            return Set.of();
        }
        var items = (List<?>) MAPPER.fromJsonObject(answer.body()).get("items");
        return items.stream().map(item -> ((Map<?, ?>) item).get("key").toString()).collect(Collectors.toSet());
    }

    /** Ways of writing a key so that who asks and who decides might read it differently. */
    @Test
    void noWayOfWritingAKeyLeadsAroundTheRules() throws Exception {
        start();
        var rules = "identities: [{name: mine, tokens: [\"%s\"], rules: [{allow: [%s], keys: [\"mine/*\"]}, "
                .formatted(IdentitiesTest.digest("t-mine"), "hold, read, write, watch, observe, release")
                + "{allow: [listen, send], channels: [\"mine.>\"]}]}]";
        Files.writeString(folder.resolve("identities.yaml"), rules);
        server.reload();
        admin.ask("kset", "theirs/x", "s3cret");
        var fence = admin.ask("l", "theirs/x", "0 600").split(" ", -1)[3];
        var before = admin.ask("holders", "theirs/x", "").replaceAll(TIMES.pattern(), "");

        for (var way : List.of("theirs/x", "theirs%2Fx", "theirs%2fx", "theirs%2Fx%0D", "%0Dtheirs%2Fx",
                "thei%0Drs%2Fx",
                "%74heirs%2Fx", "theirs%252Fx", "mine/../theirs/x", "mine%2F..%2Ftheirs%2Fx",
                "mine/../values/theirs%2Fx",
                "mine%2F%2e%2e/theirs%2Fx", "mine%2F%0Atheirs%2Fx", "mine%2F%00theirs%2Fx", "mine%2F/theirs%2Fx",
                "theirs%2Fx?mine/", "theirs%2Fx#mine/", "theirs%2Fx;mine/", "mine%2F;/../theirs%2Fx",
                "mine%2F\\..\\theirs%2Fx")) {
            for (var first : List.of("GET /api/v1/values/" + way, "DELETE /api/v1/values/" + way,
                    "GET /api/v1/locks/" + way, "POST /api/v1/locks/" + way + "/release",
                    "POST /api/v1/locks/" + way + "/acquire", "GET /api/v1/watch?pattern=" + way)) {
                var body = first.endsWith("/release")
                        ? "{\"fence\":" + fence + ",\"reason\":\"x\"}"
                        : first.endsWith("/acquire") ? "{\"kind\":\"semaphore\",\"limit\":9}" : "";
                if (first.startsWith("GET /api/v1/watch") && way.startsWith("mine")) {
                    continue; // it is a key of its own, and a feed that goes on
                }
                var answer = http.raw(first + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization:"
                        + " Bearer t-mine\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                        + "\r\n\r\n" + body);
                assertThat(answer).as(first).doesNotContain("s3cret", "\"holders\":[{");
                if (!way.startsWith("mine")) {
                    assertThat(answer).as(first).containsPattern("HTTP/1\\.1 (400|403|404|405) ");
                }
            }
        }
        try (var mine = WireClient.connect(server.address())) {
            mine.ask("auth", "_", "t-mine");
            for (var way : List.of("theirs/x", "\rtheirs/x", "theirs\r/x\r", "th\re\ri\rrs/x", "mine/../theirs/x",
                    "mine/\0theirs/x", "mine/\rtheirs/x")) {
                for (var command : List.of("kget", "kdel", "l", "revoke")) {
                    var argument = command.equals("revoke") ? fence : command.equals("l") ? "0 600" : "";
                    var answer = mine.ask(command, way, argument);
                    assertThat(answer).as("%s %s", command, way).doesNotContain("s3cret");
                    assertThat(answer.equals("error_denied")).as("%s %s", command, way)
                            .isNotEqualTo(way.startsWith("mine/"));
                }
            }
        }

        assertThat(admin.ask("kget", "theirs/x", "")).isEqualTo("ok s3cret");
        assertThat(admin.ask("holders", "theirs/x", "").replaceAll(TIMES.pattern(), "")).isEqualTo(before);
    }
}
