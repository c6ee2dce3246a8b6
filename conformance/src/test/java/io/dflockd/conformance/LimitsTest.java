package io.dflockd.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.testkit.WireClient;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Bounds that take many requests to reach. Those that take a few are in {@code transcripts/41-limits.txt}. */
@ExtendWith(Conversations.class)
class LimitsTest {
    private static final int VALUE_BYTES = 60_000;
    private static final int MOST_VALUES = 200;
    private static final long POLL_NANOS = 50_000_000;

    @Test
    @Tag("decision")
    @ServerOptions({"--max-memory", "4M"})
    void fullServerRefusesToGrowAndStillGivesBack(Conversation talk) {
        var a = talk.client("A");
        talk.run("A> l / k / 0    A< ok T1 33 f1    A> incr / c / 1    A< ok 1");
        var value = "v".repeat(VALUE_BYTES);

        int stored = 0;
        while (a.send("kset", talk.key("v" + stored), value).line().equals("ok")) {
            stored++;
            assertThat(stored).isLessThan(MOST_VALUES);
        }

        assertThat(stored).isGreaterThan(10);
        a.ask("kset", talk.key("another"), value, "error_max_keys");
        a.ask("rpush", talk.key("list"), value, "error_max_keys");
        a.ask("kget", talk.key("v0"), "", "ok " + value);
        talk.run("A> n / k / T1 60    A< ok 60 f1    A> r / k / T1    A< ok    A> get / c / ∅    A< ok 1");
        a.ask("kdel", talk.key("v0"), "", "ok");
        a.ask("kdel", talk.key("v1"), "", "ok");
        a.ask("kset", talk.key("another"), value, "ok");
    }

    @Test
    @Tag("decision")
    @ServerOptions({"--gc-interval", "1", "--gc-max-idle", "1"})
    void idleLocksAreForgottenAndValuesAreNot(Conversation talk) {
        talk.run("""
                A> kset / v / kept    A< ok
                A> incr / c / 5       A< ok 5
                A> l / held / 0       A< ok T2 33 f1
                A> l / k / 0          A< ok T1 33 f2
                A> r / k / T1         A< ok
                """);
        assertThat(talk.stats()).contains(talk.key("k"));

        long until = System.nanoTime() + WireClient.PATIENCE.toNanos();
        while (talk.stats().contains("\"" + talk.key("k") + "\"") && System.nanoTime() < until) {
            LockSupport.parkNanos(POLL_NANOS);
        }

        assertThat(talk.stats()).doesNotContain("\"" + talk.key("k") + "\"");
        talk.run("""
                A> kget / v / ∅       A< ok kept
                A> get / c / ∅        A< ok 5
                A> n / held / T2      A< ok 33 f1
                """);
    }

    @Test
    @Tag("decision")
    @ServerOptions({"--max-locks", "10000"}) // a server of its own: so many rows push others out of its statistics
    void thousandsOfLocksAreNoTrouble(Conversation talk) {
        var octets = new StringBuilder();
        for (int i = 0; i < 5000; i++) {
            octets.append("l\n").append(talk.key("k" + i)).append("\n0\n");
        }

        talk.client("A").sendOctets(octets.toString());

        for (int i = 0; i < 5000; i++) {
            talk.client("A").expect("ok … 33 f");
        }
        talk.client("A").close();
        talk.client("B").ask("l", talk.key("k4999"), "10", "ok T1 33 f1");
        talk.client("B").ask("l", talk.key("k0"), "0", "ok T2 33 f2");
    }
}
