package io.dflockd.http.access;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.http.route.Actor;
import io.dflockd.http.route.Answer;
import io.dflockd.http.route.Method;
import io.dflockd.http.route.Route;
import io.dflockd.service.access.AuditTrail;
import io.dflockd.service.access.Authenticator;
import io.dflockd.service.access.Gate;
import io.dflockd.service.access.Identities;
import io.dflockd.service.access.Login;
import io.dflockd.service.access.Right;
import io.dflockd.service.stats.ServerCounters;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may ask what by another member of the cluster. */
class GuardTest {
    private static final String ADMIN = "token-of-administrators";
    private static final String CLIENTS = "token-of-all-clients";
    private static final int TRIES = 3;
    private static final Route LOOK = route(Method.GET, Right.OBSERVE);
    private static final Route RELEASE = route(Method.POST, Right.RELEASE);
    private static final Route WRITE = route(Method.PUT, Right.WRITE);

    @TempDir Path folder;
    private final ServerCounters counters = new ServerCounters();
    private Identities identities;

    @BeforeEach
    void read() throws IOException {
        identities = Identities.of(Optional.empty(), admins(), Optional.of(Files.writeString(folder.resolve("file"), """
                identities:
                  - name: on-call
                    tokens: ["sha256:%s"]
                    certificates: ["CN=on-call"]
                    rules: [{allow: [observe, release], keys: ["jobs/*"]}]
                """.formatted(digest("t-on-call")))));
    }

    private Optional<Authenticator> admins() throws IOException {
        return Authenticator.ofAdmins(Optional.of(Files.writeString(folder.resolve("admin"), ADMIN)), 1000,
                Optional.empty());
    }

    private static Route route(Method method, Right right) {
        return Route.atLeader(method, "/api/{key}", right, call -> Answer.text(200, "ok").now(), "is asked");
    }

