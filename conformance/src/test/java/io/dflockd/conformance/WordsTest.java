package io.dflockd.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.avaje.json.mapper.JsonMapper;
import io.dflockd.protocol.Octets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What {@code hello} and {@code holders} tell. The other words are in {@code transcripts/53-words.txt}. */
@ExtendWith(Conversations.class)
@Tag("extension")
class WordsTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Test
    void helloNamesTheServerItsExtensionsAndWhatBothSidesMustAgreeOn(Conversation talk) {
        var words = hello(talk.client("A"));

        assertThat(words).hasSize(4);
        assertThat(words[1]).matches("dflockd/\\S+");
        assertThat(words[2].split(",", -1)).contains("ping", "tags", "cancel", "sessions", "lost", "ms", "keep",
                "downgrade", "holders", "revoke");
        assertThat(settings(words)).containsEntry("auto_release", "on")
                .containsEntry("window", "131072")
                .containsEntry("max_answer", "16777216")
                .containsEntry("max_grace", "600")
                .containsEntry("max_arg", "65536")
                .containsEntry("read_timeout", "23");
    }

    @Test
    @ServerOptions({"--auto-release-on-disconnect", "false", "--max-answer-bytes", "1000000", "--max-session-grace",
            "30",
            "--max-arg-bytes", "4096", "--read-timeout", "7"})
    void helloTellsTheSettingsOfThisServer(Conversation talk) {
        assertThat(settings(hello(talk.client("A")))).containsEntry("auto_release", "off")
                .containsEntry("max_answer", "1000000")
                .containsEntry("max_grace", "30")
                .containsEntry("max_arg", "4096")
                .containsEntry("read_timeout", "7");
    }

    @Test
    @ServerOptions({"--max-session-grace", "0"})
    void helloDoesNotAnnounceSessionsThatAreSwitchedOff(Conversation talk) {
        assertThat(hello(talk.client("A"))[2].split(",", -1)).doesNotContain("sessions").contains("tags");
    }

    @Test
    void holdersTellsWhoHoldsAndWhoWaitsAndNeverAToken(Conversation talk) {
        talk.client("A").send("hello", "_", "app-1").line();
        talk.client("B").send("hello", "_", "app-2").line();
        talk.run("""
                A> l / k / 0 60    A< ok T1 60 f1
                B> l / k / 30      (blocks)
                C> l / k / 30      (blocks)
                """);

        var line = talk.client("D").send("holders", talk.key("k"), "").line();

        var answer = object(line);
        assertThat(answer).containsEntry("kind", "lock");
        assertThat(number(answer.get("limit"))).isOne();
        assertThat(rows(answer, "holders")).hasSize(1);
        var holder = rows(answer, "holders").get(0);
        assertThat(holder).containsValue("app-1");
        assertThat(numbers(holder.values())).contains(Double.parseDouble(talk.bindings().fill("f1")));
        assertThat(holder.values()).anySatisfy(value -> assertThat(value.toString()).startsWith("127.0.0.1:"));
        assertThat(rows(answer, "waiters")).hasSize(2);
        assertThat(rows(answer, "waiters").get(0)).containsValue("app-2");
        assertThat(line).doesNotContain(talk.bindings().fill("T1"));
    }

    @Test
    void holdersIsBoundedAndTellsTheTotal(Conversation talk) {
        for (int i = 1; i <= 5; i++) {
            talk.client("A").ask("sl", talk.key("s"), "0 5", "ok T" + i + " 33 f" + i);
        }
        talk.run("B> sl / s / 30 5    (blocks)    C> sl / s / 30 5    (blocks)    D> sl / s / 30 5    (blocks)");

        var answer = object(talk.client("E").send("holders", talk.key("s"), "2").line());

        assertThat(number(answer.get("limit"))).isEqualTo(5);
        assertThat(rows(answer, "holders")).hasSizeLessThanOrEqualTo(5);
        assertThat(rows(answer, "waiters")).hasSize(2);
        assertThat(numbers(answer.values())).contains(3.0); // all who wait
    }

    @Test
    void holdersTellsTheKindOfAReadWriteLock(Conversation talk) {
        talk.run("A> rl / k / 0    A< ok T1 33 f1    B> rl / k / 0    B< ok T2 33 f2");

        var answer = object(talk.client("C").send("holders", talk.key("k"), "").line());

        assertThat(rows(answer, "holders")).hasSize(2);
        assertThat(answer.get("kind")).isNotEqualTo("lock");
    }

    @Test
    void nameOfAClientStaysWithItsSession(Conversation talk) {
        talk.client("A").send("hello", "_", "app-1").line();
        talk.run("""
                A> session / one-0123456789abcdef / 60    A< ok new 60
                A> l / k / 0 60    A< ok T1 60 f1
                A> (disconnects)
                B> session / one-0123456789abcdef / 60    B< ok resumed 60 0
                """);

        assertThat(talk.client("C").send("holders", talk.key("k"), "").line()).contains("app-1");
    }

    @Test
    void nameThatIsNoTextMakesNoBadJson(Conversation talk) {
        talk.client("A").send("hello", "_", Octets.ofText("zoë\u2003\"\\") + "\u00ff\u0001").line();
        talk.run("A> l / k / 0 60    A< ok T1 60 f1");

        var answer = object(talk.client("C").send("holders", talk.key("k"), "").line());

        assertThat(rows(answer, "holders").get(0)).containsValue("zoë\u2003\"\\\ufffd\u0001");
    }

    private static String[] hello(Speaker client) {
        var line = client.send("hello", "_", "app").line();
        assertThat(line).startsWith("ok ");
        return line.split(" ", -1);
    }

    private static Map<String, String> settings(String[] words) {
        var settings = new HashMap<String, String>();
        for (var setting : words[3].split(",", -1)) {
            assertThat(setting).contains("=");
            settings.put(setting.substring(0, setting.indexOf('=')), setting.substring(setting.indexOf('=') + 1));
        }
        return settings;
    }

    private static Map<String, Object> object(String line) {
        assertThat(line).startsWith("ok {");
        return JSON.fromJsonObject(Octets.toText(line.substring("ok ".length())));
    }

    private static List<Map<String, Object>> rows(Map<String, Object> answer, String array) {
        assertThat(answer.get(array)).isInstanceOf(List.class);
        @SuppressWarnings("unchecked") // each row is an object, whose names are strings
        var rows = (List<Map<String, Object>>) answer.get(array);
        return rows;
    }

    private static double number(Object value) {
        return ((Number) value).doubleValue();
    }

    private static List<Double> numbers(Collection<Object> values) {
        return values.stream().filter(Number.class::isInstance).map(WordsTest::number).toList();
    }
}
