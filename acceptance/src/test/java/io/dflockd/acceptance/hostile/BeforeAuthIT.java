package io.dflockd.acceptance.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whoever has not shown the token can do even less. */
@Timeout(180)
class BeforeAuthIT {
    @RegisterExtension static final Arena ARENA = Arena.guardedBy("s3cret", "--read-timeout", "3");

    @Test
    void aThousandSilentStrangersHarmNobody() throws Exception {
        ARENA.withstands(BeforeAuth::silence);
    }

    @Test
    void halfTokensOfThousandsHarmNobody() throws Exception {
        ARENA.withstands(BeforeAuth::halfTokens);
    }

    @Test
    void hugeLinesOfStrangersHarmNobody() throws Exception {
        ARENA.withstands(BeforeAuth::hugeLines);
    }

    @Test
    void requestsOfStrangersHarmNobody() throws Exception {
        ARENA.withstands(BeforeAuth::requestsBehindThem);
    }

    @Test
    void wrongTokensLeaveFewLinesInTheLog() throws Exception {
        ARENA.withstands(target -> {
            int before = ARENA.server().log().size();
            BeforeAuth.wrongTokens(target);
            for (var peer : target.peers()) {
                if (peer.answers() == 0) {
                    peer.awaitEnd(Peer.DEADLINE);
                }
            }
            assertThat(ARENA.server().log().size() - before).as("lines for 800 wrong tokens from 20 addresses")
                    .isBetween(1, 100);
        });
    }
}
