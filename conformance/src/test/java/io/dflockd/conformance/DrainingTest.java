package io.dflockd.conformance;

import static org.assertj.core.api.Assumptions.assumeThat;

import io.dflockd.server.DflockdServer;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the connections see of an orderly shutdown. Only a server of our own can be shut down. */
@Tag("decision")
class DrainingTest {
    @BeforeEach
    void needsAServerOfItsOwn() {
        Assumptions.assumeFalse(Target.isElsewhere(), "would shut down the server at the address");
    }

    @Test
    void idleConnectionsAreClosedAtOnce() throws InterruptedException {
        var server = OwnServers.start(List.of());
        try (var talk = new Conversation(new Target(server.address(), false))) {
            talk.run("A> l / k / 0    A< ok T1 33 f1    B> listen / ev / ∅    B< ok");

            var closing = close(server);

            talk.client("A").expectClosed();
            talk.client("B").expectClosed();
            closing.join();
        }
    }

    @Test
    void whoWaitsIsToldThatTheServerDrains() throws InterruptedException {
        assumeThat(OwnServers.DURABLE).as("what waits there may go on after a restart").isFalse();
        var server = OwnServers.start(List.of());
        try (var talk = new Conversation(new Target(server.address(), false))) {
            talk.run("""
                    A> l / k / 0           A< ok T1 33 f1
                    B> l / k / 30          (blocks)
                    C> blpop / q / 30      (blocks)
                    D> bwait / b / 2 30    (blocks)
                    E> elect / k / 30      (blocks)
                    F> e / k / ∅           F< queued
                    F> w / k / 30          (blocks)
                    """);

            var closing = close(server);

            for (var name : List.of("B", "C", "D", "E", "F")) {
                talk.client(name).expect("error_draining").expectClosed();
            }
            closing.join();
        }
    }

    @Test
    void requestsBehindTheOneThatWaitsAreRefusedToo() throws InterruptedException {
        assumeThat(OwnServers.DURABLE).as("what waits there may go on after a restart").isFalse();
        var server = OwnServers.start(List.of());
        try (var talk = new Conversation(new Target(server.address(), false))) {
            talk.run("""
                    A> l / k / 0       A< ok T1 33 f1
                    B> l / k / 30      (blocks)
                    B> l / x / 0
                    """);

            var closing = close(server);

            talk.client("B").expect("error_draining").expect("error_draining").expectClosed();
            closing.join();
        }
    }

    @Test
    @Tag("extension")
    void numberedRequestsThatWaitAreToldTooAndNoSessionBegins() throws InterruptedException {
        assumeThat(OwnServers.DURABLE).as("what waits there may go on after a restart").isFalse();
        var server = OwnServers.start(List.of());
        try (var talk = new Conversation(new Target(server.address(), false))) {
            talk.run("""
                    A> l / k / 0       A< ok T1 33 f1
                    B> session / one-0123456789abcdef / 60    B< ok new 60
                    B> @1 l / k / 30   (blocks)
                    B> @2 incr / c / 1    B< @2 ok 1
                    C> l / k / 30      (blocks)
                    C> session / two-0123456789abcdef / 60
                    """);

            var closing = close(server);

            talk.client("B").expect("@1 error_draining").expectClosed();
            talk.client("C").expect("error_draining").expect("error_draining").expectClosed();
            closing.join();
        }
    }

    private static Thread close(DflockdServer server) {
        return Thread.ofVirtual().start(server::close);
    }
}
