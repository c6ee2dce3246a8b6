package io.dflockd.acceptance.hostile;

import static io.dflockd.acceptance.hostile.Reads.thenTakeAway;
import static io.dflockd.acceptance.hostile.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Small questions with large answers. */
@Timeout(180)
class LargeAnswersIT {
    private static final Duration STALL = Duration.ofSeconds(1);

    @RegisterExtension static final Arena ARENA = Arena.with();

    @Test
    void aBurstOfLargeReadsThatNobodyTakesCostsItsOwnConnectionOnly() throws Exception {
        ARENA.withstands(thenTakeAway(Reads::taggedReadsThatNobodyTakes));
    }

    @Test
    void largeReadsWithoutTagsThatNobodyTakesCostTheirOwnConnectionsOnly() throws Exception {
        ARENA.withstands(thenTakeAway(Reads::readsThatNobodyTakes));
    }

    @Test
    void largeReadsOfSessionsThatNobodyTakesCostTheirOwnConnectionsOnly() throws Exception {
        ARENA.withstands(thenTakeAway(Reads::numberedReadsThatNobodyTakes));
    }

    @Test
    void aListLongerThanAnAnswerMayBeIsRefused() throws Exception {
        ARENA.withstands(thenTakeAway(target -> {
            Reads.aListTooLongForAnAnswer(target);
            assertThat(target.peer().ask("lrange", target.key("list"), "0 -1")).isEqualTo("error_too_large");
            assertThat(target.peer().ask("lrange", target.key("list"), "0 1")).startsWith("ok [");
        }));
        assertThat(ARENA.report().longest()).isLessThan(STALL);
    }

    @Test
    void controlCharactersThatGrowSixfoldInTheAnswerStallNobody() throws Exception {
        ARENA.withstands(thenTakeAway(Reads::aListOfControlCharacters));
        assertThat(ARENA.report().longest()).isLessThan(STALL);
    }

    @Test
    void listsReadOverAndOverByThoseWhoDoNotTakeThemCostTheirOwnConnectionsOnly() throws Exception {
        ARENA.withstands(thenTakeAway(Reads::listsReadOverAndOverByThoseWhoDoNotTakeThem));
    }

    @Test
    void readersThatCloseTheirHalfCostNothing() throws Exception {
        ARENA.withstands(thenTakeAway(Reads::halfClosedReaders));
    }

    @Test
    void whatAPopperThatResetsHasReadIsNotInTheListAgain() throws Exception {
        ARENA.withstands(thenTakeAway(target -> {
            Reads.valuesPoppedByOneThatResets(target);
            var length = target.peer().ask("llen", target.key("list"), "");
            assertThat(Integer.parseInt(length.substring("ok ".length()))).isLessThan(200);
        }));
    }

    @Test
    void statsInALoopWithAHundredThousandKeysStallsNobody() throws Exception {
        ARENA.withstands(Reads::statsInALoopWithAHundredThousandKeys);
        assertThat(ARENA.report().longest()).isLessThan(STALL);
    }

    @Test
    void statsShowsKeysOfEveryPlaneAsUtf8() throws Exception {
        ARENA.withstands(target -> {
            var peer = target.peer();
            for (var key : new String[]{"caf\u00e9", "q\u2003q", "\u65e5\u672c", "\ud83d\ude00", "c\u0001c",
                    "quote\"back\\"}) {
                var bytes = new String(key.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
                assertThat(peer.ask("kset", target.key(bytes), "v\t9")).isEqualTo("ok");
                var stats = peer.ask("stats", "_", "");
                assertThat(stats.chars().allMatch(c -> c >= ' ')).as("no control characters").isTrue();
                if (key.chars().allMatch(c -> c >= ' ' && c != '"')) {
                    assertThat(stats).contains("\"" + target.key(bytes) + "\"");
                }
            }
            peer.ask("kset", target.key("broken\u00ff\u00c3("), "v\t9");
            assertThat(peer.ask("stats", "_", "")).contains("broken\\ufffd");
            for (var surrogate : new String[]{"\u00ed\u00a0\u0080", "\u00ed\u00bf\u00bf"}) {
                peer.ask("kset", target.key("lone" + surrogate), "v\t9");
                assertThat(peer.ask("stats", "_", "")).doesNotContain(surrogate);
            }
            peer.flood(1, i -> request("ping", "_", ""));
        });
    }
}
