package io.dflockd.service.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.service.SettingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdentitiesTest {
    private static final String ORDERS = "dfl_orders";
    private static final String ON_CALL = "dfl_on-call";
    /** Base64url of the SHA-256 of the second. */
    private static final String GOOD = """
            # who may do what
            identities:
              - name: orders-service
                tokens: ["sha256:%s"]
                certificates: ["spiffe://prod/ns/shop/sa/orders", "CN=orders, O=Shop", orders.shop.internal]
                rules:
                  - {allow: [hold, read, write, watch], keys: ["orders/*"]}
                  - {allow: [send, listen], channels: ["orders.>"]}
              - name: on-call
                tokens: ["sha256:%s"]
                roles: [operator]
            roles:
              operator: [{allow: [observe, release, sessions, drain], keys: ["*"], audit: true}]
            """.formatted(hex(ORDERS), hex(ON_CALL));

    @TempDir Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void writeGoodFile() throws IOException {
        file = Files.writeString(folder.resolve("identities.yaml"), GOOD);
    }

    private static String hex(String token) {
        return TokenDigest.of(token).substring("sha256 ".length());
    }

    private Identities identities() {
        return Identities.of(Optional.empty(), Optional.empty(), Optional.of(file));
    }

    private static @Nullable String name(@Nullable Login login) {
        return login == null ? null : login.principal().name();
    }

    @Test
    void aTokenSaysWhoItIsAndWhatThatOneMayDo() {
        var identities = identities();

        var orders = identities.ofToken(ORDERS);
        assertThat(name(orders)).isEqualTo("orders-service");
        assertThat(name(identities.ofToken(ON_CALL))).isEqualTo("on-call");
        assertThat(identities.ofToken("dfl_other")).isNull();
        assertThat(identities.ofToken("")).isNull();
        assertThat(identities.ofNobody()).as("something must be shown").isNull();
        var principal = orders.principal();
        assertThat(principal.may(Right.HOLD, "orders/1")).isTrue();
        assertThat(principal.may(Right.HOLD, "jobs/1")).isFalse();
        assertThat(principal.may(Right.RELEASE, "orders/1")).isFalse();
        assertThat(principal.mayUse(Right.SEND, "orders.new")).isTrue();
        assertThat(principal.may(Right.STATS)).isFalse();
    }

    @Test
    void aCertificateSaysWhoItIsByTheFirstNameThatSomebodyHas() {
        var identities = identities();

        for (var name : List.of("uri spiffe://prod/ns/shop/sa/orders", "subject cn=orders,o=shop",
                "dns orders.shop.internal")) {
            assertThat(name(identities.ofCertificate(new CertificateNames(List.of("dns other", name)))))
                    .as(name)
                    .isEqualTo("orders-service");
        }
        assertThat(identities.ofCertificate(new CertificateNames(List.of()))).isNull();
        assertThat(identities.ofCertificate(new CertificateNames(List.of("dns CN=orders,O=Shop")))).isNull();
    }

    @Test
    void withoutAFileAllIsAsItWas() {
        var none = Identities.none();

        assertThat(none.ofNobody()).isEqualTo(Login.OF_ANYBODY);
        assertThat(none.ofToken(ORDERS)).isNull();
        assertThat(Principal.ANYBODY.may(Right.HOLD, "k")).isTrue();
        assertThat(Principal.ANYBODY.may(Right.STATS)).isTrue();
        assertThat(Principal.ANYBODY.may(Right.RELEASE, "k")).isFalse();
        assertThat(Principal.TOKEN.may(Right.OBSERVE)).isTrue();
        assertThat(Principal.TOKEN.may(Right.DRAIN)).isFalse();
        assertThat(Principal.ADMIN.may(Right.RELEASE, "k")).isTrue();
        assertThat(none.reload().isEmpty()).isTrue();
    }

    @Test
    void theTokenOfAllClientsStandsBesideTheFile() throws IOException {
        var clients = Authenticator.ofClients(Optional.of("all"), Optional.empty(), 1000);
        var identities = Identities.of(clients, Optional.empty(), Optional.of(file));

        assertThat(identities.ofToken("all")).isEqualTo(Login.OF_TOKEN);
        assertThat(name(identities.ofToken(ORDERS))).isEqualTo("orders-service");
        Files.writeString(file, GOOD.replace(hex(ORDERS), hex("all")));
        assertThatThrownBy(identities::reload).hasMessageContaining("\"orders-service\" has the token of --auth-token");
    }

    @Test
    void changedRulesCountFromTheNextQuestionOn() throws IOException {
        var identities = identities();
        var told = new AtomicInteger();
        identities.onChanged(told::incrementAndGet);
        var login = identities.ofToken(ORDERS);
        assertThat(login).isNotNull();

        Files.writeString(file, GOOD.replace("\"orders/*\"", "\"jobs/*\""));
        assertThat(identities.reload()).isEqualTo(new AccessChanges(List.of(), List.of(), List.of("orders-service")));

        assertThat(login.principal().may(Right.HOLD, "jobs/1")).isTrue();
        assertThat(login.principal().may(Right.HOLD, "orders/1")).isFalse();
        assertThat(identities.isCurrent(login)).isTrue();
        assertThat(identities.reload().isEmpty()).as("nothing changed since").isTrue();
        assertThat(told).hasValue(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            max_holds: 0               | is "0", must be a whole number from 1 to 2147483647
            max_holds: 9876543210      | must be a whole number from 1 to 2147483647
            max_waiters: [1]           | must be a single value
            max_values_bytes: 64MiB    | is "64MiB", must be a whole number
            max_connections: -1        | is "-1", must be a whole number
            requests_per_second: +5    | is "+5", must be a whole number from 1 to 1000000
            max_conections: 5          | unknown entry "max_conections"
            """)
    void aLimitThatMakesNoSenseIsNamedWithItsLine(String line, String reason) throws IOException {
        var identities = identities();

        Files.writeString(file, GOOD.replace("    roles: [operator]", "    roles: [operator]\n    " + line));

        assertThatThrownBy(identities::reload)
                .hasMessageStartingWith("--identities: " + file + ", line 12: ")
                .hasMessageContaining(reason);
    }

    @Test
    void limitsAreThoseOfTheFileAndChangeWithIt() throws IOException {
        var identities = identities();
        var onCall = identities.ofToken(ON_CALL).principal();
        var orders = identities.ofToken(ORDERS).principal();
        assertThat(onCall.isCounted()).as("nobody has limits").isFalse();

        Files.writeString(file,
                GOOD.replace("    roles: [operator]", "    roles: [operator]\n    max_holds: 1\n    max_waiters: 2\n"
                        + "    max_values_bytes: 3000000000\n    max_connections: 4\n    requests_per_second: 5"));
        identities.reload();

        assertThat(onCall.limits()).isEqualTo(new IdentityLimits(1, 2, 3_000_000_000L, 4, 5));
        assertThat(orders.limits()).isEqualTo(IdentityLimits.NONE);
        assertThat(orders.isCounted()).as("it may be given some later").isTrue();
        for (int i = 0; i < 4; i++) {
            assertThat(onCall.tryConnect()).isTrue();
        }
        assertThat(onCall.tryConnect()).isFalse();
        assertThat(onCall.connections()).isEqualTo(4);
        onCall.disconnect();
        assertThat(onCall.tryConnect()).isTrue();
        Files.writeString(file, GOOD);
        identities.reload();
        assertThat(onCall.tryConnect()).isTrue();
        assertThat(onCall.isCounted()).isFalse();
    }

    @Test
    void whoIsGoneMayDoNothingAndIsNotCurrent() throws IOException {
        var identities = identities();
        var login = identities.ofToken(ON_CALL);
        assertThat(login).isNotNull();

        Files.writeString(file, GOOD.replace("name: on-call", "name: night-shift"));
        assertThat(identities.reload())
                .isEqualTo(new AccessChanges(List.of("night-shift"), List.of("on-call"), List.of()));

        assertThat(identities.isCurrent(login)).isFalse();
        assertThat(login.principal().may(Right.RELEASE, "k")).isFalse();
        assertThat(name(identities.ofToken(ON_CALL))).isEqualTo("night-shift");

        Files.writeString(file, GOOD);
        identities.reload();
        assertThat(identities.isCurrent(login)).as("one that comes again is another").isFalse();
    }

    @Test
    void aTokenThatWasTakenAwayIsNotCurrent() throws IOException {
        var identities = identities();
        var login = identities.ofToken(ORDERS);
        assertThat(login).isNotNull();

        Files.writeString(file, GOOD.replace(hex(ORDERS), hex("dfl_new")));
        identities.reload();

        assertThat(identities.isCurrent(login)).isFalse();
        assertThat(login.principal().may(Right.HOLD, "orders/1")).as("others still are that identity").isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            name: orders-service       | nome: orders-service        | 3  | unknown entry "nome"
            name: on-call              | name: orders-service        | 9  | the name of another identity
            name: on-call              | name: admin                 | 9  | which is that of a setting
            name: on-call              | name: on call               | 9  | must be 1 to 64 letters
            [hold, read, write, watch] | [hold, lock]                | 7  | is "lock", must be one of hold, read
            ["orders/*"]               | ["orders/*/x"]              | 7  | must be a key, or the beginning
            ["orders/*"]               | ["or ders/*"]               | 7  | must be a key, or the beginning
            ["orders/*"]               | []                          | 7  | is empty
            ["orders/*"]               | orders                      | 7  | must be a list
            ["orders.>"]               | ["orders.>.x"]              | 8  | must be a channel, or a pattern
            channels: [                | keys: [                     | 8  | "channels"
            , keys: ["orders/*"]       |                             | 7  | must have "keys"
            ["*"]                      | [*]                         | 13 | not YAML
            [operator]                 | [operators]                 | 11 | none of the "roles"
            audit: true                | audit: yes                  | 13 | must be true or false
            # who may do what          | identities: []              | 2  | is there twice
            # who may do what          | settings: 1                 | 1  | unknown entry "settings"
            CN=orders, O=Shop          | CN=orders, O                | 5  | must be a URI
            tokens: ["sha256:          | tokens: ["sha512:           | 4  | must be sha256:
            """)
    void aFaultIsNamedWithItsLine(String good, String bad, int line, String reason) throws IOException {
        var identities = identities();
        assertThat(GOOD).contains(good);
        var faulty = GOOD.replaceFirst(Pattern.quote(good), bad == null ? "" : bad);

        Files.writeString(file, faulty);

        assertThatThrownBy(identities::reload)
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith("--identities: " + file + ", line " + line + ": ")
                .hasMessageContaining(reason);
        assertThat(name(identities.ofToken(ORDERS))).isEqualTo("orders-service");
        assertThatThrownBy(this::identities).as("nor does a server start with it").isInstanceOf(SettingException.class);
    }

    @Test
    void oneTokenOrCertificateCannotBeThatOfTwo() throws IOException {
        var identities = identities();

        Files.writeString(file, GOOD.replace(hex(ON_CALL), hex(ORDERS)));
        assertThatThrownBy(identities::reload)
                .hasMessageContaining(", line 10: ")
                .hasMessageContaining("is there twice, before it at \"orders-service\"");
        Files.writeString(file, GOOD.replace("roles: [operator]", "certificates: [\"o=SHOP\", \"cn=Orders,o=shop\"]"));
        assertThatThrownBy(identities::reload).hasMessageContaining(", line 11: ");
    }

    @Test
    void whatIsNoFileOfIdentitiesIsRefused() throws IOException {
        var identities = identities();
        for (var text : List.of("", "# nothing\n", "identities", "[]", "roles: {}", "identities: 1", "identities:\n",
                "a: &x 1\nidentities: [*x]", "[".repeat(100_000), "--- {}\n--- {}\n",
                "identities: [{name: a}]", "? {a: b}\n: c\n", "identities: [{name: a, tokens: []}]")) {
            Files.writeString(file, text);
            assertThatThrownBy(identities::reload).as(text.length() > 100 ? "deep" : text)
                    .isInstanceOf(SettingException.class);
        }
        Files.write(file, new byte[]{(byte) 0xff, (byte) 0xfe, 0});
        assertThatThrownBy(identities::reload).hasMessageEndingWith("not UTF-8, must be");
        Files.delete(file);
        assertThatThrownBy(identities::reload)
                .hasMessage("--identities: cannot read " + file + ": no such file");
        assertThat(name(identities.ofToken(ORDERS))).isEqualTo("orders-service");
    }

    @Test
    void whatStandsInTheFileCannotWriteLinesOfTheLog() throws IOException {
        Files.writeString(file, "identities: [{name: \"a\\nINFO all is well\\u2028\"}]");

        assertThatThrownBy(this::identities).hasMessageContaining("a?INFO all is well?");
    }

    /** Each token of the file is left out, or made another, in turn: it is refused as a whole, or means what it says. */
    @Test
    void aFaultInAnyPlaceLeavesTheFormerRulesInForce() throws IOException {
        var identities = identities();
        var tokens = Pattern.compile("[A-Za-z0-9_./*>-]+|[^\\sA-Za-z0-9_./*>-]").matcher(GOOD.replaceFirst("#.*", ""));
        int refused = 0;
        int taken = 0;
        while (tokens.find()) {
            for (var other : List.of("", "~", tokens.group() + "x y", "{", "sha256:abc")) {
                var changed = new StringBuilder(GOOD.replaceFirst("#.*", ""))
                        .replace(tokens.start(), tokens.end(), other)
                        .toString();
                Files.writeString(file, changed, StandardCharsets.UTF_8);
                try {
                    identities.reload();
                    taken++;
                } catch (SettingException e) {
                    refused++;
                    assertThat(e).hasMessageStartingWith("--identities: " + file);
                    assertThat(e.getMessage().lines()).hasSize(1);
                    assertThat(name(identities.ofToken(ORDERS))).as(changed).isEqualTo("orders-service");
                    assertThat(name(identities.ofToken(ON_CALL))).as(changed).isEqualTo("on-call");
                }
                Files.writeString(file, GOOD);
                identities.reload();
                assertStandsAsItStood(identities);
            }
        }
        assertThat(refused).isGreaterThan(250);
        assertThat(taken).as("other names and keys are no faults").isLessThan(100);
    }

    private static void assertStandsAsItStood(Identities identities) {
        var orders = identities.ofToken(ORDERS);
        assertThat(orders).isNotNull();
        assertThat(orders.principal().may(Right.HOLD, "orders/1")).isTrue();
        assertThat(orders.principal().may(Right.HOLD, "jobs/1")).isFalse();
        assertThat(orders.principal().may(Right.RELEASE, "orders/1")).isFalse();
    }
}
