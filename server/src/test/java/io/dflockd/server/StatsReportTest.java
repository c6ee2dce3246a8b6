package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.avaje.json.stream.JsonStream;
import io.dflockd.protocol.Octets;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.testkit.WireClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StatsReportTest {
    /** As a client writes them, and as they are read in the report. */
    private static final Map<String, String> KEYS = Map.ofEntries(
            Map.entry("plain", "plain"),
            Map.entry("\u0001\u001f\u007f", "\u0001\u001f\u007f"),
            Map.entry("\"quoted\\", "\"quoted\\"),
            Map.entry("latin-\u00e4", "latin-\u00e4"),
            Map.entry("bmp-\u0416\u2003\u20ac", "bmp-\u0416\u2003\u20ac"),
            Map.entry("plane1-\ud83d\ude00", "plane1-\ud83d\ude00"),
            Map.entry("plane2-\ud840\udc00", "plane2-\ud840\udc00"),
            Map.entry("plane14-\udb40\udc01", "plane14-\udb40\udc01"),
            Map.entry("plane16-\udbff\udffd", "plane16-\udbff\udffd"),
            Map.entry("\u2028", "\u2028"),
            Map.entry("\ufffd", "\ufffd"));

    @Test
    void keysComeOutAsTheyWentIn() {
        var config = ServerConfig.builder().set(Setting.PORT, "0").build();
        try (var server = DflockdServer.start(config); var client = WireClient.connect(server.address())) {
            for (var key : KEYS.keySet()) {
                var octets = Octets.ofText("k" + key + "k");
                assertThat(client.sendRaw("incr\n" + octets + "\n1\n").line()).isEqualTo("ok 1");
            }
            for (var bad : List.of("\u00ff", "\u00ed\u00a0\u0080", "\u00c3")) {
                assertThat(client.sendRaw("incr\nk" + bad + "k\n1\n").line()).isEqualTo("ok 1");
            }

            var found = keysOf(client.send("stats", "_", "").line());

            var expected = Stream.concat(
                    KEYS.values().stream().map(key -> "k" + key + "k"),
                    Stream.of("k\ufffdk", "k\ufffdk", "k\ufffdk"));
            assertThat(found).containsExactlyInAnyOrderElementsOf(expected.toList());
        }
    }

    /** Fails where the line is no UTF-8 or no JSON. */
    private static List<String> keysOf(String octets) {
        var bytes = octets.substring("ok ".length()).getBytes(StandardCharsets.ISO_8859_1);
        var json = new String(bytes, StandardCharsets.UTF_8);
        assertThat(json.getBytes(StandardCharsets.UTF_8)).isEqualTo(bytes);
        assertThat(json.chars().filter(c -> c < ' ')).isEmpty();
        var keys = new ArrayList<String>();
        try (var reader = JsonStream.builder().build().reader(json)) {
            reader.beginObject();
            while (reader.hasNextField()) {
                if (!reader.nextField().equals("counters")) {
                    reader.skipValue();
                    continue;
                }
                reader.beginArray();
                while (reader.hasNextElement()) {
                    reader.beginObject();
                    while (reader.hasNextField()) {
                        if (reader.nextField().equals("key")) {
                            keys.add(reader.readString());
                        } else {
                            reader.skipValue();
                        }
                    }
                    reader.endObject();
                }
                reader.endArray();
            }
        }
        return keys;
    }
}
