package io.dflockd.junit;

import io.dflockd.client.DflockdClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A server as one class of tests sees it: over a network of its own, with the clients that it made. */
final class ServerView implements DflockdServers {
    private static final Duration LONGEST_END = Duration.ofSeconds(10);
    private static final long BETWEEN_LOOKS_MS = 5;
    private static final int LONGEST_NAME = 40;

    private final TestServer server;
    private final String name;
    private final boolean ownsServer;
    private final Network network;
    private final List<Made> clients = new CopyOnWriteArrayList<>();
    /** Of all clients that came from here; sessions that they have left are nobody's fault. */
    private final Set<String> names = new LinkedHashSet<>();
    private final @Nullable ViewClock clock;

    /** A client that came from here; {@code time} and {@code own} are null where the clock is the machine's. */
    record Made(
            DflockdClient client, String name, VirtualTime.@Nullable ClientTime time, @Nullable Network own,
            int disturbancesBefore) {
        boolean isPaused() {
            return time != null && time.isPaused();
        }
    }

    /**
     * Looks at this server.
     *
     * @param name of whoever uses it, for messages
     * @param ownsServer whether the server ends with this
     */
    ServerView(TestServer server, String name, boolean ownsServer) {
        this.server = server;
        this.name = name;
        this.ownsServer = ownsServer;
        this.network = new Network(server.port(), port -> server.from(port, this));
        var time = server.time();
        this.clock = time == null ? null : new ViewClock(time, this);
        server.enter(this);
    }

    String name() {
        return name;
    }

    Network network() {
        return network;
    }

    List<Made> clients() {
        return clients;
    }

    /** Whether all that it has sent is to arrive: nothing that this test did is in the way, or was. */
    boolean isUndisturbed(Made made) {
        return network.isWhole() && network.isPrompt() && network.disturbances() == made.disturbancesBefore
                && (made.own == null || made.own.disturbances() == 0);
    }

    long waitingRequests() {
        return server.admin().waitingRequests();
    }

    @Override
    public String address() {
        return "127.0.0.1:" + network.port();
    }

    @Override
    public DflockdClient newClient(Consumer<DflockdClient.Builder> settings) {
        return make(settings).client;
    }

    Made make(Consumer<DflockdClient.Builder> settings) {
        var clientName = name.substring(0, Math.min(name.length(), LONGEST_NAME)).replaceAll("[^!-~]", "_") + "-"
                + server.nextClient();
        var time = server.time();
        // One that can be paused has a cable of its own, which is stopped with it.
        var own = time == null ? null : new Network(network.port(), port -> {});
        var clientTime = time == null ? null : time.new ClientTime();
        int disturbancesBefore = network.disturbances();
        var builder = DflockdClient.builder()
                .name(clientName)
                .server("127.0.0.1:" + (own == null ? network : own).port());
        server.authToken().ifPresent(builder::authToken);
        if (clientTime != null) {
            builder.time(clientTime);
        }
        settings.accept(builder);
        var made = new Made(builder.build(), clientName, clientTime, own, disturbancesBefore);
        clients.add(made);
        synchronized (names) {
            names.add(clientName);
        }
        return made;
    }

    /** What the client has neither given back nor lost, in words. */
    List<String> heldBy(Made made) {
        if (made.client.metrics().leases().held() == 0) {
            return List.of();
        }
        return server.admin()
                .holds()
                .stream()
                .filter(hold -> hold.client().equals(made.name))
                .map(hold -> "a lease of '" + hold.key() + "' (fence " + hold.fence()
                        + ") that nobody closed")
                .toList();
    }

    void close(Made made) {
        if (made.time != null) {
            made.time.resume();
        }
        if (made.own != null) {
            made.own.heal();
        }
        made.client.close();
        if (made.own != null) {
            made.own.close();
        }
        clients.remove(made);
    }

    @Override
    public String uniqueKey(String prefix) {
        return server.uniqueKey(prefix);
    }

