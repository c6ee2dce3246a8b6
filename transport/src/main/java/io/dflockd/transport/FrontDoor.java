package io.dflockd.transport;

import io.dflockd.service.RequestHandler;
import io.netty.channel.Channel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lets clients in, and decides who serves them: this node where it leads, else the node that does, to which a
 * {@link Passage} passes them on. Thread-safe; a channel is dealt with on its own thread.
 */
public final class FrontDoor implements AutoCloseable {
    private final RequestHandler handler;
    private final Connections connections;
    private final TransportSettings settings;
    private final Optional<TlsFiles> tls;
    private final @Nullable Passage passage;
    private final @Nullable MembersDoor membersDoor;
    private final Optional<AdminPassage> adminPassage;

    private FrontDoor(
            RequestHandler handler,
            Connections connections,
            TransportSettings settings,
            EventLoops loops,
            Optional<TlsFiles> tls,
            Optional<RelaySettings> relays,
            Optional<AdminEntrance> operators) {
        this.handler = handler;
        this.connections = connections;
        this.settings = settings;
        this.tls = tls;
        this.passage = relays.map(given -> new Passage(this, handler, connections, loops, given)).orElse(null);
        this.membersDoor = relays.map(given -> new MembersDoor(this, handler, given.tls(), operators)).orElse(null);
        this.adminPassage = passage == null || relays.isEmpty()
                ? Optional.empty()
                : Optional.of(new RelayedPassage(passage, relays.get().self()));
    }

    /** Of a node that is alone, so that it serves all who come. */
    public static FrontDoor alone(
            RequestHandler handler, Connections connections, TransportSettings settings, EventLoops loops) {
        return new FrontDoor(handler, connections, settings, loops, Optional.empty(), Optional.empty(),
                Optional.empty());
    }

    /**
     * Of a member of a cluster.
     *
     * @param tls what clients are shown, also those that come by another member
     * @param operators where operators' requests go that other members pass on; empty for nowhere
     */
    public static FrontDoor ofMember(
            RequestHandler handler,
            Connections connections,
            TransportSettings settings,
            EventLoops loops,
            Optional<TlsFiles> tls,
            RelaySettings relays,
            Optional<AdminEntrance> operators) {
        var door = new FrontDoor(handler, connections, settings, loops, tls, Optional.of(relays), operators);
        if (door.passage != null) {
            door.passage.begin();
        }
        return door;
    }

    /** Where a member takes relays whose peers find it at that port. */
    public static int relayPort(int peerPort) {
        return peerPort + 1;
    }

    /** Whether clients speak TLS with this node. */
    boolean isEncrypted() {
        return tls.isPresent();
    }

    /** This node's entrance of the kind by which a client came to another. */
    Entrance entrance(RelayHeader header) {
        return new Entrance(Entrance.dialectOf(header.entrance()), tls);
    }

    /** A client has come whose channel is about to be registered. */
    void enter(Channel channel, Entrance entrance) {
        var peer = Peer.of(channel.remoteAddress());
        if (!handler.letsClientIn(peer.source(), peer.text())) {
            channel.close();
        } else if (passage == null || handler.leads()) {
            serve(channel, peer, entrance, false);
        } else {
            passage.enter(channel, peer, entrance);
        }
    }

    /** A member has come who wants to pass a client on; its channel is about to be registered. */
    void enterMember(Channel channel) {
        if (membersDoor == null) {
            channel.close();
        } else {
            membersDoor.enter(channel);
        }
    }

    /**
     * Serves somebody who was let in. Where this node ceases to lead meanwhile, the connection ends as all others of this
     * node do.
     *
     * @param wrapped whether what the client sends comes through the TLS of a member
     */
    void serve(Channel channel, Peer peer, Entrance entrance, boolean wrapped) {
        var encryption = entrance.tls().map(files -> files.context().newHandler(channel.alloc()));
        encryption.ifPresent(ssl -> {
            ssl.setHandshakeTimeoutMillis(settings.readTimeout().toMillis());
            channel.pipeline().addLast(new NoRenegotiation(), ssl);
        });
        var connection = new Connection(
                connections, handler, settings, channel, peer, wrapped || encryption.isPresent(), entrance.dialect());
        encryption.ifPresent(ssl -> ssl.handshakeFuture().addListener(done -> {
            if (done.isSuccess()) {
                connection.onEncrypted(ssl.engine().getSession());
            }
        }));
        connections.add(connection);
        channel.pipeline().addLast(connection);
        Batch.current().finish();
    }

    /** The way of operators' requests to the member that leads; empty for a node that is alone. */
    public Optional<AdminPassage> adminPassage() {
        return adminPassage;
    }

    /** How many connections wait for a leader or are passed on to it. */
    public int passedOn() {
        return passage == null ? 0 : passage.size();
    }

    /** Ends all that waits for a leader or is passed on to it, and lets nobody wait any more. */
    @Override
    public void close() {
        if (passage != null) {
            passage.close();
        }
    }
}
