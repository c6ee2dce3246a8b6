package io.dflockd.client.internal.session;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.error.ConnectionFailedException;
import io.dflockd.client.error.ConnectionLostException;
import io.dflockd.client.internal.Futures;
import io.dflockd.client.internal.Log;
import io.dflockd.client.internal.Meter;
import io.dflockd.client.internal.Nanos;
import io.dflockd.client.internal.Refusals;
import io.dflockd.client.internal.ServerCluster;
import io.dflockd.client.internal.link.Route;
import io.dflockd.client.internal.link.SocketLink;
import io.dflockd.client.spi.TimeSource;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Status;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Connects to a cluster: to whichever node answers first, and from there to the leader, before anything else is sent. The
 * other nodes pass everything on to the leader, so where it cannot be reached from here, the node that answered will do. Nor
 * does it matter if two nodes take each other for the leader: after a few steps it is the last one.
 *
 * <p>A node whose answer makes no sense is used as it is, if the program has named it; one that knows no leader, or does not
 * answer, serves nobody.
 */
final class ClusterDial {
    private static final Log log = Log.of(ClusterDial.class);
    private static final int MAX_STEPS = 2;
    /** A leader may take this many times as long to answer as the node that named it, within bounds. */
    private static final int PATIENCE = 4;
    private static final long LONGEST_PATIENCE_NANOS = 1_000_000_000L;

    private final Dialer dialer;
    private final Route route;
    private final TimeSource time;
    private final Meter meter;
    private final long begunAt;
    private final CompletableFuture<SocketLink> result = new CompletableFuture<>();
    /** Whether there is somebody left to turn to where a connection falls on the way. */
    private volatile boolean racesOn;
    private volatile CompletableFuture<?> step = new CompletableFuture<>();

    /** A node that serves, and how long it took to say so. */
    private record Entry(SocketLink link, @Nullable ServerAddress leader, long nanos) {}

    ClusterDial(Dialer dialer) {
        this.dialer = dialer;
        this.route = dialer.route();
        this.time = dialer.time();
        this.meter = dialer.meter();
        this.begunAt = time.nanoTime();
        Futures.whenDone(result, (link, failure) -> {
            if (failure != null) {
                route.fails(route.order().get(0)); // so that each is the first to be tried at some time
            }
            if (result.isCancelled()) {
                step.cancel(false);
                meter.notConnected(route.present(),
                        new ConnectionFailedException(route + ": no node has served before the attempt was given up"));
            }
        });
    }

    /** Cancelling the future closes what there is. */
    CompletableFuture<SocketLink> open() {
        race();
        return result;
    }

    /** Goes on from a connection that there is already; it is closed where another takes its place. */
    CompletableFuture<SocketLink> openFrom(SocketLink there) {
        Futures.whenDone(ask(there, time.nanoTime()), (entry, failure) -> {
            if (failure == null) {
                arrived(entry, MAX_STEPS);
            } else if (there.isClosed()) {
                result.completeExceptionally(Futures.unwrap(failure));
            } else {
                finish(there);
            }
        });
        return result;
    }

    private void race() {
        long left = Nanos.of(dialer.options().connectTimeout()) - (time.nanoTime() - begunAt);
        var racing = new NodeRace<Entry>(time, route.order(), left, this::enter, entry -> entry.link().close()).run();
        racesOn = true;
        under(racing);
        Futures.whenDone(racing, (entry, failure) -> {
            if (failure == null) {
                arrived(entry, MAX_STEPS);
            } else {
                result.completeExceptionally(Futures.unwrap(failure));
            }
        });
    }

    /** Whoever cancels from now on ends this. */
    private void under(CompletableFuture<?> now) {
        step = now;
        if (result.isCancelled()) {
            now.cancel(false);
        }
    }

