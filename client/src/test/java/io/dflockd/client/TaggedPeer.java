package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** The server's end of a connection that carries a session. */
final class TaggedPeer {
    private final FakeServer.Peer peer;

    private TaggedPeer(FakeServer.Peer peer) {
        this.peer = peer;
    }

    /** Takes the next connection, which begins a session. */
    static TaggedPeer accept(FakeServer server) {
        var session = new TaggedPeer(server.accept());
        session.peer.expect("hello", "_", "java").send("ok dflockd/1 ping,tags,cancel,sessions");
        session.begin("new");
        return session;
    }

    /** Takes the next connection, which comes to resume; the answer says how that goes. */
    static TaggedPeer resume(FakeServer server, String answer) {
        var session = new TaggedPeer(server.accept());
        session.begin(answer);
        return session;
    }

    /** Waits for a request with a tag, which must be this one. Returns the tag with its sign. */
    String expect(String command, String key, String argument) {
        var request = peer.request();
        int blank = request.get(0).indexOf(' ');
        assertThat(request.get(0)).startsWith("@");
        assertThat(List.of(request.get(0).substring(blank + 1), request.get(1), request.get(2)))
                .isEqualTo(List.of(command, key, argument));
        return request.get(0).substring(0, blank);
    }

    /** Waits for a request without a tag. */
    TaggedPeer expectUntagged(String command) {
        assertThat(peer.request().get(0)).isEqualTo(command);
        return this;
    }

    TaggedPeer send(String line) {
        peer.send(line);
        return this;
    }

    void reset() {
        peer.reset();
    }

    private void begin(String answer) {
        var request = peer.request();
        assertThat(request.get(0)).isEqualTo("session");
        peer.send("ok " + answer);
    }
}
