package io.dflockd.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What can be said of a request whatever it is about. */
class RequestKindTest {
    @Test
    void onlyRequestsThatMayWaitHaveAWait() {
        var verbs = EnumSet.noneOf(Verb.class);
        RequestRoundTripTest.everyRequest()
                .filter(request -> request.waitMs() > 0)
                .forEach(request -> verbs.add(
                        request.verb()));

        assertThat(verbs).containsExactlyInAnyOrder(Verb.LOCK, Verb.SEM_LOCK, Verb.READ_LOCK, Verb.WRITE_LOCK,
                Verb.ELECT, Verb.WAIT, Verb.SEM_WAIT, Verb.READ_WAIT, Verb.WRITE_WAIT, Verb.BLPOP, Verb.BRPOP,
                Verb.BWAIT);
    }

    @Test
    void grantsAndPoppedValuesAreGiven() {
        var verbs = EnumSet.noneOf(Verb.class);
        RequestRoundTripTest.everyRequest()
                .filter(Request::givesSomething)
                .forEach(request -> verbs.add(
                        request.verb()));

        var expected = EnumSet.of(Verb.LPOP, Verb.RPOP, Verb.BLPOP, Verb.BRPOP);
        for (var family : HoldFamily.values()) {
            expected.addAll(Set.of(family.acquire(), family.enqueue(), family.await()));
        }
        assertThat(verbs).isEqualTo(expected);
    }

    @Test
    void readsAskOnly() {
        var verbs = EnumSet.noneOf(Verb.class);
        RequestRoundTripTest.everyRequest().filter(Request::isRead).forEach(request -> verbs.add(request.verb()));

        assertThat(verbs).containsExactlyInAnyOrder(Verb.GET, Verb.KGET, Verb.LLEN, Verb.LRANGE);
    }
}
