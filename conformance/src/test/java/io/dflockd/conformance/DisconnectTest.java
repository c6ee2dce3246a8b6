package io.dflockd.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a connection leaves behind, and how soon the server notices that it is gone. */
@ExtendWith(Conversations.class)
class DisconnectTest {
    /**
     * Many, and yet few enough to fit a receive window. What stands behind a full one, the end of the connection
     * included, is still with the peer's kernel, and no server can know of it.
     */
    private static final int MANY_REQUESTS = 5000;
    private static final int POPPED = 200;
    private static final int READ = 20;
    private static final String LONG_VALUE = "v".repeat(60_000);

    /** The ways in which a peer goes away. */
    enum Departure {
        CLOSE {
            @Override
            void of(Speaker client) {
                client.close();
            }
        },
        RESET {
            @Override
            void of(Speaker client) {
                client.reset();
            }
        },
        END_OF_OUTPUT {
            @Override
            void of(Speaker client) {
                client.halfClose();
            }
        },
        CLOSE_WITH_REQUESTS_UNREAD {
            @Override
            void of(Speaker client) {
                client.sendOctets("get\nc\n\n".repeat(MANY_REQUESTS)).close();
            }
        },
        CLOSE_IN_MID_REQUEST {
            @Override
            void of(Speaker client) {
                client.sendOctets("l\nk").close();
            }
        };

        abstract void of(Speaker client);
    }

    @ParameterizedTest
    @EnumSource
    void everythingHeldGoesOn(Departure departure, Conversation talk) {
        talk.run("""
                A> l / k / 0       A< ok T1 33 f1
                A> sl / s / 0 2    A< ok T2 33 f2
                A> sl / s / 0 2    A< ok T3 33 f3
                A> wl / rw / 0     A< ok T4 33 f4
                A> elect / e / 0   A< ok T5 33 f5
                A> e / q / ∅       A< acquired T6 33 f6
                B> l / k / 20      (blocks)
                C> sl / s / 20 2   (blocks)
                D> rl / rw / 20    (blocks)
                E> elect / e / 20  (blocks)
                F> l / q / 20      (blocks)
                """);

        departure.of(talk.client("A"));

        talk.client("B").expect("ok T11 33 f11");
        talk.client("C").expect("ok T12 33 f");
        talk.client("D").expect("ok T13 33 f");
        talk.client("E").expect("ok T14 33 f");
        talk.client("F").expect("ok T15 33 f");
    }

    @ParameterizedTest
    @EnumSource
    @Tag("decision")
    void waiterThatIsGoneLeavesTheQueueAtOnce(Departure departure, Conversation talk) {
        talk.run("""
                A> l / k / 0       A< ok T1 33 f1
                B> l / k / 30      (blocks)
                C> l / k / 30      (blocks)
                """);

        departure.of(talk.client("B"));

        talk.awaitWaiting(talk.key("k"), 1);
        talk.run("A> r / k / T1    A< ok    C< ok T2 33 f2");
    }

    @ParameterizedTest
    @EnumSource
    @Tag("decision")
    void popperThatIsGoneSwallowsNothing(Departure departure, Conversation talk) {
        talk.run("A> blpop / q / 30    (blocks)");

        departure.of(talk.client("A"));

        talk.awaitWaiting(talk.key("q"), 0);
        talk.run("B> rpush / q / v    B< ok 1    B> lpop / q / ∅    B< ok v");
    }

    @Test
    @Tag("decision")
    void valueThatCouldNotBeWrittenToThePopperGoesBack(Conversation talk) {
        var key = talk.key("q");
        for (int i = 0; i < 30; i++) {
            talk.client("A" + i).send("blpop", key, "30");
            talk.awaitWaiting(key, 1);

            talk.client("A" + i).reset(); // and the push comes before the server may have looked
            talk.client("B").ask("rpush", key, "v" + i, "ok …");

            talk.client("B").ask("blpop", key, "10", "ok v" + i);
        }
    }

    @Test
    @Tag("decision")
    void grantThatNobodyCanReceiveGoesOnToTheNext(Conversation talk) {
        var key = talk.key("k");
        for (int i = 0; i < 30; i++) {
            talk.client("A").ask("l", key, "10", "ok T" + 2 * i + " 33 f" + 2 * i);
            talk.client("B" + i).send("l", key, "30");
            talk.awaitWaiting(key, 1);
            talk.client("C").send("l", key, "30");
            talk.awaitWaiting(key, 2);

            talk.client("B" + i).reset();
            talk.client("A").ask("r", key, talk.bindings().fill("T" + 2 * i), "ok");

            talk.client("C").expect("ok T" + (2 * i + 1) + " 33 f" + (2 * i + 1));
            talk.client("C").ask("r", key, talk.bindings().fill("T" + (2 * i + 1)), "ok");
        }
    }

