package io.dflockd.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.testkit.WireClient;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Exactly once, by counting, with many requests. What takes a few is in {@code transcripts/52-counting.txt}. */
@ExtendWith(Conversations.class)
@Tag("extension")
class CountingTest {
    private static final int WINDOW = 131_072;
    private static final int BATCH = 1024;
    private static final int MANY = 20_000;

    @Test
    void manyAnswersComeAgainInTheirOrderAndNewerOnesBehindThem(Conversation talk) {
        var key = talk.key("c");
        open("A", "60", "ok new 60", talk);
        talk.client("A").sendOctets(increments(1, MANY, key));
        talk.client("A").expect("@1 ok 1").reset(); // the others are under way, or not yet taken

        var resumed = talk.client("B").send("session", talk.key(id()), "60").line().split(" ", -1);

        assertThat(resumed).startsWith("ok", "resumed", "60");
        int seen = Integer.parseInt(resumed[3]);
        assertThat(seen).isBetween(1, MANY);
        talk.client("B").sendOctets(increments(seen + 1, MANY, key));
        for (int i = 1; i <= MANY; i++) {
            talk.client("B").expect("@" + i + " ok " + i);
        }
        talk.client("C").ask("get", key, "", "ok " + MANY);
    }

    @Test
    void breakAfterBreakEachRequestIsExecutedOnce(Conversation talk) {
        var key = talk.key("c");
        open("A0", "60", "ok new 60", talk);
        int received = 0;
        talk.client("A0").sendOctets(increments(1, 500, key));
        for (int round = 1; round <= 20; round++) {
            for (int i = 0; i < 20; i++) {
                received++;
                talk.client("A" + (round - 1)).expect("@" + received + " ok " + received);
            }
            talk.client("A" + (round - 1)).reset();
            var next = talk.client("A" + round);

            var resumed = next.send("session", talk.key(id()), "60 " + received).line().split(" ", -1);

            assertThat(resumed).startsWith("ok", "resumed", "60");
            next.sendOctets(increments(Integer.parseInt(resumed[3]) + 1, 500, key));
        }
        while (received < 500) {
            received++;
            talk.client("A20").expect("@" + received + " ok " + received);
        }
        talk.client("B").ask("get", key, "", "ok 500");
    }

    @Test
    void numberMayBeAsFarAboveWhatWasReceivedAsTheWindowAndNoFarther(Conversation talk) {
        open("A", "60", "ok new 60", talk);
        pings("A", 1, WINDOW, talk);

        talk.client("A").send("@" + (WINDOW + 1) + " ping", "_", "").expectClosed();

        talk.client("B").ask("session", talk.key(id()), "60 " + WINDOW, "ok resumed 60 " + WINDOW);
        talk.client("B").ask("@" + (WINDOW + 1) + " ping", "_", "", "@" + (WINDOW + 1) + " ok");
    }

    @Test
    void windowMovesWithWhatWasReceived(Conversation talk) {
        open("A", "60", "ok new 60", talk);
        pings("A", 1, WINDOW, talk);

        talk.client("A").ask("@" + (WINDOW + 1) + "+1 ping", "_", "", "@" + (WINDOW + 1) + " ok");

        talk.client("A").send("@" + (WINDOW + 2) + " ping", "_", "").expectClosed();
    }

    @Test
    void poppedValuesThatWereReceivedDoNotComeBackAndTheOthersDoInTheirOrder(Conversation talk) {
        var key = talk.key("q");
        fill(key, 200, "v", talk);
        open("A", "60", "ok new 60", talk);
        for (int i = 1; i <= 200; i++) {
            talk.client("A").send("@" + i + " lpop", key, "");
        }
        for (int i = 1; i <= 20; i++) {
            talk.client("A").expect("@" + i + " ok " + i + "v");
        }
        talk.client("A").reset();
        talk.client("B").send("session", talk.key(id()), "60 20");
        assertThat(talk.client("B").line()).startsWith("ok resumed 60 ");

        assertThat(until("bye", talk.client("B").send("bye", "_", ""))).isLessThanOrEqualTo(180);

        var rest = remaining(key, talk);
        assertThat(rest).hasSize(180).first().isEqualTo("21v");
        assertThat(rest).isEqualTo(numbered(21, 200, "v"));
    }

