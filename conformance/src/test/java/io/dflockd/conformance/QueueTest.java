package io.dflockd.conformance;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** First come, first served, with many who wait. */
@ExtendWith(Conversations.class)
class QueueTest {
    private static final int WAITERS = 40;

    @Test
    void waitersOfALockAreServedInTheOrderTheyCame(Conversation talk) {
        var key = talk.key("k");
        talk.client("A").ask("l", key, "0", "ok T1 33 f1");
        for (int i = 0; i < WAITERS; i++) {
            queue(talk, i, key, i + 1);
        }

        talk.client("A").ask("r", key, talk.bindings().fill("T1"), "ok");

        for (int i = 0; i < WAITERS; i++) {
            talk.client("W" + i).expect("ok T" + (i + 2) + " 33 f" + (i + 2));
            if (i + 1 < WAITERS) {
                talk.client("W" + (i + 1)).expectQuiet();
            }
            talk.client("W" + i).ask("r", key, talk.bindings().fill("T" + (i + 2)), "ok");
        }
        talk.client("A").ask("l", key, "0", "ok T100 33 f100");
    }

    @Test
    @Tag("decision")
    void thoseWhoLeaveTheQueueAreSkippedAndTheOthersKeepTheirOrder(Conversation talk) {
        var key = talk.key("k");
        talk.client("A").ask("l", key, "0", "ok T1 33 f1");
        for (int i = 0; i < WAITERS; i++) {
            queue(talk, i, key, i + 1);
        }
        for (int i = 0; i < WAITERS; i += 2) {
            talk.client("W" + i).close();
        }
        talk.awaitWaiting(key, WAITERS / 2);

        talk.client("A").ask("r", key, talk.bindings().fill("T1"), "ok");

        for (int i = 1; i < WAITERS; i += 2) {
            talk.client("W" + i).expect("ok T" + (i + 1) + " 33 f" + (i + 1));
            talk.client("W" + i).ask("r", key, talk.bindings().fill("T" + (i + 1)), "ok");
        }
    }

    @Test
    void semaphoreSlotsGoToTheFirstInTheQueueAtOnce(Conversation talk) {
        var key = talk.key("k");
        var holder = talk.client("A");
        for (int i = 1; i <= 5; i++) {
            holder.ask("sl", key, "0 5", "ok T" + i + " 33 f" + i);
        }
        for (int i = 0; i < 10; i++) {
            talk.client("W" + i).send("sl", key, "20 5");
            talk.awaitWaiting(key, i + 1);
        }

        holder.close(); // gives five slots back together

        for (int i = 0; i < 5; i++) {
            talk.client("W" + i).expect("ok T" + (i + 6) + " 33 f" + (i + 6));
        }
        talk.client("W5").expectQuiet();
        talk.awaitWaiting(key, 5);
    }

    @Test
    void poppersAreServedInTheOrderTheyCame(Conversation talk) {
        var key = talk.key("q");
        for (int i = 0; i < WAITERS; i++) {
            talk.client("W" + i).send(i % 2 == 0 ? "blpop" : "brpop", key, "20");
            talk.awaitWaiting(key, i + 1);
        }

        for (int i = 0; i < WAITERS; i++) {
            talk.client("A").ask("rpush", key, "v" + i, "ok 0");
        }

        for (int i = 0; i < WAITERS; i++) {
            talk.client("W" + i).expect("ok v" + i);
        }
    }

    @Test
    void everyoneLeavesABarrierTogether(Conversation talk) {
        var key = talk.key("b");
        for (int i = 0; i < WAITERS; i++) {
            talk.client("W" + i).send("bwait", key, WAITERS + 1 + " 20");
        }
        talk.awaitWaiting(key, WAITERS);
        talk.client("W0").expectQuiet();

        talk.client("A").ask("bwait", key, WAITERS + 1 + " 20", "ok");

        for (int i = 0; i < WAITERS; i++) {
            talk.client("W" + i).expect("ok");
        }
    }

    private static void queue(Conversation talk, int waiter, String key, int expected) {
        talk.client("W" + waiter).send("l", key, "30");
        talk.awaitWaiting(key, expected);
    }
}
