package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AuditLineTest {
    private static final Instant TIME = Instant.parse("2026-11-25T15:39:19.123456Z");

    @Test
    void aRecordIsOneLineOfJson() {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("actor", "on-call");
        fields.put("fence", 1_795_516_060_823_236L);
        fields.put("held_s", 4211.2);
        fields.put("last", true);

        assertThat(AuditLine.of(TIME, 412, "hold.revoked", fields)).isEqualTo(
                """
                        {"ts":"2026-11-25T15:39:19.123Z","seq":412,"event":"hold.revoked","actor":"on-call","fence":1795516060823236,\
                        "held_s":4211.2,"last":true}""");
    }

    @Test
    void whateverAKeyIsMadeOfItCannotLookLikeAnotherRecordOrSteerATerminal() {
        var key = "a\"}\n{\"event\":\"login\"}\r\\\u001b[2J\u0085\u009b1m\u2028\u202e\u0000\u007f";

        var line = AuditLine.of(TIME, 1, "request.denied", Map.of("key", key));

        assertThat(line)
                .endsWith("\"key\":\"a\\\"}\\u000a{\\\"event\\\":\\\"login\\\"}\\u000d\\\\\\u001b[2J\\u0085\\u009b1m"
                        + "\\u2028\\u202e\\u0000\\u007f\"}");
        assertThat(line.chars().filter(Character::isISOControl).count()).isZero();
    }
}
