package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/** The server's end of a connection that carries a session, which does what the test says. */
final class TaggedPeer {
    private static final String GRACE = "10";

    private final FakeServer.Peer peer;
    private final List<String> receipts = new ArrayList<>();
    private long seen;
    private boolean answersPings;

    private TaggedPeer(FakeServer.Peer peer) {
        this.peer = peer;
    }

    /** Takes the next connection, which begins a session. */
    static TaggedPeer accept(FakeServer server) {
        return accept(server, "");
    }

    /** As {@link #accept(FakeServer)}, with these settings of the server. */
    static TaggedPeer accept(FakeServer server, String settings) {
        var session = greet(server, settings);
        session.expectName("0");
        return session.send("ok new " + GRACE);
    }

    /** As {@link #accept(FakeServer)}, for a connection that shows this token first, which is accepted. */
    static TaggedPeer acceptAuthenticated(FakeServer server, String token) {
        var session = new TaggedPeer(server.accept());
        session.peer.expect("auth", "_", token).send("ok");
        session.peer.expect("hello", "lost", "java").send("ok dflockd/1 ping,tags,cancel,sessions ");
        session.expectName("0");
        return session.send("ok new " + GRACE);
    }

    /** Takes the next connection and greets it; {@link #expectName} is next. */
    static TaggedPeer greet(FakeServer server, String settings) {
        return greet(server, "ping,tags,cancel,sessions", settings);
    }

    /** Takes the next connection, which begins a session with a server that has these extensions. */
    static TaggedPeer acceptWith(FakeServer server, String extensions) {
        var session = greet(server, extensions, "");
        session.expectName("0");
        return session.send("ok new " + GRACE);
    }

    private static TaggedPeer greet(FakeServer server, String extensions, String settings) {
        var session = new TaggedPeer(server.accept());
        session.peer.expect("hello", "lost", "java").send("ok dflockd/1 " + extensions + " " + settings);
        return session;
    }

    /** Takes the next connection, which comes to go on with the session of the former. */
    static TaggedPeer resume(FakeServer server, TaggedPeer former, int received) {
        var session = greet(server, "");
        session.expectName(Integer.toString(received));
        session.seen = former.seen;
        return session.send("ok resumed " + GRACE + " " + session.seen);
    }

    /** Takes the next connection, which comes to resume what the server does not know any more. */
    static TaggedPeer beginAnew(FakeServer server) {
        var session = greet(server, "");
        session.expectName(null);
        return session.send("ok new " + GRACE);
    }

    /** Waits for the name of the session, which comes with so many received answers; null where it does not matter. */
    String expectName(String received) {
        var request = peer.request();
        assertThat(request.get(0)).isEqualTo("session");
        assertThat(request.get(1)).matches("[0-9a-f]{32}");
        if (received != null) {
            assertThat(request.get(2) + (request.get(2).contains(" ") ? "" : " 0")).endsWith(" " + received);
        }
        return request.get(1);
    }

    /** Waits for the next request with a number, which must be this one. Returns what its answer begins with. */
    String expect(String command, String key, String argument) {
        var request = next();
        int blank = request.get(0).indexOf(' ');
        assertThat(request.get(0)).startsWith("@");
        assertThat(List.of(request.get(0).substring(blank + 1), request.get(1), request.get(2)))
                .isEqualTo(List.of(command, key, argument));
        var tag = request.get(0).substring(1, blank).split("\\+", -1);
        if (tag.length > 1) {
            receipts.add(tag[1]);
        }
        seen = Math.max(seen, Long.parseLong(tag[0]));
        return "@" + tag[0];
    }

    /** From now on answers signs of life by itself. */
    TaggedPeer answeringPings() {
        answersPings = true;
        return this;
    }

    /** Waits for the next renewal of a lock, of whichever. Returns what its answer begins with. */
    String expectRenewal() {
        var request = next();
        assertThat(request.get(0)).endsWith(" n");
        return request.get(0).substring(0, request.get(0).indexOf(' ')).replaceAll("\\+.*", "");
    }

    /** Waits for the next request with a number, whatever it is, and answers it with {@code error}. */
    List<String> expectAny() {
        var request = next();
        int blank = request.get(0).indexOf(' ');
        var tag = request.get(0).substring(1, blank).split("\\+", -1);
        seen = Math.max(seen, Long.parseLong(tag[0]));
        send("@" + tag[0] + " error");
        return List.of(request.get(0).substring(blank + 1), request.get(1), request.get(2));
    }

    /** Waits for a request without a tag. */
    TaggedPeer expectUntagged(String command) {
        assertThat(next().get(0)).isEqualTo(command);
        return this;
    }

    /** Waits for an acknowledgement of its own. */
    TaggedPeer expectReceipt(long received) {
        var request = peer.request();
        assertThat(request).isEqualTo(List.of("ack", "_", Long.toString(received)));
        return this;
    }

    /** The acknowledgements so far, those that came with requests too. */
    List<String> receipts() {
        return List.copyOf(receipts);
    }

    /** The server did not take the last so many requests that were written. */
    TaggedPeer forgets(int requests) {
        seen -= requests;
        return this;
    }

    TaggedPeer send(String line) {
        peer.send(line);
        return this;
    }

    TaggedPeer sendRaw(String text) {
        peer.sendRaw(text);
        return this;
    }

    void expectEnd() {
        peer.expectEnd();
    }

    void reset() {
        peer.reset();
    }

    private List<String> next() {
        var request = peer.request();
        while (request.get(0).equals("ack") || (answersPings && request.get(0).endsWith(" ping"))) {
            if (request.get(0).equals("ack")) {
                receipts.add(request.get(2));
            } else {
                send(request.get(0).replaceAll("[+ ].*", "") + " ok");
            }
            request = peer.request();
        }
        return request;
    }
}
