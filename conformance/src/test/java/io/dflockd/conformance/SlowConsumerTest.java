package io.dflockd.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A listener that does not read must not cost the server its memory. */
@ExtendWith(Conversations.class)
@Tag("decision")
class SlowConsumerTest {
    private static final int PAYLOAD_BYTES = 60_000;
    /** Far more than the push queue and the buffers of both sockets hold. */
    private static final int MOST_SIGNALS = 5_000;

    @Test
    void listenerThatDoesNotReadIsCutOff(Conversation talk) {
        talk.client("A").ask("listen", talk.key("ev"), "", "ok");
        talk.client("A").ask("l", talk.key("k"), "0", "ok T1 33 f1");

        int sent = 0;
        var payload = "x".repeat(PAYLOAD_BYTES);
        while (talk.client("B").send("signal", talk.key("ev"), payload).line().equals("ok 1")) {
            sent++;
            assertThat(sent).isLessThan(MOST_SIGNALS);
        }

        talk.client("B").ask("l", talk.key("k"), "10", "ok T2 33 f2"); // what it held is free
    }

    @Test
    void listenerThatReadsGetsEverySignal(Conversation talk) {
        var a = talk.client("A");
        a.ask("listen", talk.key("ev"), "", "ok");

        for (int i = 0; i < 200; i++) {
            talk.client("B").ask("signal", talk.key("ev"), i + "x".repeat(10_000), "ok 1");
            a.expect("sig " + talk.key("ev") + " " + i + "…");
        }
    }
}
