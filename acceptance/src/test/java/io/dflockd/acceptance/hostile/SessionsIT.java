package io.dflockd.acceptance.hostile;

import static io.dflockd.acceptance.hostile.Requests.request;
import static io.dflockd.acceptance.hostile.Requests.tagged;
import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.testkit.Eventually;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sessions that break, come back and count, as {@code session / id / grace received} has it. */
@Timeout(180)
class SessionsIT {
    private static final int MAX_SESSIONS = 600;

    @RegisterExtension static final Arena ARENA = Arena.with("--max-sessions", Integer.toString(MAX_SESSIONS));

    @Test
    void aConnectionThatEndsWhenItsWaitIsDueEndsThatWaitOnly() throws Exception {
        ARENA.withstands(NamedSessions::connectionsThatEndWhenTheirWaitIsDue);
    }

    @Test
    void takeOversInALoopHarmNobody() throws Exception {
        ARENA.withstands(NamedSessions::takeOversInALoop);
    }

    @Test
    void byeInALoopHarmsNobody() throws Exception {
        ARENA.withstands(NamedSessions::byeInALoop);
    }

    @Test
    void wrongCountingCostsItsConnectionOnly() throws Exception {
        ARENA.withstands(NamedSessions::wrongCounting);
    }

    @Test
    void sessionsThatOwnNothingMakeRoomForOthers() throws Exception {
        ARENA.withstands(target -> {
            for (int i = 0; i < MAX_SESSIONS; i++) {
                var peer = target.peer();
                peer.ask("session", target.id(i), "2");
                peer.close();
            }
            assertThat(target.peer().ask("session", target.id(MAX_SESSIONS), "2")).startsWith("ok new");
        });
    }

    @Test
    void whatIsSentAgainIsExecutedOnce() throws Exception {
        ARENA.withstands(target -> {
            int count = 6_000;
            var first = target.peer();
            assertThat(first.ask("session", target.id(0), "30")).startsWith("ok new");
            first.burst(count, i -> tagged(i + 1, "incr", target.key("c"), "1"));
            Eventually.await("all are counted", Peer.DEADLINE,
                    () -> target.peer().ask("get", target.key("c"), "").equals("ok " + count));
            first.reset();

            var second = resume(target, 0);
            second.burst(count, i -> tagged(i + 1, "incr", target.key("c"), "1"));
            for (int i = 1; i <= count; i++) {
                assertThat(second.line()).isEqualTo("@" + i + " ok " + i);
            }
            assertThat(second.ask("get", target.key("c"), "")).isEqualTo("ok " + count);
            second.ask("bye", "_", "");
            target.peer().ask("cset", target.key("c"), "0");
        });
    }

    @Test
    void aLargeReadInBetweenForgetsNoAnswer() throws Exception {
        ARENA.withstands(target -> {
            var key = target.key("l");
            target.peer().flood(140, i -> request("rpush", key, Reads.LARGE));
            target.peer().flood(2, i -> request("rpush", key + "small", "value" + i));
            var first = target.peer();
            first.ask("session", target.id(0), "30");
            first.say(tagged(1, "incr", target.key("c"), "1") + tagged(2, "lpop", key + "small", "")
                    + tagged(3, "lrange", key, "0 -1"));
            assertThat(first.line()).isEqualTo("@1 ok 1");
            assertThat(first.line()).isEqualTo("@2 ok value0");
            assertThat(first.line()).startsWith("@3 ok [");
            first.reset();

            var second = resume(target, 0);
            second.say(tagged(1, "incr", target.key("c"), "1") + tagged(2, "lpop", key + "small", ""));
            assertThat(second.line()).isEqualTo("@1 ok 1");
            assertThat(second.line()).isEqualTo("@2 ok value0");
            second.close();
            target.peer().flood(142, i -> request("lpop", i < 140 ? key : key + "small", ""));
        });
    }

