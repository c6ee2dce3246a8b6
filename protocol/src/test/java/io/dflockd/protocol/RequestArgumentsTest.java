package io.dflockd.protocol;

import static io.dflockd.protocol.Decoded.error;
import static io.dflockd.protocol.Decoded.request;
import static io.dflockd.protocol.DurationForm.MILLISECONDS;
import static io.dflockd.protocol.DurationForm.SECONDS;
import static io.dflockd.protocol.ProtocolError.BAD_ARGUMENT;
import static io.dflockd.protocol.ProtocolError.BAD_KEY;
import static io.dflockd.protocol.ProtocolError.BAD_LEASE;
import static io.dflockd.protocol.ProtocolError.BAD_LIMIT;
import static io.dflockd.protocol.ProtocolError.BAD_NUMBER;
import static io.dflockd.protocol.ProtocolError.EMPTY_TOKEN;
import static io.dflockd.protocol.ProtocolError.NEGATIVE_TIMEOUT;
import static io.dflockd.protocol.ProtocolError.UNKNOWN_COMMAND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every command's argument: what it may say, and which check fails first where several would. */
class RequestArgumentsTest {
    private static final List<String> NO_NUMBERS = List.of("-1", "+1", "01", "00", "1.5", "x", "9007199254740992",
            "99999999999999999999");
    private static final String ABOVE_64_BITS = "9223372036854775808";

    @ParameterizedTest
    @EnumSource(Verb.class)
    void keyIsCheckedBeforeTheArgument(Verb verb) {
        for (var key : List.of("", " ", "a b", "a\tb", " a", "a\t")) {
            if (verb.ignoresKey()) {
                var argument = verb == Verb.CLUSTER ? "" : "7";
                assertThat(request(verb.word(), key, argument)).isNotInstanceOf(Request.Malformed.class);
            } else {
                assertThat(error(verb.word(), key, "\0 bad argument for most")).isEqualTo(BAD_KEY);
            }
        }
    }

    @Test
    void commandIsCheckedBeforeTheKey() {
        assertThat(error("nonsense", "", "")).isEqualTo(UNKNOWN_COMMAND);
    }

    @Test
    void keyMayHaveEveryOtherBlank() {
        for (var key : List.of("a\u000bb", "\u000c", Octets.ofText("\u00a0"), Octets.ofText("a\u3000b"), "\0")) {
            assertThat(request("get", key, "")).isEqualTo(new Request.GetCounter(key));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"l", "rl", "wl", "elect"})
    void acquireTakesATimeoutAndPerhapsALease(String command) {
        var verb = verb(command);

        assertThat(request(command, "k", "0")).isEqualTo(new Request.Acquire(verb, "k", 0, 1, 0, SECONDS));
        assertThat(request(command, "k", "5 60")).isEqualTo(new Request.Acquire(verb, "k", 5_000, 1, 60_000, SECONDS));
        assertThat(request(command, "k", "\t+5  +60 "))
                .isEqualTo(new Request.Acquire(verb, "k", 5_000, 1, 60_000, SECONDS));
        assertThat(error(command, "k", "")).isEqualTo(BAD_ARGUMENT);
        assertThat(error(command, "k", "  ")).isEqualTo(BAD_ARGUMENT);
        assertThat(error(command, "k", "1 2 3")).isEqualTo(BAD_ARGUMENT);
        assertThat(error(command, "k", "x x x")).isEqualTo(BAD_ARGUMENT);
        assertThat(error(command, "k", "x")).isEqualTo(BAD_NUMBER);
        assertThat(error(command, "k", "x 0")).isEqualTo(BAD_NUMBER);
        assertThat(error(command, "k", "-1")).isEqualTo(NEGATIVE_TIMEOUT);
        assertThat(error(command, "k", "-1 x")).isEqualTo(NEGATIVE_TIMEOUT);
        assertThat(error(command, "k", "5 x")).isEqualTo(BAD_NUMBER);
        assertThat(error(command, "k", "5 0")).isEqualTo(BAD_LEASE);
        assertThat(error(command, "k", "5 -3")).isEqualTo(BAD_LEASE);
    }