    @Override
    public void reset() {
        restart();
        network.heal();
    }

    @Override
    public void restart() {
        network.disturb();
        server.restart(this);
    }

    @Override
    public void revoke(String key) {
        var holds = server.admin().holders(key);
        if (holds.isEmpty()) {
            throw new IllegalStateException("nobody holds '" + key + "'");
        }
        for (var hold : holds) {
            // One that has ended meanwhile is held no more either way.
            var unused = server.admin().release(hold);
        }
    }

    @Override
    public List<Holder> holders(String key) {
        return server.admin()
                .holders(key)
                .stream()
                .map(hold -> new Holder(hold.client(), hold.mode(), hold.fence(), hold.held(), hold.leaseLeft()))
                .toList();
    }

    @Override
    public void awaitWaiters(String key, int count, Duration atMost) throws InterruptedException {
        long until = System.nanoTime() + atMost.toNanos();
        long waiters = server.admin().waiters(key);
        while (waiters < count) {
            if (System.nanoTime() - until > 0) {
                throw new AssertionError(
                        waiters + " wait for '" + key + "' after " + atMost + ", and not " + count);
            }
            TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS_MS);
            waiters = server.admin().waiters(key);
        }
    }

    @Override
    public Faults faults() {
        return network;
    }

    @Override
    public ManualClock clock() {
        if (clock == null) {
            throw new IllegalStateException(
                    "this server goes by the machine's clock; clock = MANUAL or startWithManualClock gives one to move");
        }
        return clock;
    }

    /**
     * What is at the server that has come from here, in words; and from elsewhere, if nobody else uses it. What ends by itself
     * within ten seconds is none of it. Ends it, and the network
     * with it.
     */
    List<String> takeLeftovers() {
        long until = System.nanoTime() + LONGEST_END.toNanos();
        endSessionsOfOwnClients();
        while (true) {
            var sessions = server.admin().sessions().stream().filter(session -> isOurs(session.peer())).toList();
            var holds = server.admin().holds().stream().filter(hold -> isOurs(hold.peer())).toList();
            if (sessions.isEmpty() && holds.isEmpty()) {
                return List.of();
            }
            if (System.nanoTime() - until > 0) {
                // First, or the client that was forgotten would be back with a new session at once.
                network.close();
                holds.forEach(hold -> server.admin().release(hold));
                sessions.forEach(session -> server.admin().end(session));
                return words(holds, sessions);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(BETWEEN_LOOKS_MS));
        }
    }

    private static List<String> words(List<Admin.Held> holds, List<Admin.Session> sessions) {
        return Stream.concat(
                holds.stream()
                        .map(hold -> "a hold of '" + hold.key() + "' (fence " + hold.fence() + ") "
                                + (hold.session() == 0 ? "that was kept" : "by " + who(hold.client(), hold.peer()))),
                sessions.stream().map(session -> "a session of " + who(session.client(), session.peer()))).toList();
    }

    private static String who(String client, String peer) {
        return (client.isEmpty() ? "a client without a name" : "client '" + client + "'") + " from " + peer;
    }

    /** They could not say goodbye to the server where the network was in the way. */
    private void endSessionsOfOwnClients() {
        Set<String> own;
        synchronized (names) {
            own = Set.copyOf(names);
        }
        server.admin()
                .sessions()
                .stream()
                .filter(session -> own.contains(session.client()))
                .forEach(session -> server.admin().end(session));
    }

    private boolean isOurs(String peer) {
        return server.originOf(peer).map(origin -> origin == this).orElse(false) || server.isAlone(this);
    }

    /** Closes the clients. */
    void closeClients() {
        new ArrayList<>(clients).forEach(this::close);
    }

    @Override
    public void close() {
        closeClients();
        network.close();
        boolean last = server.leave(this);
        if (ownsServer && last) {
            server.close();
        }
    }
}