    @Test
    void aPoppedValueThatWasAcknowledgedDoesNotComeBackAndAnotherDoes() throws Exception {
        ARENA.withstands(target -> {
            var key = target.key("l");
            target.peer().flood(200, i -> request("rpush", key, "v" + i));
            var popper = target.peer();
            popper.ask("session", target.id(0), "1");
            popper.burst(200, i -> tagged(i + 1, "lpop", key, ""));
            for (int i = 0; i < 20; i++) {
                assertThat(popper.line()).isEqualTo("@" + (i + 1) + " ok v" + i);
            }
            // The numbered ping tells that the acknowledgement was taken.
            popper.say(request("ack", "_", "20") + tagged(201, "ping", "_", ""));
            for (var line = popper.line(); !line.equals("@201 ok"); line = popper.line()) {
                assertThat(line).startsWith("@");
            }
            popper.reset();

            var other = target.peer();
            Eventually.await("the session ends", Peer.DEADLINE, () -> !other.ask("llen", key, "").equals("ok 0"));
            Eventually.await("what was not acknowledged is back", Peer.DEADLINE,
                    () -> other.ask("llen", key, "").equals("ok 180"));
            for (int i = 20; i < 200; i++) {
                assertThat(other.ask("lpop", key, "")).isEqualTo("ok v" + i);
            }
        });
    }

    @Test
    void aGrantThatWasNotAcknowledgedGoesToTheNextWhenTheSessionEnds() throws Exception {
        ARENA.withstands(target -> {
            var away = target.peer();
            away.ask("session", target.id(0), "1");
            away.say(tagged(1, "l", target.key("k"), "0 600"));
            assertThat(away.line()).startsWith("@1 ok ");
            away.reset();
            assertThat(target.peer().ask("l", target.key("k"), "8 1")).startsWith("ok ");
        });
    }

    @Test
    void theTimerOfAnEarlierAbsenceDoesNotEndASessionThatCameBack() throws Exception {
        ARENA.withstands(target -> {
            target.peer().ask("l", target.key("clock"), "0 600");
            var first = target.peer();
            first.ask("session", target.id(0), "2");
            first.say(tagged(1, "l", target.key("k"), "0 600"));
            assertThat(first.line()).startsWith("@1 ok ");
            first.close();
            pass(target, 1);
            var second = resume(target, 1);
            second.close();
            // The grace of the first absence would be over, that of the second is not.
            pass(target, 1);
            assertThat(resume(target, 1).isSilent()).isTrue();
            assertThat(target.peer().ask("l", target.key("k"), "0 5")).isEqualTo("timeout");
        });
    }

    @Test
    void aQueueGroupFeedsOnlyMembersThatCanReceive() throws Exception {
        ARENA.withstands(target -> {
            var away = target.peer();
            away.ask("session", target.id(0), "2");
            away.ask("listen", target.key("c"), "g");
            var present = target.peer();
            present.ask("listen", target.key("c"), "g");
            away.close();
            Eventually.await("the server sees that it went", Duration.ofSeconds(5), () -> connections() <= 4);
            for (int i = 0; i < 10; i++) {
                assertThat(target.peer().ask("signal", target.key("c"), "p" + i)).isEqualTo("ok 1");
                assertThat(present.line()).isEqualTo("sig " + target.key("c") + " p" + i);
            }
        });
    }

    @Test
    void signalsThatOverflowedAreCountedAsMissed() throws Exception {
        ARENA.withstands(target -> {
            int sent = 600;
            var slow = target.peer();
            slow.ask("session", target.id(0), "5");
            slow.ask("listen", target.key("c"), "");
            long before = slow.answers();
            target.peer().flood(sent, i -> request("signal", target.key("c"), Reads.LARGE));
            slow.awaitEnd(Peer.DEADLINE);
            long got = slow.answers() - before;

            var back = resume(target, 0);
            var missed = back.line();
            assertThat(missed).startsWith("missed events ");
            // Only a line whose last byte the socket took, and the end then kept from the peer, is neither here nor there.
            assertThat(got + Long.parseLong(missed.substring("missed events ".length())))
                    .isBetween(sent - 1L, (long) sent);
            back.ask("bye", "_", "");
        });
    }

    /** Takes the session 0 over. */
    private static Peer resume(Target target, int received) {
        var peer = target.peer();
        assertThat(peer.ask("session", target.id(0), "2 " + received)).startsWith("ok resumed ");
        return peer;
    }

    /** The server's own clock tells that so much time passed: a wait for a lock that is held runs out. */
    private static void pass(Target target, int seconds) {
        assertThat(target.peer().ask("l", target.key("clock"), Integer.toString(seconds))).isEqualTo("timeout");
    }

    private static int connections() {
        return Integer.parseInt(ARENA.stats().replaceFirst(".*?\"connections\":(\\d+).*", "$1"));
    }
}
