package io.dflockd.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.avaje.json.mapper.JsonMapper;
import io.dflockd.protocol.Octets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The object that answers {@code stats}: its fields, and what each tells. */
@ExtendWith(Conversations.class)
class StatsTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final List<String> FIELDS = List.of("connections", "locks", "semaphores", "rw_locks", "idle_locks",
            "idle_semaphores", "counters", "kv_entries", "lists", "signal_channels", "watch_channels", "barriers");

    @Test
    void fieldsComeInTheirOrder(Conversation talk) {
        assertThat(stats(talk).keySet()).containsSequence(FIELDS);
    }

    @Test
    void keyAndArgumentAreIgnored(Conversation talk) {
        var a = talk.client("A");

        assertThat(a.send("stats", "", "").line()).startsWith("ok {");
        assertThat(a.send("stats", "a b", "what ever").line()).startsWith("ok {");
    }

    @Test
    void lockTellsHolderLeaseWaitersAndFence(Conversation talk) {
        talk.run("""
                A> l / k / 0 60      A< ok T1 60 f1
                B> e / k / ∅         B< queued
                A> elect / e / 0     A< ok T2 33 f2
                """);

        var row = row("locks", talk.key("k"), talk);

        assertThat(row).containsKeys("key", "owner_conn_id", "lease_expires_in_s", "waiters", "fence");
        assertThat(number(row, "owner_conn_id")).isPositive();
        assertThat(number(row, "lease_expires_in_s")).isBetween(30.0, 60.0);
        assertThat(number(row, "waiters")).isOne();
        assertThat(number(row, "fence")).isPositive();
        assertThat(row("locks", talk.key("e"), talk)).isNotNull();
    }

    @Test
    @Tag("extension")
    void lockTellsWhoHoldsItSinceWhenAndHowLongSomebodyWaits(Conversation talk) {
        talk.client("A").send("hello", "_", "app-1").line();
        talk.run("""
                A> l / k / 0 60      A< ok T1 60 f1
                B> e / k / ∅         B< queued
                """);

        var row = row("locks", talk.key("k"), talk);

        assertThat(row).containsEntry("client", "app-1").containsKeys("held_s", "longest_wait_s");
        assertThat(row.get("peer").toString()).startsWith("127.0.0.1:");
        assertThat(number(row, "held_s")).isBetween(0.0, 60.0);
    }

    @Test
    void semaphoreTellsLimitHoldersAndWaiters(Conversation talk) {
        talk.run("""
                A> sl / k / 0 2      A< ok T1 33 f1
                A> sl / k / 0 2      A< ok T2 33 f2
                B> se / k / 2        B< queued
                """);

        var row = row("semaphores", talk.key("k"), talk);

        assertThat(row).containsKeys("key", "limit", "holders", "waiters");
        assertThat(number(row, "limit")).isEqualTo(2);
        assertThat(number(row, "holders")).isEqualTo(2);
        assertThat(number(row, "waiters")).isOne();
    }

    @Test
    void readWriteLockTellsReadersWriterAndWaiters(Conversation talk) {
        talk.run("""
                A> rl / r / 0        A< ok T1 33 f1
                B> rl / r / 0        B< ok T2 33 f2
                C> we / r / ∅        C< queued
                A> wl / w / 0        A< ok T3 33 f3
                """);

        var read = row("rw_locks", talk.key("r"), talk);
        var write = row("rw_locks", talk.key("w"), talk);

        assertThat(read).containsKeys("key", "readers", "writer", "fence", "waiters");
        assertThat(number(read, "readers")).isEqualTo(2);
        assertThat(read.get("writer")).isEqualTo(false);
        assertThat(number(read, "waiters")).isOne();
        assertThat(number(write, "readers")).isZero();
        assertThat(write.get("writer")).isEqualTo(true);
        assertThat(number(write, "fence")).isGreaterThan(number(read, "fence"));
    }

    @Test
    void releasedLocksAndSemaphoresAreListedAsIdle(Conversation talk) {
        talk.run("""
                A> l / k / 0         A< ok T1 33 f1    A> r / k / T1     A< ok
                A> sl / s / 0 2      A< ok T2 33 f2    A> sr / s / T2    A< ok
                """);

        assertThat(row("locks", talk.key("k"), talk)).isNull();
        assertThat(row("idle_locks", talk.key("k"), talk)).containsOnlyKeys("key", "idle_s");
        assertThat(row("idle_semaphores", talk.key("s"), talk)).containsOnlyKeys("key", "idle_s");
    }

    @Test
    void countersValuesAndListsTellTheirSize(Conversation talk) {
        talk.run("""
                A> incr / c / -7         A< ok -7
                A> kset / v / grüße␉60   A< ok
                A> kset / w / x          A< ok
                A> rpush / l / a         A< ok 1
                B> blpop / q / 20        (blocks)
                """);

        var counter = row("counters", talk.key("c"), talk);
        var value = row("kv_entries", talk.key("v"), talk);
        var list = row("lists", talk.key("l"), talk);
        var awaited = row("lists", talk.key("q"), talk);

        assertThat(counter).containsOnlyKeys("key", "value", "idle_s");
        assertThat(number(counter, "value")).isEqualTo(-7);
        assertThat(value).containsOnlyKeys("key", "value_len", "ttl", "idle_s");
        assertThat(number(value, "value_len")).isEqualTo(7);
        assertThat(number(value, "ttl")).isBetween(30.0, 60.0);
        assertThat(number(row("kv_entries", talk.key("w"), talk), "ttl")).isZero();
        assertThat(list).containsOnlyKeys("key", "len", "idle_s");
        assertThat(number(list, "len")).isOne();
        assertThat(awaited).containsOnlyKeys("key", "len", "pop_waiters", "idle_s");
        assertThat(number(awaited, "pop_waiters")).isOne();
    }

    @Test
    void subscriptionsAndBarriersTellHowMany(Conversation talk) {
        talk.run("""
                A> listen / s.> / g    A< ok    B> listen / s.> / g    B< ok
                A> listen / s.a / ∅    A< ok    A> watch / w.* / ∅     A< ok
                C> bwait / b / 3 20    (blocks)
                """);

        var grouped = row("signal_channels", "pattern", talk.key("s.>"), talk);
        var plain = row("signal_channels", "pattern", talk.key("s.a"), talk);
        var watched = row("watch_channels", "pattern", talk.key("w.*"), talk);
        var barrier = row("barriers", talk.key("b"), talk);

        assertThat(grouped).containsEntry("group", "g");
        assertThat(number(grouped, "listeners")).isEqualTo(2);
        assertThat(plain).containsOnlyKeys("pattern", "listeners");
        assertThat(number(watched, "watchers")).isOne();
        assertThat(barrier).containsOnlyKeys("key", "count", "participants", "idle_s");
        assertThat(number(barrier, "count")).isEqualTo(3);
        assertThat(number(barrier, "participants")).isOne();
    }

    @Test
    void tokensAndValuesAreNeverShown(Conversation talk) {
        talk.run("""
                A> l / k / 0           A< ok T1 33 f1
                A> kset / v / hush-hush-hush    A< ok
                """);

        assertThat(talk.stats()).doesNotContain(talk.bindings().fill("T1"), "hush-hush-hush");
    }

    @Test
    @Tag("decision")
    @ServerOptions({"--max-locks", "77"}) // a server of its own, where nobody has subscribed to anything
    void arraysAreNeverNull(Conversation talk) {
        assertThat(stats(talk)).allSatisfy((field, value) -> assertThat(value).as(field).isNotNull());
    }

    @Test
    @Tag("decision")
    @ServerOptions({"--stats-limit", "3"})
    void rowsAreSortedByKeyAndLimited(Conversation talk) {
        for (int i : new int[]{5, 1, 4, 2, 3}) {
            talk.client("A").ask("incr", "counter-" + i, "1", "ok …");
        }

        assertThat(rows("counters", talk)).extracting(row -> row.get("key"))
                .containsExactly("counter-1", "counter-2",
                        "counter-3");
    }

    private static double number(Map<String, Object> row, String field) {
        return ((Number) row.get(field)).doubleValue();
    }

    private static Map<String, Object> row(String array, String key, Conversation talk) {
        return row(array, "key", key, talk);
    }

    private static Map<String, Object> row(String array, String name, String key, Conversation talk) {
        return rows(array, talk).stream().filter(row -> key.equals(row.get(name))).findAny().orElse(null);
    }

    private static List<Map<String, Object>> rows(String array, Conversation talk) {
        var value = stats(talk).get(array);
        if (value == null) {
            return List.of(); // as the existing server writes an array without subscriptions
        }
        assertThat(value).isInstanceOf(List.class);
        @SuppressWarnings("unchecked") // each row is an object, whose names are strings
        var rows = (List<Map<String, Object>>) value;
        return rows;
    }

    private static Map<String, Object> stats(Conversation talk) {
        return JSON.fromJsonObject(Octets.toText(talk.stats()));
    }
}
