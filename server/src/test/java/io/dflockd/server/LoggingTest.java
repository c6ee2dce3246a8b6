package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.encoder.Encoder;
import io.avaje.json.mapper.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class LoggingTest {
    private static final String HOSTILE = "a\r\n{\"level\":\"ERROR\"}\u0085\u001b[2J\u202e\u0000b";

    private final LoggerContext context = new LoggerContext();

    @BeforeEach
    void setUp() {
        context.setMDCAdapter(new LogbackMDCAdapter());
    }

    private String line(Encoder<ILoggingEvent> encoder, String value) {
        var event = new LoggingEvent();
        event.setLoggerContext(context);
        event.setLoggerName("test");
        event.setLevel(Level.INFO);
        event.setMessage("malformed request");
        event.setInstant(Instant.EPOCH);
        event.setThreadName("test");
        if (!value.isEmpty()) {
            event.setKeyValuePairs(List.of(new KeyValuePair("command", value)));
        }
        return new String(encoder.encode(event), StandardCharsets.UTF_8);
    }

    @Test
    void whatClientsSentNeitherEndsALineNorSteersATerminal() {
        var line = line(Logging.text(context), HOSTILE);

        assertThat(line)
                .isEqualTo(
                        "1970-01-01T00:00:00.000Z INFO  malformed request command=\"a??{\"level\":\"ERROR\"}??[2J??b\"\n");
        assertThat(line(Logging.text(context), "grüße \ud83d\udd12")).endsWith("command=\"grüße \ud83d\udd12\"\n");
        assertThat(line(Logging.text(context), "")).endsWith("INFO  malformed request\n");
    }

    @Test
    void asJsonItIsOneLineTooAndNothingOfItIsLost() {
        var line = line(Logging.json(context), HOSTILE);

        assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
        assertThat(line).doesNotContain("\r", "\u001b", "\u0000");
        assertThat(JsonMapper.builder().build().fromJsonObject(line).get("kvpList").toString()).contains(HOSTILE);
    }
}