    @Test
    void semaphoreAcquireTakesATimeoutALimitAndPerhapsALease() {
        assertThat(request("sl", "k", "5 3")).isEqualTo(new Request.Acquire(Verb.SEM_LOCK, "k", 5_000, 3, 0, SECONDS));
        assertThat(request("sl", "k", "5 3 60"))
                .isEqualTo(new Request.Acquire(Verb.SEM_LOCK, "k", 5_000, 3, 60_000, SECONDS));
        assertThat(request("sl", "k", "0 9223372036854775807"))
                .isEqualTo(new Request.Acquire(Verb.SEM_LOCK, "k", 0, Long.MAX_VALUE, 0, SECONDS));
        assertThat(error("sl", "k", "")).isEqualTo(BAD_ARGUMENT);
        assertThat(error("sl", "k", "5")).isEqualTo(BAD_ARGUMENT);
        assertThat(error("sl", "k", "1 2 3 4")).isEqualTo(BAD_ARGUMENT);
        assertThat(error("sl", "k", "x -1 0")).isEqualTo(BAD_NUMBER);
        assertThat(error("sl", "k", "-1 x 0")).isEqualTo(NEGATIVE_TIMEOUT);
        assertThat(error("sl", "k", "5 x 0")).isEqualTo(BAD_NUMBER);
        assertThat(error("sl", "k", "5 0 x")).isEqualTo(BAD_LIMIT);
        assertThat(error("sl", "k", "5 -1 x")).isEqualTo(BAD_LIMIT);
        assertThat(error("sl", "k", "5 3 x")).isEqualTo(BAD_NUMBER);
        assertThat(error("sl", "k", "5 3 0")).isEqualTo(BAD_LEASE);
        assertThat(error("sl", "k", "5 " + ABOVE_64_BITS)).isEqualTo(BAD_NUMBER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"e", "re", "we"})
    void enqueueTakesNothingOrALease(String command) {
        var verb = verb(command);

        assertThat(request(command, "k", "")).isEqualTo(new Request.Enqueue(verb, "k", 1, 0, SECONDS));
        assertThat(request(command, "k", " \t ")).isEqualTo(new Request.Enqueue(verb, "k", 1, 0, SECONDS));
        assertThat(request(command, "k", " 30 ")).isEqualTo(new Request.Enqueue(verb, "k", 1, 30_000, SECONDS));
        assertThat(error(command, "k", "30 junk")).isEqualTo(BAD_NUMBER);
        assertThat(error(command, "k", "30 40")).isEqualTo(BAD_NUMBER);
        assertThat(error(command, "k", "x")).isEqualTo(BAD_NUMBER);
        assertThat(error(command, "k", "0")).isEqualTo(BAD_LEASE);
        assertThat(error(command, "k", "-1")).isEqualTo(BAD_LEASE);
    }

