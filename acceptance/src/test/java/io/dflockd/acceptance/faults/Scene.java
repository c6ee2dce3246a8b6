package io.dflockd.acceptance.faults;

import io.dflockd.acceptance.ServerProcess;
import io.dflockd.testkit.Cable;
import io.dflockd.testkit.Cable.Way;
import io.dflockd.testkit.FreePorts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Where cases that suffer the same fault take place: a server, ways to it, and processes that can be stopped. */
final class Scene implements AutoCloseable {
    /** A hold on a connection of its own ends at the server with that: the news needs a moment, or no client could be first. */
    private static final Duration NEWS = Duration.ofMillis(250);
    private static final Duration LONGEST_NEWS_OF_SESSIONS = Duration.ofMillis(20);
    private static final String SMALL_HEAP = "-Xmx160m -XX:TieredStopAtLevel=1";

    private final Fault fault;
    private final Programs programs;
    private final Surroundings around;
    private volatile ServerProcess server;
    private final @Nullable HostedHolders host;
    private final Map<FaultCase, Cable> cables = new ConcurrentHashMap<>();
    private final List<CommandHolder> commands = new ArrayList<>();
    private final CountDownLatch struck = new CountDownLatch(1);
    private volatile long mendedAt;

    /** What the cases of a whole run share. */
    record Surroundings(Programs programs, ServerProcess server, long seed, Duration longestStop, Sampler sampler,
            Hiccups hiccups, Leftovers leftovers) {}

    Scene(Fault fault, Surroundings around) {
        this.fault = fault;
        this.programs = around.programs();
        this.around = around;
        this.server = fault.isAtServer() ? start(FreePorts.one()) : around.server();
        this.host = fault == Fault.HOLDER_STOPPED
                ? new HostedHolders(around.seed(), around.longestStop(), server.address())
                : null;
    }

    /** Makes the holder of a case. */
    Holder holder(FaultCase of, Journal journal) {
        var address = fault.mustEnd() ? server.address() : cable(of);
        if (of.kind().isCommand()) {
            var command = new CommandHolder(of, programs, address, journal, around.sampler());
            synchronized (commands) {
                commands.add(command);
            }
            return command;
        }
        return host != null
                ? host.holder(of, journal)
                : Holders.of(of, address, journal, around.sampler(), around.leftovers());
    }

    /** Where the server is, for those whom no fault keeps from it. */
    InetSocketAddress server() {
        return server.socketAddress();
    }

    Hiccups hiccups() {
        return around.hiccups();
    }

    /** The fault begins. */
    void strike() {
        struck.countDown();
        switch (fault) {
            case SERVER_STOPPED -> Processes.signal("STOP", server.process().pid());
            case SERVER_KILLED -> server.process().destroyForcibly();
            case HOLDER_STOPPED -> setHoldersStopped(true);
            default -> cables.forEach(this::strike);
        }
        if (fault.isMoment()) {
            mendedAt = System.nanoTime();
        }
    }

    /** The fault is over. */
    void mend() {
        if (mendedAt != 0) {
            return;
        }
        switch (fault) {
            case SERVER_STOPPED -> Processes.signal("CONT", server.process().pid());
            case SERVER_KILLED -> {
                server = start(server.socketAddress().getPort());
            }
            case HOLDER_STOPPED -> setHoldersStopped(false);
            default -> cables.values().forEach(Cable::mend);
        }
        mendedAt = System.nanoTime();
    }

    /** Waits until the fault begins. */
    void awaitStrike() throws InterruptedException {
        struck.await();
    }

    /** When it was over, or 0. */
    long mendedAt() {
        return mendedAt;
    }

    /** What the process of holders kept. */
    List<String> leftInHost() throws IOException {
        return host == null ? List.of() : host.end();
    }

    @Override
    public void close() {
        cables.values().forEach(Cable::close);
        if (host != null) {
            host.close();
        }
        if (server != around.server()) {
            server.close();
        }
    }

    private ServerProcess start(int port) {
        return ServerProcess.startWith(SMALL_HEAP, programs.server(), "--port", Integer.toString(port));
    }

    private void strike(FaultCase of, Cable cable) {
        switch (fault) {
            case RESET -> cable.reset(news(of));
            case REFUSE -> {
                cable.refuse();
                cable.reset(news(of));
            }
            case STALL_UP -> cable.stall(Way.UP);
            case STALL_DOWN -> cable.stall(Way.DOWN);
            case STALL_BOTH -> cable.stall(Way.UP, Way.DOWN);
            case HALF_OPEN_AT_HOLDER -> cable.resetServer();
            case HALF_OPEN_AT_SERVER -> cable.resetClients();
            case SERVER_STOPPED, SERVER_KILLED, HOLDER_STOPPED ->
                throw new IllegalArgumentException(fault + " does not come from a cable");
        }
    }

    private static Duration news(FaultCase of) {
        return of.tie() == Tie.CONNECTION
                ? NEWS
                : Duration.ofMillis(of.variant() % (LONGEST_NEWS_OF_SESSIONS.toMillis() + 1));
    }

    private void setHoldersStopped(boolean stopped) {
        if (host != null) {
            host.setStopped(stopped);
        }
        synchronized (commands) {
            commands.forEach(command -> command.setStopped(stopped));
        }
    }

    private String cable(FaultCase of) {
        var cable = cables.computeIfAbsent(of, unused -> new Cable(server.socketAddress()));
        return "127.0.0.1:" + cable.address().getPort();
    }
}
