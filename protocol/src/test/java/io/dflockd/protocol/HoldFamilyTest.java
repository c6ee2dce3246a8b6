package io.dflockd.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class HoldFamilyTest {
    @Test
    void everyVerbOfAFamilyKnowsIt() {
        for (var family : EnumSet.complementOf(EnumSet.of(HoldFamily.ELECTION))) {
            assertThat(Set.of(family.acquire(), family.enqueue(), family.await(), family.renew(), family.release()))
                    .hasSize(5)
                    .allMatch(verb -> verb.family() == family);
        }
    }

    @Test
    void electionHasTwoWordsOfItsOwnAndIsALockForTheRest() {
        assertThat(Verb.ELECT.family()).isEqualTo(HoldFamily.ELECTION);
        assertThat(Verb.RESIGN.family()).isEqualTo(HoldFamily.ELECTION);
        assertThat(HoldFamily.ELECTION.renew().family()).isEqualTo(HoldFamily.LOCK);
    }

    @Test
    void otherVerbsHaveNone() {
        var without = Arrays.stream(Verb.values()).filter(verb -> verb.family() == null).collect(Collectors.toSet());

        assertThat(without).hasSize(Verb.values().length - 22)
                .contains(Verb.KEEP, Verb.DOWNGRADE, Verb.HOLDERS, Verb.REVOKE, Verb.OBSERVE, Verb.GET);
    }
}