    @Test
    void semaphoreEnqueueTakesALimitAndPerhapsALease() {
        assertThat(request("se", "k", "3")).isEqualTo(new Request.Enqueue(Verb.SEM_ENQUEUE, "k", 3, 0, SECONDS));
        assertThat(request("se", "k", " 3  9 "))
                .isEqualTo(new Request.Enqueue(Verb.SEM_ENQUEUE, "k", 3, 9_000, SECONDS));
        assertThat(error("se", "k", "")).isEqualTo(BAD_ARGUMENT);
        assertThat(error("se", "k", "1 2 3")).isEqualTo(BAD_ARGUMENT);
        assertThat(error("se", "k", "x 0")).isEqualTo(BAD_NUMBER);
        assertThat(error("se", "k", "0 x")).isEqualTo(BAD_LIMIT);
        assertThat(error("se", "k", "1 x")).isEqualTo(BAD_NUMBER);
        assertThat(error("se", "k", "1 0")).isEqualTo(BAD_LEASE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"w", "sw", "rw", "ww", "blpop", "brpop"})
    void waitTakesATimeoutAndNothingElse(String command) {
        assertThat(request(command, "k", " 7 ")).isIn(new Request.Wait(verb(command), "k", 7_000, SECONDS),
                new Request.BlockingPop(verb(command), "k", 7_000));
        assertThat(request(command, "k", "0")).isNotInstanceOf(Request.Malformed.class);
        assertThat(error(command, "k", "")).isEqualTo(BAD_ARGUMENT);
        assertThat(error(command, "k", "\t")).isEqualTo(BAD_ARGUMENT);
        assertThat(error(command, "k", "7 8")).isEqualTo(BAD_NUMBER);
        assertThat(error(command, "k", "x")).isEqualTo(BAD_NUMBER);
        assertThat(error(command, "k", "-1")).isEqualTo(NEGATIVE_TIMEOUT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"r", "sr", "rr", "wr", "resign"})
    void releaseTakesTheWholeTrimmedLineAsItsToken(String command) {
        assertThat(request(command, "k", " to ken\t")).isEqualTo(new Request.Release(verb(command), "k", "to ken"));
        assertThat(error(command, "k", "")).isEqualTo(EMPTY_TOKEN);
        assertThat(error(command, "k", " \t ")).isEqualTo(EMPTY_TOKEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"n", "sn", "rn", "wn"})
    void renewTakesATokenAndPerhapsALease(String command) {
        var verb = verb(command);

        assertThat(request(command, "k", "token")).isEqualTo(new Request.Renew(verb, "k", "token", 0, SECONDS));
        assertThat(request(command, "k", " token  9 "))
                .isEqualTo(new Request.Renew(verb, "k", "token", 9_000, SECONDS));
        assertThat(error(command, "k", "")).isEqualTo(BAD_ARGUMENT);
        assertThat(error(command, "k", "token 9 9")).isEqualTo(BAD_ARGUMENT);
        assertThat(error(command, "k", "token x")).isEqualTo(BAD_NUMBER);
        assertThat(error(command, "k", "token 0")).isEqualTo(BAD_LEASE);
    }

    @Test
    void secondsEndAtTheGreatestNumberWhoseNanosecondsFit() {
        long most = Limits.MAX_SECONDS;
        long mostMs = most * 1000;
        var above = Long.toString(most + 1);

        assertThat(request("l", "k", most + " " + most))
                .isEqualTo(new Request.Acquire(Verb.LOCK, "k", mostMs, 1, mostMs, SECONDS));
        assertThat(request("kset", "k", "v\t" + most)).isEqualTo(new Request.SetValue("k", "v", mostMs));
        assertThat(error("l", "k", above)).isEqualTo(BAD_NUMBER);
        assertThat(error("l", "k", "1 " + above)).isEqualTo(BAD_NUMBER);
        assertThat(error("sl", "k", "1 2 " + above)).isEqualTo(BAD_NUMBER);
        assertThat(error("e", "k", above)).isEqualTo(BAD_NUMBER);
        assertThat(error("se", "k", "1 " + above)).isEqualTo(BAD_NUMBER);
        assertThat(error("w", "k", above)).isEqualTo(BAD_NUMBER);
        assertThat(error("n", "k", "t " + above)).isEqualTo(BAD_NUMBER);
        assertThat(error("blpop", "k", above)).isEqualTo(BAD_NUMBER);
        assertThat(error("bwait", "k", "1 " + above)).isEqualTo(BAD_NUMBER);
        assertThat(error("kset", "k", "v\t" + above)).isEqualTo(BAD_NUMBER);
        assertThat(error("kcas", "k", "a\tb\t" + above)).isEqualTo(BAD_NUMBER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"incr", "decr", "cset"})
    void counterTakesOneSigned64BitNumber(String command) {
        assertThat(counterNumber(command, "5")).isEqualTo(5);
        assertThat(counterNumber(command, " +5 ")).isEqualTo(5);
        assertThat(counterNumber(command, "-5")).isEqualTo(-5);
        assertThat(counterNumber(command, "-0")).isZero();
        assertThat(counterNumber(command, "000000000000000000000000007")).isEqualTo(7);
        assertThat(counterNumber(command, "9223372036854775807")).isEqualTo(Long.MAX_VALUE);
        assertThat(counterNumber(command, "-9223372036854775808")).isEqualTo(Long.MIN_VALUE);
        assertThat(error(command, "k", "")).isEqualTo(BAD_ARGUMENT);
        assertThat(error(command, "k", " ")).isEqualTo(BAD_ARGUMENT);
        for (var bad : List.of("1.5", "1 2", "x", "+", "-", "+-1", "--1", "1_000", "0x10", "1e3", "- 1", "1-", "1\0",
                Octets.ofText("\u0661"), ABOVE_64_BITS, "+" + ABOVE_64_BITS, "-9223372036854775809",
                "99999999999999999999", "/", ":")) {
            assertThat(error(command, "k", bad)).as(bad).isEqualTo(BAD_NUMBER);
        }
    }

