package io.dflockd.conformance;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many requests sent before the first answer is read. */
@ExtendWith(Conversations.class)
class PipeliningTest {
    private static final int MANY = 2_000;

    @Test
    void answersComeInTheOrderOfTheRequests(Conversation talk) {
        var a = talk.client("A");
        var request = "incr\n" + talk.key("c") + "\n1\n";

        a.sendOctets(request.repeat(MANY));

        for (int i = 1; i <= MANY; i++) {
            a.expect("ok " + i);
        }
    }

    @Test
    void refusedRequestsAreAnsweredInTheirTurn(Conversation talk) {
        var key = talk.key("k");
        var a = talk.client("A");

        a.send("incr", key, "1", "nonsense", "", "", "incr", key, "x", "incr", "", "1", "kget", key, "", "incr", key,
                "1", "sl", key, "1 0");

        a.expect("ok 1").expect("error").expect("error").expect("error").expect("nil").expect("ok 2").expect("error");
    }

    @Test
    void blockedCommandHoldsBackWhatIsBehindItOnItsConnectionOnly(Conversation talk) {
        talk.run("""
                A> l / k / 0       A< ok T1 33 f1
                B> l / k / 20      (blocks)
                B> incr / c / 1    B> incr / c / 1    B< nothing
                C> get / c / ∅     C< ok 0
                A> r / k / T1      A< ok
                B< ok T2 33 f2     B< ok 1            B< ok 2
                """);
    }

    @Test
    void severalBlockingCommandsBehindEachOtherWaitOneByOne(Conversation talk) {
        talk.run("""
                A> l / k1 / 0      A< ok T1 33 f1     A> l / k2 / 0    A< ok T2 33 f2
                B> l / k1 / 20     (blocks)
                B> l / k2 / 20     B> blpop / q / 1
                A> r / k2 / T2     A< ok              B< nothing       # B has not come to k2 yet
                A> l / k2 / 0      A< ok T3 33 f3
                A> r / k1 / T1     A< ok              B< ok T4 33 f4
                A> r / k2 / T3     A< ok              B< ok T5 33 f5   B< nil
                """);
    }

    @Test
    void thousandsOfRequestsBehindABlockedOneAreAllAnsweredInTheEnd(Conversation talk) {
        talk.run("""
                A> l / k / 0       A< ok T1 33 f1
                B> l / k / 20      (blocks)
                """);
        talk.client("B").sendOctets(("incr\n" + talk.key("c") + "\n1\n").repeat(MANY));

        talk.run("B< nothing    A> get / c / ∅    A< ok 0    A> r / k / T1    A< ok    B< ok T2 33 f2");

        for (int i = 1; i <= MANY; i++) {
            talk.client("B").expect("ok " + i);
        }
    }

    @Test
    @Tag("decision")
    void signalsOfOneSenderKeepTheirOrder(Conversation talk) {
        var channel = talk.key("ev");
        talk.client("B").ask("listen", channel, "", "ok");
        var octets = new StringBuilder();
        for (int i = 1; i <= 500; i++) {
            octets.append("signal\n").append(channel).append('\n').append(i).append('\n');
        }

        talk.client("A").sendOctets(octets.toString());

        for (int i = 1; i <= 500; i++) {
            talk.client("B").expect("sig " + channel + " " + i);
        }
    }

    @Test
    @ServerOptions({"--auth-token", "s3cret"})
    void requestsMayStandBehindTheAuthentication(Conversation talk) {
        var key = talk.key("c");

        talk.client("A")
                .send("auth", "_", "s3cret", "incr", key, "1", "incr", key, "1")
                .expect("ok")
                .expect("ok 1")
                .expect("ok 2");
    }

    @Test
    @ServerOptions({"--auth-token", "s3cret"})
    void requestsBehindAFailedAuthenticationAreNotExecuted(Conversation talk) {
        var key = talk.key("c");

        talk.client("A")
                .send("auth", "_", "wrong", "auth", "_", "s3cret", "incr", key, "1")
                .expect("error_auth")
                .expectClosed();

        talk.client("B").ask("auth", "_", "s3cret", "ok").ask("get", key, "", "ok 0");
    }

    @Test
    void pushesFlowWhileACommandBlocks(Conversation talk) {
        talk.run("""
                A> l / k / 0         A< ok T1 33 f1
                B> listen / ev / ∅   B< ok            B> watch / w / ∅    B< ok
                B> l / k / 20        (blocks)
                C> signal / ev / 1   C< ok 1          B< sig ev 1
                C> incr / w / 1      C< ok 1          B< watch incr w
                A> r / k / T1        A< ok            B< ok T2 33 f2
                """);
    }

    @Test
    void pushesOfAllKindsKeepTheirOrder(Conversation talk) {
        var a = talk.client("A");
        var key = talk.key("k");
        a.ask("listen", key, "", "ok").ask("watch", key, "", "ok").ask("observe", key, "", "ok");
        var b = talk.client("B");

        for (int i = 1; i <= 10; i++) {
            b.send("signal", key, "" + i, "incr", key, "1", "kset", key, "v")
                    .expect("ok 1")
                    .expect("ok " + i)
                    .expect("ok");
        }

        for (int i = 1; i <= 10; i++) {
            a.expect("sig " + key + " " + i).expect("watch incr " + key).expect("watch kset " + key);
        }
    }

    @Test
    @Tag("decision")
    void answersAndPushesOfOneConnectionLeaveInTheOrderOfTheirDecision(Conversation talk) {
        var a = talk.client("A");
        var key = talk.key("k");
        a.ask("watch", key, "", "ok");

        a.sendOctets(("incr\n" + key + "\n1\n").repeat(MANY / 10));

        // Which of the two comes first for one operation is not said, but it is always the same.
        var first = a.line();
        boolean answerFirst = first.equals("ok 1");
        a.expect(answerFirst ? "watch incr " + key : "ok 1");
        for (int i = 2; i <= MANY / 10; i++) {
            a.expect(answerFirst ? "ok " + i : "watch incr " + key);
            a.expect(answerFirst ? "watch incr " + key : "ok " + i);
        }
    }

    @Test
    @Tag("extension")
    void taggedRequestsOfOneKeyKeepTheirOrder(Conversation talk) {
        var a = talk.client("A");
        var key = talk.key("q");
        var octets = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            octets.append('@').append(i).append(" rpush\n").append(key).append('\n').append(i).append('\n');
        }

        a.sendOctets(octets.toString());

        for (int i = 0; i < 100; i++) {
            a.expect("@" + i + " ok " + (i + 1));
        }
        for (int i = 0; i < 100; i++) {
            a.ask("lpop", key, "", "ok " + i);
        }
    }
}
