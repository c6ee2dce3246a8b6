package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.testkit.WireClient;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who a client is by its certificate. */
class ClientCertificateTest {
    @TempDir Path folder;

    private X509Bundle authority;

    @BeforeEach
    void makeAuthority() throws Exception {
        authority = new CertificateBuilder().subject("CN=authority").setIsCertificateAuthority(true).buildSelfSigned();
    }

    private ServerConfig.Builder config() throws Exception {
        var own = builder("CN=server").addSanIpAddress("127.0.0.1").buildIssuedBy(authority);
        var identities = Files.writeString(folder.resolve("identities.yaml"), """
                identities:
                  - name: by-uri
                    certificates: ["spiffe://prod/ns/shop/sa/orders"]
                    tokens: ["%s"]
                    rules: [{allow: [hold], keys: ["u/*"]}]
                  - name: by-host
                    certificates: [Orders.shop.internal]
                    rules: [{allow: [hold], keys: ["h/*"]}]
                  - name: by-subject
                    certificates: ["CN=orders,  o=Shop"]
                    rules: [{allow: [hold], keys: ["s/*"]}]
                  - name: by-token
                    tokens: ["%s"]
                    rules: [{allow: [hold], keys: ["t/*"]}]
                """.formatted(IdentitiesTest.digest("t-uri"), IdentitiesTest.digest("t-token")));
        return ServerConfig.builder()
                .set(Setting.PORT, "0")
                .set(Setting.TLS_CERT, write("cert.pem", own.getCertificatePathPEM()))
                .set(Setting.TLS_KEY, write("key.pem", own.getPrivateKeyPEM()))
                .set(Setting.TLS_CLIENT_CA, write("ca.pem", authority.getCertificatePEM()))
                .set(Setting.IDENTITIES, identities.toString());
    }

    private String write(String name, String text) throws Exception {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private static CertificateBuilder builder(String subject) {
        return new CertificateBuilder().subject(subject);
    }

    private WireClient client(DflockdServer server, CertificateBuilder certificate) throws Exception {
        return connect(server, certificate.buildIssuedBy(authority).toKeyManagerFactory().getKeyManagers());
    }

    private WireClient connect(DflockdServer server, KeyManager[] keys) throws Exception {
        var context = SSLContext.getInstance("TLS");
        context.init(keys, new TrustManager[]{authority.toTrustManager()}, null);
        return new WireClient((SSLSocket) context.getSocketFactory()
                .createSocket(server.address().getAddress(), server.address().getPort()));
    }

    private static String mayHold(WireClient client) {
        var keys = new StringBuilder();
        for (var key : new String[]{"u/1", "h/1", "s/1", "t/1"}) {
            keys.append(client.ask("l", key, "0").startsWith("ok ") ? key.charAt(0) : '-');
        }
        return keys.toString();
    }

    @Test
    void uriThenHostThenSubjectSayWhoItIs() throws Exception {
        try (var server = DflockdServer.start(config().build());
                var uri = client(server, builder("CN=orders,O=Shop").addSanDnsName("orders.shop.internal")
                        .addSanUriName("spiffe://prod/ns/shop/sa/orders"));
                var host = client(server, builder("CN=orders,O=Shop").addSanDnsName("orders.shop.INTERNAL"));
                var subject = client(server, builder("CN=Orders,O=Shop").addSanDnsName("other.shop.internal"));
                var empty = client(server, builder("").addSanUriName("spiffe://prod/ns/shop/sa/orders"))) {
            assertThat(mayHold(host)).isEqualTo("-h--");
            assertThat(mayHold(subject)).isEqualTo("--s-");
            assertThat(mayHold(empty)).as("a certificate without a subject").isEqualTo("u---");
            assertThat(uri.ask("l", "u/2", "0")).startsWith("ok ");
        }
    }

    @Test
    void whoseCertificateIsNobodysMayShowAToken() throws Exception {
        try (var server = DflockdServer.start(config().build());
                var stranger = client(server, builder("CN=stranger"));
                var other = client(server, builder("CN=stranger"))) {
            assertThat(stranger.ask("auth", "_", "t-token")).isEqualTo("ok");
            assertThat(mayHold(stranger)).isEqualTo("---t");
            assertThat(other.ask("l", "t/2", "0")).isEqualTo("error_auth");
        }
    }

    @Test
    void whoHasACertificateCannotShowThatItIsSomebodyElse() throws Exception {
        try (var server = DflockdServer.start(config().build());
                var same = client(server, builder("").addSanUriName("spiffe://prod/ns/shop/sa/orders"));
                var other = client(server, builder("").addSanUriName("spiffe://prod/ns/shop/sa/orders"))) {
            assertThat(same.ask("auth", "_", "t-uri")).isEqualTo("ok");
            assertThat(mayHold(same)).isEqualTo("u---");
            assertThat(other.ask("auth", "_", "t-token")).isEqualTo("error_auth");
            assertThat(other.line()).isEqualTo(WireClient.END);
        }
    }

    @Test
    void whereCertificatesAreOptionalATokenWillDo() throws Exception {
        var config = config().set(Setting.TLS_CLIENT_AUTH, "optional").build();
        try (var server = DflockdServer.start(config);
                var token = connect(server, new KeyManager[0]);
                var neither = connect(server, new KeyManager[0]);
                var certificate = client(server, builder("CN=orders,O=Shop"))) {
            assertThat(token.ask("auth", "_", "t-token")).isEqualTo("ok");
            assertThat(mayHold(token)).isEqualTo("---t");
            assertThat(neither.ask("l", "t/1", "0")).isEqualTo("error_auth");
            assertThat(mayHold(certificate)).isEqualTo("--s-");
        }
    }
}
