package io.dflockd.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.avaje.json.mapper.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What editors show of the properties. */
class MetadataTest {
    private static List<?> metadata(String what) throws Exception {
        try (var in = DflockdProperties.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            var json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return (List<?>) JsonMapper.builder().build().fromJsonObject(json).get(what);
        }
    }

    @Test
    void eachPropertyIsDescribedForWhoWritesItAndOnThePage() throws Exception {
        var page = Files.readString(Path.of("..", "..", "docs", "spring.md"));
        var names = new TreeSet<String>();
        for (var one : metadata("properties")) {
            var property = (Map<?, ?>) one;
            var name = (String) property.get("name");
            names.add(name);
            assertThat((String) property.get("description")).as(name).isNotBlank().doesNotContain("{@", "\n");
            assertThat(page).contains("`" + name.replaceFirst("^dflockd\\.", "") + "`");
        }
        assertThat(names).contains("dflockd.enabled", "dflockd.server", "dflockd.shards", "dflockd.auth-token",
                "dflockd.auth-token-file", "dflockd.ssl.bundle", "dflockd.client-name", "dflockd.acquire-timeout",
                "dflockd.lease-ttl", "dflockd.renew-ratio", "dflockd.safety-margin", "dflockd.session-grace",
                "dflockd.connect-timeout", "dflockd.response-timeout", "dflockd.key-prefix",
                "dflockd.virtual-threads", "dflockd.with-lock.enabled", "dflockd.with-lock.order",
                "dflockd.leadership.auto-startup", "dflockd.health.down-after", "dflockd.metrics.name-groups",
                "management.health.dflockd.enabled");
        for (var hint : metadata("hints")) {
            assertThat(names).contains((String) ((Map<?, ?>) hint).get("name"));
        }
        assertThat(metadata("hints")).isNotEmpty();
    }
}