    @Test
    void aClusterIsAskedAboutItsMembersOrToDoSomething() {
        assertThat(request("cluster", "k", " ")).isEqualTo(new Request.Cluster());
        assertThat(request("cluster", "_", "status"))
                .isEqualTo(new Request.Cluster(Request.Cluster.Act.STATUS, ""));
        assertThat(request("cluster", "_", "transfer"))
                .isEqualTo(new Request.Cluster(Request.Cluster.Act.TRANSFER, ""));
        assertThat(request("cluster", "_", "transfer n2"))
                .isEqualTo(new Request.Cluster(Request.Cluster.Act.TRANSFER, "n2"));
        assertThat(request("cluster", "_", "set max-locks=7"))
                .isEqualTo(new Request.Cluster(Request.Cluster.Act.SET, "max-locks=7"));
        assertThat(request("cluster", "_", "upgrade"))
                .isEqualTo(new Request.Cluster(Request.Cluster.Act.UPGRADE, ""));
        for (var wrong : List.of(
                "fly", "status n2", "transfer n2 n3", "add", "remove", "set", "set max-locks 7", "upgrade 2")) {
            assertThat(request("cluster", "_", wrong)).isInstanceOf(Request.Malformed.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"get", "kget", "kdel", "lpop", "rpop", "llen", "unwatch", "watch", "observe", "unobserve",
            "stats", "ping", "bye"})
    void commandsWithoutAnArgumentIgnoreIt(String command) {
        assertThat(request(command, "k", "what\tever 1 2 3")).isEqualTo(request(command, "k", ""))
                .isNotInstanceOf(Request.Malformed.class);
    }

    @Test
    void valueIsAllBeforeTheTabAndTheTimeToLiveAllAfter() {
        assertThat(request("kset", "k", "hello world\t0")).isEqualTo(new Request.SetValue("k", "hello world", 0));
        assertThat(request("kset", "k", " v \t+60")).isEqualTo(new Request.SetValue("k", " v ", 60_000));
        assertThat(request("kset", "k", "60")).isEqualTo(new Request.SetValue("k", "60", 0));
        assertThat(request("kset", "k", " ")).isEqualTo(new Request.SetValue("k", " ", 0));
        for (var bad : List.of("", "v\t-1", "v\tx", "v\t 5", "v\t5 ", "v\t1.5", "v\t" + ABOVE_64_BITS)) {
            assertThat(error("kset", "k", bad)).as(bad).isEqualTo(BAD_ARGUMENT);
        }
    }

    @Test
    void valueIsNeverEmptyAndNeverHasATab() {
        for (var bad : List.of("\t", "\t0", "a\tb\t5", "a\tb\t", "\t\t")) {
            assertThat(error("kset", "k", bad)).as(bad).isEqualTo(BAD_ARGUMENT);
        }
        for (var bad : List.of("a\t", "a\t\t", "a\t\t0", "\t\t0", "\t", "a\tb\t0\t", "a\tb\tc\t0", "a\tb\t0\t0")) {
            assertThat(error("kcas", "k", bad)).as(bad).isEqualTo(BAD_ARGUMENT);
        }
    }

    @Test
    void compareAndSwapTakesOldAndNewAndPerhapsATimeToLive() {
        assertThat(request("kcas", "k", "a\tb")).isEqualTo(new Request.SwapValue("k", "a", "b", 0));
        assertThat(request("kcas", "k", "a\tb\t9")).isEqualTo(new Request.SwapValue("k", "a", "b", 9_000));
        assertThat(request("kcas", "k", "\tb\t0")).isEqualTo(new Request.SwapValue("k", "", "b", 0));
        assertThat(request("kcas", "k", " a \t b ")).isEqualTo(new Request.SwapValue("k", " a ", " b ", 0));
        for (var bad : List.of("", "justone", "a\tb\t-1", "a\tb\tx", "a\tb\t 5", "a\tb\t5 ")) {
            assertThat(error("kcas", "k", bad)).as(bad).isEqualTo(BAD_ARGUMENT);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lpush", "rpush"})
    void pushTakesTheLineAsItIs(String command) {
        for (var value : List.of("a", " ", "\t", " a\tb ", "\0")) {
            assertThat(request(command, "k", value)).isEqualTo(new Request.Push(verb(command), "k", value));
        }
        assertThat(error(command, "k", "")).isEqualTo(BAD_ARGUMENT);
    }

    @Test
    void rangeTakesTwoNumbers() {
        assertThat(request("lrange", "k", " 0  -1 ")).isEqualTo(new Request.ListRange("k", 0, -1));
        for (var bad : List.of("", "0", "0 1 2", "x")) {
            assertThat(error("lrange", "k", bad)).as(bad).isEqualTo(BAD_ARGUMENT);
        }
        for (var bad : List.of("x 1", "1 x", "1.5 2", "0 " + ABOVE_64_BITS)) {
            assertThat(error("lrange", "k", bad)).as(bad).isEqualTo(BAD_NUMBER);
        }
    }

    @Test
    void listenTakesAPatternAndPerhapsAGroup() {
        assertThat(request("listen", "ev.*", "")).isEqualTo(new Request.Listen("ev.*", ""));
        assertThat(request("listen", "ev.>", " my group ")).isEqualTo(new Request.Listen("ev.>", "my group"));
        assertThat(error("listen", "ev.x*", "")).isEqualTo(BAD_KEY);
        assertThat(error("listen", ">.x", "")).isEqualTo(BAD_KEY);
        assertThat(error("watch", "ev.x*", "")).isEqualTo(BAD_KEY);
    }

    @Test
    void subscriptionThatCannotExistCanStillBeRemoved() {
        assertThat(request("unlisten", "ev.x*", " g ")).isEqualTo(new Request.Unlisten("ev.x*", "g"));
        assertThat(request("unwatch", ">.x", "")).isEqualTo(new Request.Unwatch(">.x"));
    }

    @Test
    void electionKeyIsNoPattern() {
        assertThat(request("observe", "a*", "")).isEqualTo(new Request.Observe("a*"));
    }

    @Test
    void signalTakesAPayloadAndAPlainChannel() {
        assertThat(request("signal", "ev.a", " hi\tthere ")).isEqualTo(new Request.Signal("ev.a", " hi\tthere "));
        assertThat(request("signal", "ev.a", " ")).isEqualTo(new Request.Signal("ev.a", " "));
        assertThat(error("signal", "ev.*", "x")).isEqualTo(BAD_KEY);
        assertThat(error("signal", "a>b", "x")).isEqualTo(BAD_KEY);
        assertThat(error("signal", "ev.a", "")).isEqualTo(BAD_ARGUMENT);
        assertThat(error("signal", "ev.*", "")).isEqualTo(BAD_ARGUMENT);
    }

    @Test
    void barrierTakesACountAndATimeout() {
        assertThat(request("bwait", "k", "3 30")).isEqualTo(new Request.AwaitBarrier("k", 3, 30_000));
        for (var bad : List.of("", "3", "1 2 3")) {
            assertThat(error("bwait", "k", bad)).as(bad).isEqualTo(BAD_ARGUMENT);
        }
        assertThat(error("bwait", "k", "x -1")).isEqualTo(BAD_NUMBER);
        assertThat(error("bwait", "k", "0 x")).isEqualTo(BAD_LIMIT);
        assertThat(error("bwait", "k", "-1 1")).isEqualTo(BAD_LIMIT);
        assertThat(error("bwait", "k", "1 x")).isEqualTo(BAD_NUMBER);
        assertThat(error("bwait", "k", "1 -1")).isEqualTo(NEGATIVE_TIMEOUT);
    }

    @Test
    void authAndHelloTakeTheTrimmedLine() {
        assertThat(request("auth", "", " s3 cret\t")).isEqualTo(new Request.Auth("s3 cret"));
        assertThat(request("auth", "_", "")).isEqualTo(new Request.Auth(""));
        assertThat(request("hello", "_", " app 1 ")).isEqualTo(new Request.Hello(Set.of(), "app 1"));
    }

    @Test
    void sessionTakesANameAndAGrace() {
        var id = "0123456789abcdef";

        assertThat(request("session", id, " 600 ")).isEqualTo(new Request.Resume(id, 600, 0));
        assertThat(request("session", id.repeat(4), "1")).isEqualTo(new Request.Resume(id.repeat(4), 1, 0));
        for (var bad : List.of(id.substring(1), id.repeat(4) + "x", id + "!", id + "\u00e9")) {
            assertThat(error("session", bad, "9")).as(bad).isEqualTo(BAD_KEY);
        }
        assertThat(error("session", id, "")).isEqualTo(BAD_ARGUMENT);
        assertThat(error("session", id, "1 2 3")).isEqualTo(BAD_ARGUMENT);
        assertThat(error("session", id, "0")).isEqualTo(BAD_LIMIT);
        assertThat(error("session", id, "-1")).isEqualTo(BAD_LIMIT);
        assertThat(error("session", id, "601")).isEqualTo(BAD_LIMIT);
    }

    @Test
    void sessionTakesHowManyAnswersWereReceived() {
        var id = "0123456789abcdef";

        assertThat(request("session", id, "60 17")).isEqualTo(new Request.Resume(id, 60, 17));
        assertThat(request("session", id, "60 0")).isEqualTo(new Request.Resume(id, 60, 0));
        assertThat(request("session", id, "60 9007199254740991")).isEqualTo(
                new Request.Resume(id, 60, Limits.MAX_NUMBER));
        for (var bad : NO_NUMBERS) {
            assertThat(error("session", id, "60 " + bad)).as(bad).isEqualTo(BAD_NUMBER);
        }
    }

    @Test
    void acknowledgementTakesHowManyAnswersWereReceived() {
        assertThat(request("ack", "_", " 17 ")).isEqualTo(new Request.Acknowledge(17));
        assertThat(request("ack", "_", "0")).isEqualTo(new Request.Acknowledge(0));
        for (var bad : NO_NUMBERS) {
            assertThat(error("ack", "_", bad)).as(bad).isEqualTo(BAD_NUMBER);
        }
        assertThat(error("ack", "_", "")).isEqualTo(BAD_ARGUMENT);
        assertThat(error("ack", "_", "1 2")).isEqualTo(BAD_ARGUMENT);
    }

    @Test
    void helloTakesWishes() {
        assertThat(request("hello", "lost", "app")).isEqualTo(new Request.Hello(Set.of("lost"), "app"));
        assertThat(request("hello", "lost,tomorrow", "")).isEqualTo(new Request.Hello(Set.of("lost", "tomorrow"), ""));
        assertThat(request("hello", ",_,", "")).isEqualTo(new Request.Hello(Set.of(), ""));
        assertThat(error("hello", "", "app")).isEqualTo(BAD_KEY);
        assertThat(request("hello", "_", "n".repeat(64))).isEqualTo(new Request.Hello(Set.of(), "n".repeat(64)));
        assertThat(error("hello", "_", "n".repeat(65))).isEqualTo(BAD_ARGUMENT);
    }

    @Test
    void keepTakesATokenAndALease() {
        assertThat(request("keep", "k", " token 9 ")).isEqualTo(new Request.Keep("k", "token", 9_000, SECONDS));
        assertThat(request("keep", "k", "token 9ms")).isEqualTo(new Request.Keep("k", "token", 9, MILLISECONDS));
        for (var bad : List.of("", "token", "token 9 9")) {
            assertThat(error("keep", "k", bad)).as(bad).isEqualTo(BAD_ARGUMENT);
        }
        assertThat(error("keep", "k", "token x")).isEqualTo(BAD_NUMBER);
        assertThat(error("keep", "k", "token 0")).isEqualTo(BAD_LEASE);
    }

    @Test
    void downgradeTakesATokenAndPerhapsALease() {
        assertThat(request("downgrade", "k", "token")).isEqualTo(new Request.Downgrade("k", "token", 0, SECONDS));
        assertThat(request("downgrade", "k", "token 9")).isEqualTo(
                new Request.Downgrade("k", "token", 9_000, SECONDS));
        assertThat(request("downgrade", "k", "token 250ms")).isEqualTo(
                new Request.Downgrade("k", "token", 250, MILLISECONDS));
        assertThat(error("downgrade", "k", "")).isEqualTo(BAD_ARGUMENT);
        assertThat(error("downgrade", "k", "token 0ms")).isEqualTo(BAD_LEASE);
    }

    @Test
    void holdersTakesPerhapsALimit() {
        assertThat(request("holders", "k", " ")).isEqualTo(new Request.Holders("k", 0));
        assertThat(request("holders", "k", " 7 ")).isEqualTo(new Request.Holders("k", 7));
        assertThat(error("holders", "k", "1 2")).isEqualTo(BAD_ARGUMENT);
        assertThat(error("holders", "k", "0")).isEqualTo(BAD_LIMIT);
        assertThat(error("holders", "k", "x")).isEqualTo(BAD_NUMBER);
    }

    @Test
    void revokeTakesAFence() {
        assertThat(request("revoke", "k", " 17 ")).isEqualTo(new Request.Revoke("k", 17));
        assertThat(error("revoke", "k", "")).isEqualTo(BAD_ARGUMENT);
        for (var bad : NO_NUMBERS) {
            assertThat(error("revoke", "k", bad)).as(bad).isEqualTo(BAD_NUMBER);
        }
    }

    @Test
    void durationsMayBeMilliseconds() {
        assertThat(request("l", "k", "250ms")).isEqualTo(
                new Request.Acquire(Verb.LOCK, "k", 250, 1, 0, MILLISECONDS));
        assertThat(request("l", "k", "5 250ms")).isEqualTo(
                new Request.Acquire(Verb.LOCK, "k", 5_000, 1, 250, MILLISECONDS));
        assertThat(request("sl", "k", "0ms 3 9")).isEqualTo(
                new Request.Acquire(Verb.SEM_LOCK, "k", 0, 3, 9_000, MILLISECONDS));
        assertThat(request("e", "k", " 30ms ")).isEqualTo(
                new Request.Enqueue(Verb.ENQUEUE, "k", 1, 30, MILLISECONDS));
        assertThat(request("w", "k", "30ms")).isEqualTo(new Request.Wait(Verb.WAIT, "k", 30, MILLISECONDS));
        assertThat(request("n", "k", "t 30ms")).isEqualTo(
                new Request.Renew(Verb.RENEW, "k", "t", 30, MILLISECONDS));
        assertThat(request("blpop", "k", "30ms")).isEqualTo(new Request.BlockingPop(Verb.BLPOP, "k", 30));
        assertThat(request("bwait", "k", "3 30ms")).isEqualTo(new Request.AwaitBarrier("k", 3, 30));
        assertThat(request("kset", "k", "v\t30ms")).isEqualTo(new Request.SetValue("k", "v", 30));
        assertThat(request("kcas", "k", "a\tb\t30ms")).isEqualTo(new Request.SwapValue("k", "a", "b", 30));
    }

    @Test
    void oneRequestInMillisecondsDoesNotMakeTheNextOneSo() {
        var decoded = Decoded.of("w\nk\n30ms\nw\nk\n30\n").withoutTags();

        assertThat(decoded).containsExactly(new Request.Wait(Verb.WAIT, "k", 30, MILLISECONDS),
                new Request.Wait(Verb.WAIT, "k", 30_000, SECONDS));
    }

    @Test
    void millisecondsAreStrictDigitsAndEndWhereSecondsDo() {
        long most = Limits.MAX_SECONDS * 1000;

        assertThat(request("w", "k", most + "ms")).isEqualTo(
                new Request.Wait(Verb.WAIT, "k", most, MILLISECONDS));
        for (var bad : List.of("ms", "+5ms", "-5ms", "5 ms", "5Ms", "5m", "5s", "5msms", "0x5ms", (most + 1) + "ms",
                ABOVE_64_BITS + "ms")) {
            assertThat(error("w", "k", bad)).as(bad).isEqualTo(BAD_NUMBER);
        }
        assertThat(error("e", "k", "0ms")).isEqualTo(BAD_LEASE);
        assertThat(error("n", "k", "t 0ms")).isEqualTo(BAD_LEASE);
        for (var bad : List.of("v\tms", "v\t+5ms", "v\t-5ms", "v\t5 ms", "v\t5msms")) {
            assertThat(error("kset", "k", bad)).as(bad).isEqualTo(BAD_ARGUMENT);
        }
        assertThat(error("kset", "k", "v\t" + (most + 1) + "ms")).isEqualTo(BAD_NUMBER);
    }

    @Test
    void graceIsWholeSeconds() {
        assertThat(error("session", "0123456789abcdef", "5000ms")).isEqualTo(BAD_NUMBER);
    }

    @Test
    void emptySecondsAreNone() {
        assertThat(request("kset", "k", "v\t")).isEqualTo(new Request.SetValue("k", "v", 0));
        assertThat(request("kcas", "k", "a\tb\t")).isEqualTo(new Request.SwapValue("k", "a", "b", 0));
        assertThat(request("kcas", "k", "\tb\t")).isEqualTo(new Request.SwapValue("k", "", "b", 0));
    }

    @Test
    void cancelTakesATag() {
        assertThat(request("cancel", "", " 7 ")).isEqualTo(new Request.Cancel("7"));
        for (var bad : List.of("", "a b", "@7", "t".repeat(Limits.MAX_TAG_LENGTH + 1))) {
            assertThat(error("cancel", "_", bad)).as(bad).isEqualTo(BAD_ARGUMENT);
        }
    }

    @Test
    void secretsStayOutOfTheLog() {
        assertThat(request("auth", "_", "s3cret").toString()).doesNotContain("s3cret");
        assertThat(request("session", "0123456789abcdef", "9").toString()).doesNotContain("0123456789abcdef");
    }

    private static long counterNumber(String command, String argument) {
        var request = request(command, "k", argument);
        if (request instanceof Request.Add add) {
            assertThat(add.verb()).isEqualTo(verb(command));
            return add.delta();
        }
        return ((Request.SetCounter) request).value();
    }

    private static Verb verb(String word) {
        for (var verb : Verb.values()) {
            if (verb.word().equals(word)) {
                return verb;
            }
        }
        throw new AssertionError("no verb " + word);
    }
}