    @Test
    @Tag("decision")
    @ServerOptions({"--auto-release-on-disconnect", "false"})
    void grantThatNobodyCouldReceiveGoesOnAlsoWithAutoReleaseOff(Conversation talk) {
        var key = talk.key("k");
        for (int i = 0; i < 30; i++) {
            talk.client("A").ask("l", key, "10", "ok T" + 2 * i + " 33 f" + 2 * i);
            talk.client("B" + i).send("l", key, "30 60");
            talk.awaitWaiting(key, 1);
            talk.client("C").send("l", key, "30");
            talk.awaitWaiting(key, 2);

            talk.client("B" + i).reset();
            talk.client("A").ask("r", key, talk.bindings().fill("T" + 2 * i), "ok");

            talk.client("C").expect("ok T" + (2 * i + 1) + " 33 f" + (2 * i + 1));
            talk.client("C").ask("r", key, talk.bindings().fill("T" + (2 * i + 1)), "ok");
        }
    }

    @Test
    @Tag("extension")
    @ServerOptions({"--auto-release-on-disconnect", "false", "--max-waiters", "31"})
    void grantWhoseAnswerNoSocketTookGoesOnAlsoWithAutoReleaseOff(Conversation talk) {
        talk.client("A").ask("kset", talk.key("v"), LONG_VALUE + "\t0", "ok");
        talk.run("""
                A> l / k / 0 60       A< ok T1 60 f1
                B> @1 l / k / 30 60   (blocks)
                C> l / k / 30         (blocks)
                """);
        var unread = new StringBuilder();
        for (int i = 2; i <= POPPED; i++) {
            unread.append('@').append(i).append(" kget\n").append(talk.key("v")).append("\n\n");
        }
        talk.client("B").sendOctets(unread.toString());
        talk.client("B").awaitFullSocket();
        talk.run("A> r / k / T1    A< ok    C< nothing"); // B has it, but cannot be told

        talk.client("B").reset();

        talk.client("C").expect("ok T3 33 f3");
    }

    @Test
    @Tag("extension")
    void untaggedWaitOfANamedSessionGivesNothingToAConnectionThatIsGone(Conversation talk) {
        var key = talk.key("q");
        for (int i = 0; i < 30; i++) {
            talk.client("A" + i).ask("session", talk.key("session-0123456789-" + i), "60", "ok new 60");
            talk.client("A" + i).send("blpop", key, "30");
            talk.awaitWaiting(key, 1);

            talk.client("A" + i).reset();
            talk.client("B").ask("rpush", key, "v" + i, "ok …");

            talk.client("B").ask("blpop", key, "10", "ok v" + i);
        }
    }

    @Test
    @Tag("extension")
    void waitThatIsDueWhileItsConnectionBreaksEndsOneWaitAndNothingElse(Conversation talk) {
        talk.run("X> l / k / 0 60    X< ok T1 60 f1");
        for (int i = 0; i < 10; i++) {
            talk.client("A" + i).ask("session", talk.key("session-0123456789-" + i), "60", "ok new 60");
            talk.client("A" + i).send("l", talk.key("k"), "1");
            talk.client("B" + i).ask("session", talk.key("another-0123456789-" + i), "60", "ok new 60");
            talk.client("B" + i).send("blpop", talk.key("q"), "1");
        }
        talk.client("Y").ask("blpop", talk.key("other"), "1", "nil"); // then the others are just due

        for (int i = 0; i < 10; i++) {
            talk.client("A" + i).reset();
            talk.client("B" + i).reset();
        }

        talk.awaitWaiting(talk.key("k"), 0);
        talk.awaitWaiting(talk.key("q"), 0);
        talk.run("X> n / k / T1    X< ok 33 f1");
    }

