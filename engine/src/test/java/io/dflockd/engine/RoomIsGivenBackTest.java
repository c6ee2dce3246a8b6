package io.dflockd.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Array;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** What was large once and is small now takes little room. */
class RoomIsGivenBackTest {
    private static final int MANY = 100_000;
    private static final int FEW = 10;

    private static int capacity(Object of, String array) throws ReflectiveOperationException {
        return Array.getLength(field(of, array));
    }

    private static Object field(Object of, String name) throws ReflectiveOperationException {
        var field = of.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(of);
    }

    @Test
    void aListThatWasPoppedFromEitherEnd() throws ReflectiveOperationException {
        for (var end : End.values()) {
            var list = new ValueList("l", null);
            for (int i = 0; i < MANY; i++) {
                list.push(End.RIGHT, "v" + i, null);
            }

            while (list.size() > FEW) {
                list.pop(end);
            }

            assertThat(capacity(list, "ring")).isLessThanOrEqualTo(8 * FEW);
            assertThat(list.values()).hasSize(FEW).contains(end == End.LEFT ? "v" + (MANY - 1) : "v0");
        }
    }

    @Test
    void whatASessionOwned() throws ReflectiveOperationException {
        var owned = new Owned<Integer>();
        for (int i = 0; i < MANY; i++) {
            owned.add(i);
        }

        while (owned.size() > FEW) {
            owned.removeOldest();
        }

        assertThat((int) field(field(owned, "members"), "peak")).isLessThanOrEqualTo(8 * FEW);
        assertThat(owned.all()).hasSize(FEW).contains(MANY - 1);
    }

    /** There is one for each of thousands of sessions. */
    @Test
    @SuppressWarnings("NullAway") // who waits does not matter
    void theReservationsOfASession() throws ReflectiveOperationException {
        var session = new Session(1, null, new Terms());
        for (int i = 0; i < MANY; i++) {
            session.reserve("k" + i, new Reservation.Queued(null));
        }

        for (int i = FEW; i < MANY; i++) {
            session.removeReservation("k" + i);
        }

        assertThat((int) field(field(session, "reservations"), "peak")).isLessThanOrEqualTo(1024);
        assertThat(session.reservations()).hasSize(FEW);
    }

    @Test
    void theGroupsOfAChannel() throws ReflectiveOperationException {
        var channel = new Channel("c");
        var session = new Session(1, null, new Terms());
        for (int i = 0; i < MANY; i++) {
            channel.add(session, "g" + i, i);
        }

        for (int i = FEW; i < MANY; i++) {
            channel.remove(session, "g" + i);
        }

        assertThat((int) field(field(channel, "groups"), "peak")).isLessThanOrEqualTo(1024);
        assertThat(channel.groups()).hasSize(FEW);
    }

    @Test
    void aTable() throws ReflectiveOperationException {
        var table = new Table<Integer, Integer>();
        for (int i = 0; i < MANY; i++) {
            table.put(i, i);
        }

        for (int i = FEW; i < MANY; i++) {
            table.remove(i);
        }

        assertThat((int) field(table, "peak")).isLessThanOrEqualTo(1024);
        assertThat(table.asMap()).hasSize(FEW).containsKey(0);
    }

    @Test
    void theRequestsThatWait() throws ReflectiveOperationException {
        var requests = new WaitingRequests();
        var session = new Session(1, null, new Terms());
        var all = new ArrayList<Popper>();
        for (int i = 1; i <= MANY; i++) {
            var popper = new Popper(new ValueList("q", null), session, End.LEFT, i, 0);
            popper.request = i;
            all.add(popper);
            requests.add(popper);
        }

        all.subList(FEW, MANY).forEach(requests::remove);

        assertThat(capacity(requests, "chains")).isLessThanOrEqualTo(16 * FEW);
        assertThat(requests.find(session, FEW)).isSameAs(all.get(FEW - 1));
    }

    @Test
    void theDeadlines() throws ReflectiveOperationException {
        var deadlines = new Deadlines();
        var all = new ArrayList<StoredValue>();
        for (int i = 0; i < MANY; i++) {
            var value = new StoredValue("k" + i, "v", i);
            all.add(value);
            deadlines.schedule(value, i);
        }

        all.subList(0, MANY - FEW).forEach(deadlines::cancel);

        assertThat(capacity(deadlines, "heap")).isLessThanOrEqualTo(16 * FEW);
        assertThat(deadlines.nextMs()).isEqualTo(MANY - FEW);
    }

    @Test
    void theAnswersThatAreOwed() {
        var footprint = new Footprint(Long.MAX_VALUE, new Tally());
        var owed = new OwedAnswers(footprint);
        for (int i = 1; i <= MANY; i++) {
            owed.add(i, Outcome.DONE);
        }

        owed.acknowledge(MANY - FEW);
        int afterAcknowledgement = owed.capacity();
        for (int i = 1; i <= MANY; i++) {
            owed.add(MANY + i, Outcome.DONE);
        }
        owed.keepOnlyValues();
        long bytes = footprint.bytes();
        while (owed.size() > 0) {
            owed.removeLatest();
        }

        assertThat(afterAcknowledgement).isLessThanOrEqualTo(8 * FEW);
        assertThat(owed.capacity()).isLessThanOrEqualTo(8 * FEW);
        assertThat(bytes).as("nothing but values counts").isZero();
        assertThat(footprint.bytes()).isZero();
    }
}
