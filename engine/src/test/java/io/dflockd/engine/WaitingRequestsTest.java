package io.dflockd.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WaitingRequestsTest {
    private static final int REQUESTS = 300;

    private final WaitingRequests requests = new WaitingRequests();
    private final List<Session> sessions = List.of(new Session(1, null, new Terms()), new Session(2, null, new Terms()),
            new Session(3, null, new Terms()));

    private static Waiting waiting(Session session, long request) {
        var popper = new Popper(new ValueList("q", null), session, End.LEFT, request, 0);
        popper.request = request;
        return popper;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void eachIsFoundFromWhenItIsAddedUntilItIsRemoved(long seed) {
        var random = new SplittableRandom(seed);
        var model = new HashMap<List<Long>, Waiting>();

        for (int i = 0; i < 20_000; i++) {
            var session = sessions.get(random.nextInt(sessions.size()));
            long request = random.nextLong(REQUESTS);
            var key = List.of(session.id, request);
            var known = model.get(key);
            assertThat(requests.find(session, request)).isSameAs(known);
            if (known == null) {
                var fresh = waiting(session, request);
                requests.add(fresh);
                model.put(key, fresh);
            } else {
                requests.remove(known);
                model.remove(key);
            }
        }

        model.forEach((key, waiting) -> assertThat(requests.find(sessions.get((int) (key.get(0) - 1)), key.get(1)))
                .isSameAs(waiting));
    }

    @Test
    void theSameNumberOfAnotherSessionIsAnotherRequest() {
        var first = waiting(sessions.get(0), 7);
        var second = waiting(sessions.get(1), 7);
        requests.add(first);
        requests.add(second);

        requests.remove(first);

        assertThat(requests.find(sessions.get(0), 7)).isNull();
        assertThat(requests.find(sessions.get(1), 7)).isSameAs(second);
    }
}
