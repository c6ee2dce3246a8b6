package io.dflockd.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How a browser is let in, and how it is not. */
@Timeout(60)
class ConsoleLoginTest {
    private static final String ADMIN = "open-sesame-and-let-me-in";
    private static final String OF_ALL = "whoever-uses-it-has-this-one";
    private static final Pattern COOKIE = Pattern.compile("(?i)set-cookie: (dflockd_0=[^;]*)(;.*)");

    @TempDir private Path folder;
    private DflockdServer server;

    @BeforeEach
    void start() throws IOException {
        server = start("true");
    }

    private DflockdServer start(String console) throws IOException {
        return DflockdServer.start(ServerConfig.builder()
                .set(Setting.PORT, "0")
                .set(Setting.ADMIN_PORT, "0")
                .set(Setting.CONSOLE, console)
                .set(Setting.AUTH_TOKEN, OF_ALL)
                .set(Setting.ADMIN_TOKEN_FILE, Files.writeString(folder.resolve("token"), ADMIN).toString())
                .build());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** The whole answer. {@code headers}: each with its line end. */
    private String ask(String method, String path, String headers, String body) throws IOException {
        int port = server.adminAddress().orElseThrow().getPort();
        var host = headers.contains("Host: ") ? "" : "Host: 127.0.0.1:" + port + "\r\n";
        try (var http = new AdminCaller(server.adminAddress().orElseThrow())) {
            return http.raw(method + " " + path + " HTTP/1.1\r\n" + host + headers
                    + "Connection: close\r\nContent-Length: "
                    + body.length() + "\r\n\r\n" + body);
        }
    }

    private String send(String path, String headers, String body) throws IOException {
        return ask("POST", path, "Content-Type: application/json\r\n" + headers, body);
    }

    private Matcher logIn(String token, String headers) throws IOException {
        var answer = send("/api/v1/login", headers, "{\"token\":\"" + token + "\"}");
        assertThat(answer).startsWith("HTTP/1.1 200").doesNotContain(token);
        var cookie = COOKIE.matcher(answer);
        assertThat(cookie.find()).isTrue();
        return cookie;
    }

    private String release(String headers) throws IOException {
        return send("/api/v1/locks/nothing/release", headers, "{\"fence\":1,\"reason\":\"test\"}");
    }

    @Test
    void aTokenIsShownOnceAndThenACookie() throws IOException {
        assertThat(ask("GET", "/api/v1/whoami", "", "")).startsWith("HTTP/1.1 401");

        var cookie = logIn(ADMIN, "");

        assertThat(cookie.group(2)).contains("; HttpOnly; SameSite=Strict").doesNotContain("Secure");
        var header = "Cookie: other=1; " + cookie.group(1) + "\r\n";
        assertThat(ask("GET", "/api/v1/whoami", header, "")).contains("\"name\":\"admin\"", "\"name\":\"release\"");
        assertThat(release(header)).startsWith("HTTP/1.1 409");
    }

    @Test
    void theTokenOfAllClientsMayLookAndNotChange() throws IOException {
        var header = "Cookie: " + logIn(OF_ALL, "").group(1) + "\r\n";

        assertThat(ask("GET", "/api/v1/locks", header, "")).startsWith("HTTP/1.1 200");
        assertThat(ask("GET", "/api/v1/whoami", header, "")).contains("\"rights\":[{\"name\":\"observe\"}]");
        assertThat(release(header)).startsWith("HTTP/1.1 403");
    }

    @Test
    void underTlsTheCookieIsSentUnderTlsOnly() throws IOException {
        int port = server.adminAddress().orElseThrow().getPort();

        assertThat(logIn(ADMIN, "Origin: https://127.0.0.1:" + port + "\r\n").group(2)).endsWith("; Secure");
    }

    @Test
    void afterLogoutTheCookieIsWorthNothing() throws IOException {
        var header = "Cookie: " + logIn(ADMIN, "").group(1) + "\r\n";

        assertThat(send("/api/v1/logout", header, "{}")).startsWith("HTTP/1.1 200").contains("Max-Age=0");

        assertThat(release(header)).startsWith("HTTP/1.1 401");
        assertThat(ask("GET", "/api/v1/locks", header, "")).startsWith("HTTP/1.1 401");
    }

    @Test
    void aNewLoginEndsTheFormer() throws IOException {
        var former = "Cookie: " + logIn(ADMIN, "").group(1) + "\r\n";
        var now = "Cookie: " + logIn(ADMIN, former).group(1) + "\r\n";

        assertThat(release(former)).startsWith("HTTP/1.1 401");
        assertThat(release(now)).startsWith("HTTP/1.1 409");
    }

    @Test
    void aPageOfAnotherSiteGetsNothingByTheCookie() throws IOException {
        var header = "Cookie: " + logIn(ADMIN, "").group(1) + "\r\n";
        int port = server.adminAddress().orElseThrow().getPort();

        assertThat(release(header + "Origin: http://evil.example\r\n")).startsWith("HTTP/1.1 403");
        assertThat(release(header + "Origin: http://127.0.0.1:" + (port - 1) + "\r\n")).startsWith("HTTP/1.1 403");
        assertThat(release(header + "Origin: null\r\n")).startsWith("HTTP/1.1 403");
        assertThat(release(header + "Host: evil.example\r\n")).startsWith("HTTP/1.1 421");
        assertThat(ask("POST", "/api/v1/locks/nothing/release", header + "Content-Type: text/plain\r\n", "{}"))
                .startsWith("HTTP/1.1 415");
        assertThat(send("/api/v1/login", "Origin: http://evil.example\r\n", "{\"token\":\"" + ADMIN + "\"}"))
                .startsWith("HTTP/1.1 403");
        assertThat(send("/api/v1/login", "Host: evil.example\r\n", "{\"token\":\"" + ADMIN + "\"}"))
                .startsWith("HTTP/1.1 421");
    }

    @Test
    void aWrongTokenIsRefusedAndGuessingSlowedDown() throws IOException {
        assertThat(send("/api/v1/login", "", "{\"token\":\"guess\"}"))
                .startsWith("HTTP/1.1 401")
                .doesNotContainIgnoringCase("set-cookie");
        assertThat(send("/api/v1/login", "", "{}")).startsWith("HTTP/1.1 400");
        var last = "";
        for (int i = 0; i < 30 && !last.startsWith("HTTP/1.1 429"); i++) {
            last = send("/api/v1/login", "", "{\"token\":\"guess " + i + "\"}");
        }
        assertThat(last).startsWith("HTTP/1.1 429").containsIgnoringCase("retry-after: ");
    }

    @Test
    void aLoginEndsWithTheIdentity() throws Exception {
        stop();
        var token = "the-token-of-somebody-on-call";
        var digest = MessageDigest.getInstance("SHA-256").digest(token.getBytes(ISO_8859_1));
        var identities = Files.writeString(folder.resolve("identities"), """
                identities:
                  - name: on-call
                    tokens: ["sha256:%s"]
                    rules:
                      - {allow: [observe, release], keys: ["jobs/*"]}
                """.formatted(HexFormat.of().formatHex(digest)));
        server = DflockdServer.start(ServerConfig.builder()
                .set(Setting.PORT, "0")
                .set(Setting.ADMIN_PORT, "0")
                .set(Setting.IDENTITIES, identities.toString())
                .build());
        var header = "Cookie: " + logIn(token, "").group(1) + "\r\n";
        var reason = "{\"fence\":1,\"reason\":\"test\"}";

        assertThat(ask("GET", "/api/v1/whoami", header, ""))
                .contains("\"name\":\"on-call\"", "[{\"name\":\"observe\"},{\"name\":\"release\"}]");
        assertThat(send("/api/v1/locks/jobs%2Fa/release", header, reason)).startsWith("HTTP/1.1 409");
        assertThat(send("/api/v1/locks/other/release", header, reason)).startsWith("HTTP/1.1 403");
        Files.writeString(identities, "identities: []\n");
        server.reload();

        assertThat(send("/api/v1/locks/jobs%2Fa/release", header, reason)).startsWith("HTTP/1.1 401");
    }

    @Test
    void thePagesCanBeLeftOut() throws IOException {
        assertThat(ask("GET", "/console/", "", "")).startsWith("HTTP/1.1 200");
        stop();
        server = start("false");

        assertThat(ask("GET", "/console/", "", "")).startsWith("HTTP/1.1 404");
        assertThat(ask("GET", "/", "", "")).startsWith("HTTP/1.1 404");
    }
}
