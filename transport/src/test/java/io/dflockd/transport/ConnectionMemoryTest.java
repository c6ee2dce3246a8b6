package io.dflockd.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConnectionMemoryTest {
    private static final long BOUND = 1 << 20;

    private final ConnectionMemory memory = new ConnectionMemory(BOUND);
    private final List<String> evicted = new ArrayList<>();

    private ConnectionMemory.Account open(String name) {
        return memory.open(0, bytes -> evicted.add(name));
    }

    private static void output(ConnectionMemory.Account account, long bytes) {
        if (account.output(bytes, 0)) {
            account.relieve();
        }
    }

    @Test
    void whatIsSmallIsNotCounted() {
        var accounts = new ArrayList<ConnectionMemory.Account>();
        for (int i = 0; i < 10_000; i++) {
            var account = open("small " + i);
            output(account, ConnectionMemory.FREE_BYTES);
            account.input(ConnectionMemory.FREE_BYTES);
            accounts.add(account);
        }

        assertThat(memory.used()).isZero();
        assertThat(evicted).isEmpty();
        assertThat(accounts).hasSize(10_000);
    }

    @Test
    void thoseThatDoNothingTakeRoomButAreNotEndedForIt() {
        var silent = new ArrayList<ConnectionMemory.Account>();
        for (int i = 0; i < 200; i++) {
            silent.add(memory.open(4096, bytes -> evicted.add("silent")));
        }
        assertThat(memory.used()).isEqualTo(200 * 4096);
        var large = open("large");
        output(large, 200_000);
        output(open("middle"), 100_000);
        assertThat(evicted).containsExactly("large");

        large.close();
        silent.forEach(ConnectionMemory.Account::close);
        silent.forEach(ConnectionMemory.Account::close);
        assertThat(memory.used()).isBetween(100_000L, 140_000L);
        assertThat(Connections.most(45 << 20, false)).isEqualTo(5760);
        assertThat(Connections.most(45 << 20, true)).isEqualTo(1440);
        assertThat(Connections.most(1, true)).isEqualTo(1);
    }

    @Test
    void theLargestEndsAndNoOther() {
        for (int i = 0; i < 20; i++) {
            output(open("middle " + i), 10_000);
        }
        var large = open("large");
        large.input(300_000);
        output(large, 300_000);
        output(open("last"), 200_000);

        assertThat(evicted).containsExactly("large");
        output(open("another"), 3000);
        assertThat(evicted).as("while the first is still ending").containsExactly("large");
        large.close();
        assertThat(memory.used()).isLessThanOrEqualTo(BOUND);
    }

    @Test
    void whoTakesWhatItAsksForOutlivesThoseWhoLeaveAsMuch() {
        var reader = open("reader");
        output(reader, BOUND / 8);
        for (int i = 0; i < 7; i++) {
            output(open("leaves " + i), BOUND / 8);
        }
        reader.progress();
        assertThat(evicted).isEmpty();

        output(open("comes"), BOUND / 8);
        assertThat(evicted).containsExactly("leaves 0");
        for (int i = 0; i < 5; i++) {
            reader.progress();
            output(open("comes"), BOUND / 8);
        }
        assertThat(evicted).containsExactly("leaves 0", "leaves 1", "leaves 2", "leaves 3", "leaves 4", "leaves 5");
        output(reader, 0);
        reader.progress();
        assertThat(memory.used()).isEqualTo(BOUND / 8 * 13);
    }

    @Test
    void itIsTheOneThatGrowsWhereThatIsTheLargest() {
        output(open("other"), 100_000);
        output(open("greedy"), 2 * BOUND);

        assertThat(evicted).containsExactly("greedy");
    }

    @Test
    void severalEndWhereOneIsNotEnough() {
        for (int i = 0; i < 4; i++) {
            output(open("quarter " + i), BOUND / 4);
        }
        output(open("half"), BOUND / 2);

        assertThat(evicted).hasSize(1).containsExactly("half");
        open("more").input(BOUND / 4);
        assertThat(evicted).hasSize(2);
    }

    @Test
    void whatIsSharedCountsOnceAndWeighsWithEach() {
        memory.share(BOUND / 2);
        for (int i = 0; i < 20; i++) {
            var one = open("reads little " + i);
            assertThat(one.output(0, i == 7 ? BOUND / 2 : BOUND / 4)).isFalse();
        }
        assertThat(memory.used()).isEqualTo(BOUND / 2);

        output(open("other"), BOUND / 4);
        output(open("another"), BOUND / 4 + 100_000);

        assertThat(evicted).containsExactly("reads little 7");
        memory.unshare(BOUND / 2);
        assertThat(memory.used()).isBetween(BOUND / 2, BOUND);
    }

    @Test
    void theFiguresAreThoseOfWhoIsThere() {
        var random = new Random(3);
        var accounts = new ArrayList<ConnectionMemory.Account>();
        for (int i = 0; i < 100; i++) {
            accounts.add(open("one"));
        }
        for (int i = 0; i < 100_000; i++) {
            var account = accounts.get(random.nextInt(accounts.size()));
            if (random.nextBoolean()) {
                account.input(random.nextInt(20_000));
            } else {
                output(account, random.nextInt(20_000));
            }
        }
        accounts.forEach(ConnectionMemory.Account::close);
        accounts.forEach(account -> output(account, 5000));

        assertThat(memory.used()).isZero();
        output(open("whole"), BOUND);
        assertThat(memory.used()).isEqualTo(BOUND);
    }
}