    private static String digest(String token) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256").digest(token.getBytes(ISO_8859_1)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String credential(String token) {
        return "sha256 " + digest(token);
    }

    private Guard guard(Identities who, boolean isLocal, boolean wantsCertificate) {
        var gate = new Gate(counters, 0, TRIES, 0, () -> 1, (task, delay) -> () -> {});
        return new Guard(who, gate, AuditTrail.none(), isLocal, wantsCertificate,
                new Logins(new LoginCookie(1, false), () -> 1));
    }

    private static Voucher trusted(String credential) {
        return new Voucher(credential, false, true, false);
    }

    /** Of a member without a certificate of its own. */
    private static Voucher untrusted(String credential, boolean isNear) {
        return new Voucher(credential, true, false, isNear);
    }

    private static String decide(Guard guard, Route route, String key, String authorization, Voucher voucher) {
        var source = InetAddress.getLoopbackAddress();
        return switch (guard.decidePassed(route, key, authorization, voucher, source, "test")) {
            case Decision.Granted granted -> granted.actor().name();
            case Decision.Refused refused -> refused.problem().status() + " " + refused.problem().code();
        };
    }

    @Test
    void whoIsVouchedForIsWhoHeIsHere() {
        var guard = guard(identities, true, false);

        assertThat(decide(guard, RELEASE, "jobs/a", "", trusted(credential("t-on-call")))).isEqualTo("on-call");
        assertThat(decide(guard, RELEASE, "other", "", trusted(credential("t-on-call")))).isEqualTo("403 denied");
        assertThat(decide(guard, RELEASE, "jobs/a", "", trusted("subject cn=on-call"))).isEqualTo("on-call");
        assertThat(decide(guard, RELEASE, "any", "", trusted(credential(ADMIN)))).isEqualTo("admin");
    }

    @Test
    void whatAMemberKnowsSomebodyByIsWhatAnotherWithTheSameFilesLooksUp() throws IOException {
        var guard = guard(identities, true, false);
        var others = Identities.of(
                Authenticator.ofClients(Optional.of(CLIENTS), Optional.empty(), 1000), Optional.empty(),
                Optional.empty());

        for (var token : new String[]{ADMIN, "t-on-call"}) {
            var login = identities.ofToken(token);
            assertThat(login).isNotNull();
            var credential = guard.credentialOf(new Actor(login));
            assertThat(credential).isEqualTo(credential(token));
            assertThat(identities.ofCredential(credential)).isEqualTo(login);
            assertThat(others.ofCredential(credential)).isNull();
        }
        var client = others.ofToken(CLIENTS);
        assertThat(client).isNotNull();
        assertThat(others.ofCredential(others.credentialOf(client))).isEqualTo(client);
        assertThat(identities.ofCredential(others.credentialOf(client))).isNull();
        assertThat(guard.credentialOf(new Actor(Login.OF_ANYBODY))).isEmpty();
        assertThat(identities.ofCredential("")).isNull();
    }

    @Test
    void aMemberWithoutACertificateVouchesForNobody() {
        var guard = guard(identities, true, false);

        for (boolean isNear : new boolean[]{true, false}) {
            for (var credential : new String[]{credential(ADMIN), credential("t-on-call"), "subject cn=on-call", ""}) {
                assertThat(decide(guard, RELEASE, "jobs/a", "", untrusted(credential, isNear))).isEqualTo("401 auth");
                assertThat(decide(guard, LOOK, "jobs/a", "", untrusted(credential, isNear))).isEqualTo("401 auth");
            }
        }
    }

    @Test
    void whomNobodyKnowsHereIsRefusedAndCounted() {
        var guard = guard(identities, true, false);

        assertThat(decide(guard, LOOK, "jobs/a", "", trusted(credential("t-of-another")))).isEqualTo("401 auth");
        assertThat(decide(guard, LOOK, "jobs/a", "", trusted("admin"))).isEqualTo("401 auth");
        assertThat(decide(guard, LOOK, "jobs/a", "", trusted("token"))).isEqualTo("401 auth");
        assertThat(counters.authFailures()).isEqualTo(3);
    }

    @Test
    void aTokenIsCheckedHereWhateverTheMemberSays() {
        var guard = guard(identities, true, false);
        var nobody = untrusted("", false);

        assertThat(decide(guard, RELEASE, "jobs/a", "Bearer t-on-call", nobody)).isEqualTo("on-call");
        assertThat(decide(guard, RELEASE, "other", "Bearer t-on-call", nobody)).isEqualTo("403 denied");
        assertThat(decide(guard, RELEASE, "other", "Bearer " + ADMIN, nobody)).isEqualTo("admin");
        for (int i = 0; i < TRIES; i++) {
            assertThat(decide(guard, LOOK, "k", "Bearer guess", trusted(credential(ADMIN)))).isEqualTo("401 auth");
        }
        assertThat(decide(guard, LOOK, "k", "Bearer " + ADMIN, nobody)).isEqualTo("429 too_many_failures");
    }

    @Test
    void whoShowsNothingLooksAsAtTheListenerItself() {
        var open = guard(Identities.none(), true, false);

        assertThat(decide(open, LOOK, "k", "", trusted(""))).isEqualTo("anybody");
        assertThat(decide(open, WRITE, "k", "", trusted(""))).isEqualTo("anybody");
        assertThat(decide(open, RELEASE, "k", "", trusted(""))).isEqualTo("403 denied");
        assertThat(decide(open, LOOK, "k", "", untrusted("", true))).as("of this machine").isEqualTo("anybody");
        assertThat(decide(open, LOOK, "k", "", untrusted("", false))).as("of any machine").isEqualTo("403 denied");
        var reachable = guard(Identities.none(), false, false);
        assertThat(decide(reachable, LOOK, "k", "", trusted(""))).isEqualTo("403 denied");
        assertThat(decide(reachable, LOOK, "k", "", untrusted("", true))).isEqualTo("403 denied");
    }

    @Test
    void aCertificateThatIsWantedMustHaveBeenShownToATrustedMember() {
        var guard = guard(Identities.none(), true, true);

        assertThat(decide(guard, WRITE, "k", "", new Voucher("", true, true, false))).isEqualTo("anybody");
        assertThat(decide(guard, WRITE, "k", "", new Voucher("", false, true, false))).isEqualTo("401 auth");
        assertThat(decide(guard, WRITE, "k", "", new Voucher("", true, false, true))).isEqualTo("401 auth");
        assertThat(decide(guard, LOOK, "k", "", new Voucher("", false, true, false))).isEqualTo("anybody");
    }
}
