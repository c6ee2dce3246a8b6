package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.netty.pkitesting.CertificateBuilder;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Members that show each other certificates, so that one may say to another who asks. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VouchedRequestsTest {
    private static final Pattern COOKIE = Pattern.compile("(?i)set-cookie: (dflockd_0=[^;]*);");

    private Path folder;
    private ThreeServers servers;
    private String leader;
    private String follower;

    @BeforeAll
    void start(@TempDir Path made) throws Exception {
        folder = made;
        var bundle = new CertificateBuilder()
                .subject("CN=member")
                .addSanIpAddress("127.0.0.1")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        Files.writeString(folder.resolve("peer.pem"), bundle.getCertificatePathPEM());
        Files.writeString(folder.resolve("peer.key"), bundle.getPrivateKeyPEM());
        servers = ThreeServers.start(folder, this::configure);
    }

    private void configure(String name, ServerConfig.Builder config) {
        config.set(Setting.PEER_TLS_CERT, folder.resolve("peer.pem").toString())
                .set(Setting.PEER_TLS_KEY, folder.resolve("peer.key").toString())
                .set(Setting.PEER_TLS_CA, folder.resolve("peer.pem").toString())
                .set(Setting.IDENTITIES, identities(name, "observe").toString());
    }

    /** One that all have, and one of each node alone. */
    private Path identities(String name, String ofOnCall) {
        try {
            return Files.writeString(folder.resolve(name + ".yaml"), """
                    identities:
                      - name: on-call
                        tokens: ["%s"]
                        rules: [{allow: [%s], keys: ["jobs/*"]}]
                      - name: of-%s
                        tokens: ["%s"]
                        rules: [{allow: [observe], keys: ["*"]}]
                    """.formatted(IdentitiesTest.digest("t-on-call"), ofOnCall, name,
                    IdentitiesTest.digest("t-" + name)));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void look() {
        leader = servers.leader();
        follower = servers.followers().getFirst();
    }

    @AfterAll
    void stop() {
        servers.close();
    }

    private String logIn(String name, String token) throws IOException {
        try (var admin = servers.admin(name)) {
            var body = "{\"token\":\"" + token + "\"}";
            var found = COOKIE
                    .matcher(admin.raw("POST /api/v1/login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                            + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n"
                            + body));
            assertThat(found.find()).isTrue();
            return found.group(1);
        }
    }

    private HttpResponse<String> get(String name, String path, String header, String value)
            throws IOException, InterruptedException {
        try (var admin = servers.admin(name)) {
            return admin.send(admin.request(path).header(header, value).build());
        }
    }

    private HttpResponse<String> release(String name, String key, String cookie)
            throws IOException, InterruptedException {
        try (var admin = servers.admin(name)) {
            return admin.send(admin.request("/api/v1/locks/" + key + "/release")
                    .header("Cookie", cookie)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"fence\":1,\"reason\":\"test\"}"))
                    .build());
        }
    }

    @Test
    void aLoginOfTheConsoleCountsAtTheMemberThatLeads() throws IOException, InterruptedException {
        var cookie = logIn(follower, ThreeServers.TOKEN);

        var list = get(follower, "/api/v1/locks", "Cookie", cookie);
        assertThat(list.statusCode()).isEqualTo(200);
        assertThat(list.headers().firstValue("Dflockd-Node")).hasValue(leader);
        assertThat(release(follower, "nothing", cookie).statusCode()).isEqualTo(409);
        assertThat(release(leader, "nothing", cookie).statusCode()).as("another's login").isEqualTo(401);
        assertThat(get(follower, "/api/v1/locks", "X-Test", "nobody").statusCode()).isEqualTo(401);
    }

    @Test
    void whoLoggedInMayDoWhatHisRulesSayAtTheMemberThatLeads() throws IOException, InterruptedException {
        var cookie = logIn(follower, "t-on-call");

        assertThat(release(follower, "jobs%2Fa", cookie).statusCode()).isEqualTo(403);
        // The rules of the one that leads count too, whatever this one thinks.
        identities(follower, "observe, release");
        servers.get(follower).reload();
        var refused = release(follower, "jobs%2Fa", cookie);
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.headers().firstValue("Dflockd-Node")).hasValue(leader);
        identities(leader, "observe, release");
        servers.get(leader).reload();
        assertThat(release(follower, "jobs%2Fa", cookie).statusCode()).isEqualTo(409);
        assertThat(release(follower, "other", cookie).statusCode()).isEqualTo(403);
    }

    @Test
    void whomTheMemberThatLeadsDoesNotKnowIsNobodyThere() throws IOException, InterruptedException {
        var cookie = logIn(follower, "t-" + follower);

        var byLogin = get(follower, "/api/v1/locks", "Cookie", cookie);
        assertThat(byLogin.statusCode()).isEqualTo(401);
        assertThat(byLogin.body()).contains("does not know who asks");
        assertThat(byLogin.headers().firstValue("Dflockd-Node")).hasValue(leader);
        var byToken = get(follower, "/api/v1/locks", "Authorization", "Bearer t-" + follower);
        assertThat(byToken.statusCode()).isEqualTo(401);
        assertThat(byToken.headers().firstValue("Dflockd-Node")).hasValue(leader);
        assertThat(get(follower, "/api/v1/whoami", "Cookie", cookie).statusCode()).isEqualTo(200);
    }
}