    @Test
    @Tag("decision")
    void valuesThatWereReadDoNotComeBackAndThoseThatTheSocketDidNotTakeDo(Conversation talk) {
        var key = talk.key("q");
        for (int i = 1; i <= POPPED; i++) {
            talk.client("B").ask("rpush", key, i + LONG_VALUE, "ok " + i);
        }
        talk.run("A> l / witness / 0    A< ok T1 33 f1");
        talk.client("A").sendOctets(("lpop\n" + key + "\n\n").repeat(POPPED));
        for (int i = 1; i <= READ; i++) {
            assertThat(talk.client("A").line()).startsWith("ok " + i + "v");
        }

        talk.client("A").reset();
        talk.run("B> l / witness / 20    B< ok T2 33 f2"); // the server has seen it

        int left = Integer.parseInt(talk.client("B").send("llen", key, "").line().substring("ok ".length()));
        assertThat(left).isLessThanOrEqualTo(POPPED - READ);
        for (int i = POPPED - left + 1; i <= POPPED; i++) {
            assertThat(talk.client("B").send("lpop", key, "").line()).isEqualTo("ok " + i + LONG_VALUE);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("decision")
    void participantThatIsGoneCancelsTheBarrier(Departure departure, Conversation talk) {
        talk.run("""
                A> bwait / b / 3 30    (blocks)
                B> bwait / b / 3 30    (blocks)
                """);

        departure.of(talk.client("A"));

        talk.client("B").expect("timeout");
    }

    @ParameterizedTest
    @EnumSource
    @Tag("decision")
    void candidateThatIsGoneIsNotElected(Departure departure, Conversation talk) {
        talk.run("""
                A> elect / e / 0     A< ok T1 33 f1
                B> elect / e / 30    (blocks)
                C> elect / e / 30    (blocks)
                """);

        departure.of(talk.client("B"));

        talk.awaitWaiting(talk.key("e"), 1);
        talk.run("A> resign / e / T1    A< ok    C< ok T2 33 f2");
    }

    @ParameterizedTest
    @EnumSource
    void queuedTwoPhaseRequestIsDropped(Departure departure, Conversation talk) {
        talk.run("""
                A> l / k / 0       A< ok T1 33 f1
                B> e / k / ∅       B< queued
                """);

        departure.of(talk.client("B"));

        talk.awaitWaiting(talk.key("k"), 0);
        talk.run("A> r / k / T1    A< ok    C> l / k / 0    C< ok T2 33 f2");
    }

    @Test
    @Tag("decision")
    void waitOfAQueuedRequestEndsWithItsConnection(Conversation talk) {
        talk.run("""
                A> l / k / 0       A< ok T1 33 f1
                B> e / k / ∅       B< queued
                B> w / k / 30      (blocks)
                B> get / c / ∅     B> (disconnects)
                """);

        talk.awaitWaiting(talk.key("k"), 0);
        talk.run("A> r / k / T1    A< ok    C> l / k / 0    C< ok T2 33 f2");
    }

    @Test
    void whatHasNoHolderStays(Conversation talk) {
        talk.run("""
                W> watch / k / ∅    W< ok
                A> l / k / 0        A< ok T1 33 f1    W< watch acquire k
                A> incr / c / 5     A< ok 5           A> kset / v / x    A< ok    A> rpush / l / y    A< ok 1
                A> (disconnects)    W< watch release k
                B> get / c / ∅      B< ok 5           B> kget / v / ∅    B< ok x
                B> lpop / l / ∅     B< ok y
                """);
    }

    @Test
    void tokenThatSomebodyElseReleasedIsNotReleasedAgain(Conversation talk) {
        talk.run("""
                W> watch / k / ∅    W< ok             W> watch / z / ∅    W< ok
                A> l / z / 0        A< ok T9 33 f0    W< watch acquire z
                A> l / k / 0        A< ok T1 33 f1    W< watch acquire k
                B> r / k / T1       B< ok             W< watch release k
                B> l / k / 0        B< ok T2 33 f2    W< watch acquire k
                A> (disconnects)    W< watch release z
                C> l / k / 0        C< timeout        W< nothing
                B> n / k / T2       B< ok 33 f2
                """);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("decision")
    @ServerOptions({"--auto-release-on-disconnect", "false"})
    void withoutAutoReleaseHoldsStayAndWaitersGo(Departure departure, Conversation talk) {
        talk.run("""
                A> l / k / 0       A< ok T1 33 f1
                B> l / other / 0   B< ok T2 33 f2
                B> l / k / 30      (blocks)
                """);

        departure.of(talk.client("B"));

        talk.awaitWaiting(talk.key("k"), 0);
        talk.run("""
                C> l / other / 0    C< timeout
                C> n / other / T2   C< ok 33 f2
                C> r / other / T2   C< ok
                A> r / k / T1       A< ok    C> l / k / 0    C< ok T3 33 f3
                """);
    }
}
