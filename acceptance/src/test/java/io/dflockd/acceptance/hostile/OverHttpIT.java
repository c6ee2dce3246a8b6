package io.dflockd.acceptance.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whoever attacks the listener for operators is refused or closed, and counted; those who have locks do not notice. */
@Timeout(180)
class OverHttpIT {
    private static final String ADMIN = "admin-s3cret-of-the-arena";
    private static final Pattern PROBLEMS = Pattern
            .compile("dflockd_admin_requests_total\\{outcome=\"problem\"} (\\d+)");
    private static final Pattern ENDED = Pattern
            .compile("dflockd_admin_connections_ended_total\\{reason=\"\\w+\"} (\\d+)");
    private static final Path TOKEN = token();

    @RegisterExtension static final Arena ARENA = Arena.with("--admin-port", "0", "--admin-token-file",
            TOKEN.toString(), "--auth-failure-limit", "10");

    private static Path token() {
        try {
            var file = Files.createTempFile("admin", ".token");
            file.toFile().deleteOnExit();
            return Files.writeString(file, ADMIN);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void withstands(Attack attack) throws Exception {
        ARENA.server();
        ARENA.withstands(target -> attack.on(target.at(ARENA.operators())));
    }

    /** As {@link #withstands}, of what is refused by answers. */
    private static void refuses(Attack attack) throws Exception {
        long before = counted(PROBLEMS);
        withstands(attack);
        assertThat(counted(PROBLEMS)).as("refusals that are counted").isGreaterThan(before);
    }

    /** As {@link #withstands}, of what is refused by ending connections. */
    private static void ends(Attack attack) throws Exception {
        long before = counted(ENDED);
        withstands(attack);
        assertThat(counted(ENDED)).as("ended connections that are counted").isGreaterThan(before);
    }

    private static long counted(Pattern row) {
        ARENA.server();
        long sum = 0;
        try (var peer = Peer.connect(ARENA.operators())) {
            peer.say(OverHttp.get("/metrics"));
            for (var line = peer.lineOrEnd(Peer.DEADLINE); line != null; line = peer.lineOrEnd(Peer.DEADLINE)) {
                var found = row.matcher(line);
                sum += found.find() ? Long.parseLong(found.group(1)) : 0;
            }
        }
        return sum;
    }

    @Test
    void headsThatComeByteByByteAreEnded() throws Exception {
        ends(OverHttp::slowHeads);
    }

    @Test
    void headsWithoutEndAreRefused() throws Exception {
        refuses(OverHttp::hugeHeads);
    }

    @Test
    void bodiesWithoutEndAreRefused() throws Exception {
        refuses(OverHttp::hugeBodies);
    }

    @Test
    void tenThousandConnectionsKeepNoProbeFromItsAnswer() throws Exception {
        ends(OverHttp::connectionsByTheTenThousand);
    }

    @Test
    void otherNamesAreNotAnsweredTo() throws Exception {
        refuses(OverHttp::strangeHosts);
    }

    @Test
    void pagesOfOtherSitesGetNothing() throws Exception {
        refuses(OverHttp::pagesOfOtherSites);
    }

    @Test
    void pathsLeadNowhereElse() throws Exception {
        refuses(OverHttp::strangePaths);
    }

    @Test
    void wrongTokensAreRefused() throws Exception {
        refuses(OverHttp::wrongTokens);
    }

    @Test
    void answersThatNobodyTakesCostNobodyElse() throws Exception {
        withstands(OverHttp::answersThatNobodyTakes);
    }

    @Test
    void feedsThatNobodyTakesCostNobodyElse() throws Exception {
        withstands(OverHttp::feedsThatNobodyTakes);
    }

    @Test
    void resetsInTheMiddleHarmNobody() throws Exception {
        withstands(OverHttp::resetsInTheMiddle);
    }

    @Test
    void noLineOfTheLogIsForged() throws Exception {
        withstands(target -> {
            var forged = "x\\u000a2026-01-01T00:00:00.000Z ERROR forged\\u001b[2J\\u2028";
            assertThat(OverHttp.statusOf(target,
                    OverHttp.post("/api/v1/locks/none/release", "Authorization: Bearer " + ADMIN
                            + "\r\n", "{\"fence\":1,\"reason\":\"" + forged + "\"}")))
                    .isBetween(400, 499);
            assertThat(OverHttp.statusOf(target, OverHttp.get("/%0a2026-01-01T00:00:00.000Z%20ERROR%20forged")))
                    .isEqualTo(404);
        });
        assertThat(ARENA.server().log()).anySatisfy(line -> assertThat(line).contains("forged"))
                .noneSatisfy(line -> assertThat(line).matches("(?s)2026-01-01T.*|.*[\\p{Cntrl}\\u2028].*"));
    }
}
