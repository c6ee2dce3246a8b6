package io.dflockd.client.internal.link;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.internal.ServerCluster;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The ways to one server, which may be a cluster: the addresses that the program gave and those that the nodes name, with
 * the one first that served last. What was given is never forgotten, because what nodes say may be wrong, and where all of
 * them have moved it is all that is left.
 *
 * <p>Whoever can answer the client is trusted with this as with everything else; with TLS, each address has to show a
 * certificate that is valid for it. Thread-safe.
 */
public final class Route {
    /** After so long a leader that could not be reached directly is tried again. */
    private static final long AGAIN_NANOS = 30_000_000_000L;

    private final List<ServerAddress> given;
    private final ReentrantLock lock = new ReentrantLock();
    private List<ServerAddress> members = List.of();
    private @Nullable ServerAddress best;
    /** Those that served nothing when they were tried last, the latest one at the end. */
    private final LinkedHashSet<ServerAddress> failed = new LinkedHashSet<>();
    private final Map<ServerAddress, Long> outOfReachSince = new HashMap<>();
    private volatile ServerAddress present;

    private Route(List<ServerAddress> given) {
        this.given = List.copyOf(given);
        this.present = given.get(0);
    }

    /** The way to a server that this address is known of. */
    public static Route to(ServerAddress address) {
        return new Route(List.of(address));
    }

    /** Reads the addresses of one server, with commas between them; blanks around each do not matter. */
    public static Route parse(String addresses) {
        var all = new LinkedHashSet<ServerAddress>();
        var parts = addresses.split(",", -1);
        if (parts.length > ServerCluster.MAX_MEMBERS) {
            throw new IllegalArgumentException("server has " + parts.length + " addresses; valid is 1 to "
                    + ServerCluster.MAX_MEMBERS + ", those of the nodes of one cluster");
        }
        for (var part : parts) {
            if (part.isBlank() && parts.length > 1) {
                throw new IllegalArgumentException("server is '" + addresses + "', in which one address is empty;"
                        + " valid are addresses of one server with a comma between each two");
            }
            var address = ServerAddress.parse(part);
            if (!all.add(address)) {
                throw new IllegalArgumentException("server is '" + addresses + "', which names " + address
                        + " twice; valid is each node of a cluster once");
            }
        }
        return new Route(List.copyOf(all));
    }

    /** What the server is called here whichever node serves: the first address that was given. */
    public ServerAddress server() {
        return given.get(0);
    }

    /** The addresses that the program gave. */
    public List<ServerAddress> given() {
        return given;
    }

    /** The node that served last; before any did, the first address that was given. */
    public ServerAddress present() {
        return present;
    }

    /** Whether the server is a cluster, as far as is known: the program said so, or a node. */
    public boolean isCluster() {
        return given.size() > 1 || !members().isEmpty();
    }

    /** All addresses, each once, in the order in which they are to be tried. */
    public List<ServerAddress> order() {
        lock.lock();
        try {
            var order = new LinkedHashSet<ServerAddress>();
            if (best != null) {
                order.add(best);
            }
            order.addAll(members);
            order.addAll(given);
            failed.retainAll(order);
            order.removeAll(failed);
            order.addAll(failed);
            return new ArrayList<>(order);
        } finally {
            lock.unlock();
        }
    }

    /** A node has said which nodes there are. */
    public void learn(ServerCluster cluster) {
        lock.lock();
        try {
            members = cluster.members();
        } finally {
            lock.unlock();
        }
    }

    /** This node serves, so the next connection is tried there first. */
    public void serves(ServerAddress node) {
        lock.lock();
        try {
            best = node;
            present = node;
            failed.clear();
        } finally {
            lock.unlock();
        }
    }

    /** This node is silent, or takes connections and serves nothing over them, so it is the last to be tried next time. */
    public void fails(ServerAddress node) {
        lock.lock();
        try {
            failed.remove(node);
            failed.add(node);
        } finally {
            lock.unlock();
        }
    }

    /** The leader cannot be reached from here, though other nodes can, such as where addresses are translated on the way. */
    public void outOfReach(ServerAddress leader, long now) {
        lock.lock();
        try {
            outOfReachSince.values().removeIf(since -> now - since >= AGAIN_NANOS);
            outOfReachSince.put(leader, now);
        } finally {
            lock.unlock();
        }
    }

    /** Whether it makes sense to go to a leader that a node has named. */
    public boolean isWorthGoingTo(ServerAddress leader, long now) {
        lock.lock();
        try {
            @Nullable Long since = outOfReachSince.get(leader);
            return since == null || now - since >= AGAIN_NANOS;
        } finally {
            lock.unlock();
        }
    }

    private List<ServerAddress> members() {
        lock.lock();
        try {
            return members;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return String.join(",", given.stream().map(ServerAddress::toString).toList());
    }
}
