package io.dflockd.transport;

import io.dflockd.service.Leader;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Somebody who came to a member that did not lead. Nothing is read of it until it is known who serves it: the member that
 * leads, by a {@link Relay}, or this one, if it leads meanwhile. Runs on the channel's thread.
 */
final class Arrival {
    private static final Logger LOG = LoggerFactory.getLogger(Arrival.class);
    private static final long RETRY_MS = 50;

    private final Passage passage;
    private final Channel client;
    private final RelayHeader header;
    private final Entrance entrance;
    /** Of what it takes here, whether it waits or is passed on. */
    private final ConnectionMemory.Account account;
    private final Held held;
    /** The way to who leads; null while there is none. */
    private @Nullable Relay relay;
    private boolean over;

    Arrival(Passage passage, Channel client, RelayHeader header, Entrance entrance) {
        this.passage = passage;
        this.client = client;
        this.header = header;
        this.entrance = entrance;
        this.account = passage.connections().memory().open(Connections.fixedBytes(false), this::evict);
        this.held = new Held(account::input);
    }

    Channel client() {
        return client;
    }

    void begin(Duration longestWait) {
        client.config().setAutoRead(false);
        client.pipeline().addLast(held);
        client.closeFuture().addListener(future -> ended());
        EventLoop loop = client.eventLoop();
        loop.execute(this::look);
        loop.schedule(this::giveUp, longestWait.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Somebody serves the client: what it says is read from now on. */
    void read() {
        held.letGo(client);
        if (!held.hasAll()) {
            client.config().setAutoRead(true);
        }
    }

    /** Sees who leads now, and goes there. */
    void look() {
        if (over) {
            return;
        }
        if (passage.isClosed()) {
            client.close();
            return;
        }
        @Nullable Leader leader = passage.leader().orElse(null);
        if (relay != null) {
            if (leader != null && relay.isTo(leader)) {
                return;
            }
            relay.end();
            if (relay.isPassing()) {
                client.close(); // what it said is with the former leader
                return;
            }
            relay = null;
        }
        if (passage.leads()) {
            over = true;
            account.close(); // the connection has one
            passage.serve(this, client, header.peer(), entrance);
        } else if (leader != null) {
            go(leader);
        }
    }

    private void go(Leader leader) {
        var way = new Relay(this, passage, client, leader, account);
        relay = way;
        passage.relayAddress(leader).whenComplete((address, failure) -> client.eventLoop().execute(() -> {
            if (failure != null) {
                failed(way, failure);
            } else {
                way.begin(address, header);
            }
        }));
    }

    /** That way leads nowhere, as when that member does not know yet that it leads. Nothing was read, so another may. */
    @SuppressWarnings("ReferenceEquality") // which way it is
    void failed(Relay way, @Nullable Throwable cause) {
        if (over || relay != way) {
            return;
        }
        way.end(); // it may not have begun
        relay = null;
        LOG.atDebug()
                .setMessage("no way to who leads, it is tried again")
                .addKeyValue("peer", header.peer().text())
                .addKeyValue("reason", cause == null ? "refused" : cause.getMessage())
                .log();
        client.eventLoop().schedule(this::look, RETRY_MS, TimeUnit.MILLISECONDS);
    }

    private void evict(long bytes) {
        passage.connections().counters().evicted();
        passage.connections().logEviction(line -> line.addKeyValue("peer", header.peer().text()), bytes);
        client.close();
    }

    private void giveUp() {
        if (!over && (relay == null || !relay.isPassing())) {
            LOG.atDebug()
                    .setMessage("closed a connection, nobody leads")
                    .addKeyValue("peer", header.peer().text())
                    .log();
            client.close();
        }
    }

    private void ended() {
        if (!over) {
            over = true;
            if (relay != null) {
                relay.end();
            }
            account.close();
            passage.ended(this);
        }
    }
}
