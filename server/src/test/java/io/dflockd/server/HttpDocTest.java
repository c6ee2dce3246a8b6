package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the page about HTTP shows is what is answered. */
@Timeout(60)
class HttpDocTest {
    private static final Path PAGE = Path.of("..", "docs", "http.md");
    private static final Pattern COMMAND = Pattern.compile(
            "(?m)^\\$ curl (?:-X (?<method>[A-Z]+) )?'?http://127\\.0\\.0\\.1:6389(?<path>[^ '\\n]+)'?(?<headers>(?: -H '[^']+')*)"
                    + "(?: -d (?<body>'[^']*'|\".*\"))?$\n(?<answer>.*)$");
    private static final Pattern HEADER = Pattern.compile(" -H '([^:]+): ([^']+)'");
    private static final Pattern TOKEN = Pattern.compile("\"token\":\"([0-9a-f]+)\"");

    @Test
    void eachCommandIsAnsweredAsItSays() throws IOException, InterruptedException {
        var page = Files.readString(PAGE);
        int shown = 0;
        var token = "";
        try (var server = DflockdServer.start(
                ServerConfig.builder().set(Setting.PORT, "0").set(Setting.ADMIN_PORT, "0").build());
                var http = new AdminCaller(server.adminAddress().orElseThrow())) {
            for (var command = COMMAND.matcher(page); command.find(); shown++) {
                var body = command.group("body") == null ? "" : unquoted(command.group("body"), token);
                var request = http.request(command.group("path"))
                        .method(command.group("method") == null ? "GET" : command.group("method"),
                                HttpRequest.BodyPublishers.ofString(body));
                HEADER.matcher(command.group("headers"))
                        .results()
                        .forEach(header -> request.header(header.group(1), header.group(2)));

                var answer = http.send(request.build()).body();

                assertThat(withoutNumbers(answer)).as(command.group())
                        .isEqualTo(
                                withoutNumbers(command.group("answer")));
                var granted = TOKEN.matcher(answer);
                token = granted.find() ? granted.group(1) : token;
            }
        }
        assertThat(shown).isEqualTo(page.split("\\$ curl", -1).length - 1).isGreaterThan(10);
    }

    private static String unquoted(String body, String token) {
        return body.substring(1, body.length() - 1).replace("\\\"", "\"").replace("$TOKEN", token);
    }

    private static String withoutNumbers(String answer) {
        return answer.replaceAll("\"token\":\"[0-9a-f]{32}\"", "a token").replaceAll("\"fence\":[0-9]{16}", "a fence");
    }
}
