package io.dflockd.http;

import io.dflockd.http.access.Guard;
import io.dflockd.http.access.LoginCookie;
import io.dflockd.http.access.Logins;
import io.dflockd.http.api.ConnectionsApi;
import io.dflockd.http.api.DataApi;
import io.dflockd.http.api.DrainApi;
import io.dflockd.http.api.EventsApi;
import io.dflockd.http.api.LocksApi;
import io.dflockd.http.api.LogLevelApi;
import io.dflockd.http.api.LoginApi;
import io.dflockd.http.api.OpenApi;
import io.dflockd.http.api.ReloadApi;
import io.dflockd.http.api.SessionsApi;
import io.dflockd.http.api.SettingsApi;
import io.dflockd.http.api.SnapshotApi;
import io.dflockd.http.api.StatusApi;
import io.dflockd.http.api.Worker;
import io.dflockd.http.console.Console;
import io.dflockd.http.data.CountersApi;
import io.dflockd.http.data.HoldsApi;
import io.dflockd.http.data.ListsApi;
import io.dflockd.http.data.SignalsApi;
import io.dflockd.http.data.ValuesApi;
import io.dflockd.http.health.Probes;
import io.dflockd.http.listener.Leading;
import io.dflockd.http.listener.Listener;
import io.dflockd.http.listener.ListenerCounters;
import io.dflockd.http.metrics.ListenerFamilies;
import io.dflockd.http.metrics.MetricsApi;
import io.dflockd.http.route.Route;
import io.dflockd.http.route.RouteTable;
import io.dflockd.service.access.Gate;
import io.dflockd.service.access.Identities;
import io.dflockd.service.admin.AdminDesk;
import io.dflockd.service.admin.Health;
import io.dflockd.service.metrics.Family;
import io.dflockd.service.metrics.ListenerCount;
import io.dflockd.service.metrics.Metrics;
import io.dflockd.service.visit.VisitorDesk;
import io.dflockd.transport.AdminEntrance;
import io.dflockd.transport.AdminPassage;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** The admin listener, whole: the routes, who may use them, and the port. Thread-safe. */
public final class AdminServer implements AutoCloseable {
    private static final long NANOS_PER_MS = 1_000_000;

    private final Listener listener;
    private final Worker worker;
    private final MetricsApi metrics;
    private final RouteTable routes;

    private AdminServer(Listener listener, Worker worker, MetricsApi metrics, RouteTable routes) {
        this.listener = listener;
        this.worker = worker;
        this.metrics = metrics;
        this.routes = routes;
    }

    /**
     * Returns once it answers.
     *
     * @throws Listener.AddressException where it cannot listen there
     */
    public static AdminServer open(
            AdminSettings settings,
            AdminDesk desk,
            VisitorDesk visitors,
            Health health,
            Identities identities,
            Gate gate,
            Metrics metrics)
            throws Listener.AddressException {
        var address = settings.host().isEmpty()
                ? new InetSocketAddress(settings.port())
                : new InetSocketAddress(settings.host(), settings.port());
        if (address.isUnresolved()) {
            throw new Listener.AddressException("unknown host");
        }
        boolean isLocal = address.getAddress().isLoopbackAddress();
        var worker = new Worker();
        var counters = new ListenerCounters();
        var metricsApi = new MetricsApi(() -> gather(metrics, counters), settings.guardsMetrics());
        var logins = new Logins(new LoginCookie(settings.port(), settings.tls().isPresent()),
                () -> System.nanoTime() / NANOS_PER_MS);
        var guard = new Guard(identities, gate, desk.trail(), isLocal, settings.wantsCertificate(), logins);
        var all = new ArrayList<>(routes(desk, visitors, health, worker, metricsApi, guard));
        if (settings.hasConsole()) {
            all.addAll(new Console().routes());
        }
        var routes = new RouteTable(all);
        try {
            var listener = Listener.open(
                    address, settings.hosts(), routes, guard, desk.audit(),
                    new Leading(desk.self(), desk::leads, desk::leader), counters, settings.tls());
            return new AdminServer(listener, worker, metricsApi, routes);
        } catch (Listener.AddressException e) {
            worker.close();
            metricsApi.close();
            throw e;
        }
    }

    private static List<Family> gather(Metrics metrics, ListenerCounters counters) {
        var all = new ArrayList<>(metrics.gather(List.of(
                new ListenerCount("admin", counters.openConnections(), counters.accepted()))));
        all.addAll(ListenerFamilies.of(counters));
        return all;
    }

    /** For programs. */
    static List<Route> routes(
            AdminDesk desk, VisitorDesk visitors, Health health, Worker worker, MetricsApi metrics, Guard guard) {
        var routes = new ArrayList<Route>();
        routes.addAll(new Probes(health).routes());
        routes.addAll(metrics.routes());
        routes.addAll(new StatusApi(desk, worker).routes());
        routes.addAll(new LocksApi(desk, worker).routes());
        routes.addAll(new SessionsApi(desk, worker).routes());
        routes.addAll(new ConnectionsApi(desk, worker).routes());
        routes.addAll(new DataApi(desk, worker).routes());
        routes.addAll(new HoldsApi(visitors).routes());
        routes.addAll(new ValuesApi(visitors).routes());
        routes.addAll(new CountersApi(visitors).routes());
        routes.addAll(new ListsApi(visitors).routes());
        routes.addAll(new SignalsApi(visitors).routes());
        routes.addAll(new EventsApi(desk, worker).routes());
        routes.addAll(new DrainApi(desk, worker).routes());
        routes.addAll(new ReloadApi(desk).routes());
        routes.addAll(new LogLevelApi(desk).routes());
        routes.addAll(new SettingsApi(desk, worker).routes());
        routes.addAll(new SnapshotApi(desk).routes());
        routes.addAll(new LoginApi(guard, desk, worker).routes());
        routes.addAll(OpenApi.routes());
        return routes;
    }

    /** Where requests go that other members of the cluster pass on. */
    public AdminEntrance entrance() {
        return listener::enterPassed;
    }

    /** From now on, what only the node that leads can answer is passed on to it. Before, it is refused. */
    public void passBy(AdminPassage way) {
        listener.passBy(way);
    }

    /** All that can be asked. */
    public RouteTable routes() {
        return routes;
    }

    /** Where it listens; the port is the real one also where any free one was asked for. */
    public InetSocketAddress address() {
        return listener.address();
    }

    @Override
    public void close() {
        listener.close();
        worker.close();
        metrics.close();
    }
}