    @Test
    @ServerOptions({"--max-memory", "4M", "--max-waiters", "21"})
    void sessionWithTheMostUnacknowledgedBytesIsSetAsideWhenMemoryIsShort(Conversation talk) {
        talk.client("A").ask("session", talk.key(id()), "60", "ok new 60");
        talk.client("A").ask("@1 l", talk.key("k"), "0 60", "@1 ok T1 60 f1");
        talk.client("A").ask("listen", talk.key("ev"), "", "ok");
        talk.client("B").ask("session", talk.key("honest-0123456789abcdef"), "60", "ok new 60");
        talk.client("B").ask("@1 l", talk.key("j"), "0 60", "@1 ok T2 60 f2");

        assertThat(incrementsUntilTheEnd(talk)).isBetween(1000, WINDOW);

        talk.client("C").ask("n", talk.key("k"), talk.bindings().fill("T1") + " 60", "ok 60 f1"); // its holds stay
        talk.client("C").ask("signal", talk.key("ev"), "x", "ok 0"); // its subscriptions do not
        talk.client("C").ask("session", talk.key(id()), "60 1", "ok new 60"); // its id is forgotten
        talk.client("B").ask("@2 n", talk.key("j"), talk.bindings().fill("T2") + " 60", "@2 ok 60 f2");
    }

    /** The id of the session that a test has; the conversation's prefix makes it its own. */
    private static String id() {
        return "one-0123456789abcdef";
    }

    private static void open(String client, String grace, String answer, Conversation talk) {
        talk.client(client).ask("session", talk.key(id()), grace, answer);
    }

    private static void pings(String client, int from, int to, Conversation talk) {
        for (int first = from; first <= to; first += BATCH) {
            int last = Math.min(to, first + BATCH - 1);
            var octets = new StringBuilder();
            for (int i = first; i <= last; i++) {
                octets.append('@').append(i).append(" ping\n_\n\n");
            }
            talk.client(client).sendOctets(octets.toString());
            for (int i = first; i <= last; i++) {
                assertThat(talk.client(client).line()).isEqualTo("@" + i + " ok");
            }
        }
    }

    private static String increments(int from, int to, String key) {
        var octets = new StringBuilder();
        for (int i = from; i <= to; i++) {
            octets.append('@').append(i).append(" incr\n").append(key).append("\n1\n");
        }
        return octets.toString();
    }

    /** Asks with numbers and never acknowledges. Returns how many were answered before the server had enough. */
    private static int incrementsUntilTheEnd(Conversation talk) {
        var wire = talk.client("A").wire();
        int answered = 0;
        while (answered < WINDOW - BATCH) {
            try {
                wire.sendRaw(increments(answered + 2, answered + 1 + BATCH, talk.key("c")));
            } catch (UncheckedIOException e) {
                return answered; // closed while it was written to
            }
            for (int i = 0; i < BATCH; i++) {
                if (wire.line().equals(WireClient.END)) {
                    return answered;
                }
                answered++;
            }
        }
        throw new AssertionError("still served after " + answered + " answers that were not acknowledged");
    }

    private static void fill(String key, int count, String suffix, Conversation talk) {
        for (int i = 1; i <= count; i++) {
            talk.client("filler").ask("rpush", key, i + suffix, "ok " + i);
        }
    }

    /** Reads what comes before the answer to {@code bye}, and returns how many lines that was. */
    private static int until(String what, Speaker client) {
        int lines = 0;
        while (!client.line().equals("ok")) {
            lines++;
            assertThat(lines).as("lines before the answer to " + what).isLessThan(MANY);
        }
        return lines;
    }

    private static List<String> remaining(String key, Conversation talk) {
        var values = new ArrayList<String>();
        var line = talk.client("reader").send("lpop", key, "").line();
        while (!line.equals("nil")) {
            values.add(line.substring("ok ".length()));
            line = talk.client("reader").send("lpop", key, "").line();
        }
        return values;
    }

    private static List<String> numbered(int from, int to, String suffix) {
        var values = new ArrayList<String>();
        for (int i = from; i <= to; i++) {
            values.add(i + suffix);
        }
        return values;
    }
}