    private void arrived(Entry at, int stepsLeft) {
        @Nullable ServerAddress leader = at.leader();
        if (leader == null || leader.equals(at.link().address()) || stepsLeft == 0
                || !route.isWorthGoingTo(leader, time.nanoTime())) {
            finish(at.link());
            return;
        }
        var going = enter(leader);
        under(going);
        long patience = Math.max(NodeRace.HEAD_START_NANOS,
                Math.min(LONGEST_PATIENCE_NANOS, at.nanos() * PATIENCE));
        var alarm = time.after(patience, () -> going.cancel(false));
        Futures.whenDone(going, (next, failure) -> {
            alarm.cancel();
            if (failure == null) {
                at.link().close();
                arrived(next, stepsLeft - 1);
            } else {
                stay(at, leader, Futures.unwrap(failure));
            }
        });
    }

    private void stay(Entry at, ServerAddress leader, Throwable why) {
        if (result.isDone()) {
            at.link().close(); // given up by the caller, which says nothing about the leader
            return;
        }
        if (at.link().isClosed() && racesOn) {
            race(); // the leader that is out of reach has just fallen, and took this connection along
            return;
        }
        log.debug("{}: the leader {} is out of reach, so its node is used", at.link().address(), leader, why);
        route.outOfReach(leader, time.nanoTime());
        finish(at.link());
    }

    private void finish(SocketLink link) {
        route.serves(link.address());
        if (!result.complete(link)) {
            link.close();
        }
    }

    /** Connects to one node and asks it about the cluster. Cancelling the future closes the connection. */
    private CompletableFuture<Entry> enter(ServerAddress node) {
        var entered = new CompletableFuture<Entry>();
        long startedAt = time.nanoTime();
        var link = SocketLink.open(node, dialer.options(), time, meter);
        var asked = link.opened().thenCompose(dialer::authenticate).thenCompose(open -> ask(open, startedAt));
        Futures.whenDone(asked, (entry, failure) -> {
            if (failure == null) {
                if (!entered.complete(entry)) {
                    link.close();
                }
                return;
            }
            link.close();
            var why = Futures.unwrap(failure);
            if (entered.completeExceptionally(why)) {
                meter.notConnected(node, Dialer.told(node, why));
            }
        });
        Futures.whenDone(entered, (entry, failure) -> {
            if (failure instanceof CancellationException) {
                link.close();
            }
        });
        return entered;
    }

    private CompletableFuture<Entry> ask(SocketLink link, long startedAt) {
        return link.sendThen(new Request.Cluster(),
                reply -> new Entry(link, leader(link.address(), reply), time.nanoTime() - startedAt));
    }

    private @Nullable ServerAddress leader(ServerAddress node, Reply reply) {
        var cluster = ServerCluster.of(reply);
        boolean isGiven = route.given().contains(node);
        // At an address that another node has named there may be anything, such as a server on this very machine.
        if (!isGiven && (cluster == null || !cluster.members().contains(node))) {
            throw new ConnectionFailedException(node + ": is no node of the cluster that another one takes it for");
        }
        if (cluster == null) {
            refuse(node, reply);
            log.debug("{}: said nothing of its cluster that makes sense", node);
            return null;
        }
        route.learn(cluster);
        if (cluster.leader() == null) {
            throw new ConnectionLostException(node + ": the cluster has no leader");
        }
        return cluster.leader();
    }

    /** Two servers that know nothing of each other, taken for one, would each grant what the other has granted. */
    private void refuse(ServerAddress node, Reply reply) {
        if (Refusals.is(reply, Status.ERROR) && route.given().size() > 1) {
            throw new ConnectionFailedException(
                    node + ": is no node of a cluster, as those with commas between them are;"
                            + " servers that are apart are named each on its own");
        }
        if (Refusals.is(reply, Status.ERROR_AUTH) || Refusals.is(reply, Status.ERROR_DRAINING)) {
            throw Refusals.of(new Request.Cluster(), reply, node);
        }
    }

    /** Asks what the nodes are, for the next time, over a connection that is in use. */
    static void learn(Route route, SocketLink over) {
        Futures.whenDone(over.sendThen(new Request.Cluster(), reply -> reply), (reply, failure) -> {
            var cluster = failure == null ? ServerCluster.of(reply) : null;
            if (cluster != null) {
                route.learn(cluster);
            }
        });
    }
}
