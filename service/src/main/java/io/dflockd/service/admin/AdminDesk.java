package io.dflockd.service.admin;

import io.dflockd.engine.Command;
import io.dflockd.engine.HoldKind;
import io.dflockd.engine.HolderList;
import io.dflockd.engine.Mode;
import io.dflockd.engine.Outcome;
import io.dflockd.engine.SessionSurvey;
import io.dflockd.engine.order.Node;
import io.dflockd.engine.order.Operations;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Tag;
import io.dflockd.service.Leader;
import io.dflockd.service.Leases;
import io.dflockd.service.Version;
import io.dflockd.service.access.AuditLog;
import io.dflockd.service.access.AuditTrail;
import io.dflockd.service.access.Login;
import io.dflockd.service.access.Principal;
import io.dflockd.service.driver.Alarm;
import io.dflockd.service.driver.EngineDriver;
import io.dflockd.service.driver.EngineView;
import io.dflockd.service.session.Caller;
import io.dflockd.service.session.Replies;
import io.dflockd.service.stats.ServerCounters;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The one way into the service for those who operate it. What takes the engine's lock says so, and must not be called by a
 * thread that others wait for. Thread-safe.
 */
public final class AdminDesk {
    private final EngineDriver driver;
    private final ServerCounters counters;
    private final Health health;
    private final int maxConnections;
    private final Optional<String> self;
    private final Alarm loop;
    private final AdminAudit audit;
    private final AuditTrail trail;
    private final Upkeep upkeep;
    private final Events events;

    /**
     * Looks at a server.
     *
     * @param loop has what changes something done by a thread that serves clients, which wakes those whom it concerns
     * @param log where it is written down who changed what
     * @param maxConnections how many connections there may be; 0 for any number
     * @param upkeep what is done to it as a whole
     * @param self what this node is called in its cluster; empty where it is alone
     */
    public AdminDesk(
            EngineDriver driver, ServerCounters counters, Health health, int maxConnections, Optional<String> self,
            Alarm loop, AuditLog log, Upkeep upkeep) {
        this.upkeep = upkeep;
        this.audit = new AdminAudit(log, loop);
        this.trail = new AuditTrail(log, loop, AuditTrail.HTTP);
        this.events = new Events(driver, loop);
        this.loop = loop;
        this.driver = driver;
        this.counters = counters;
        this.health = health;
        this.maxConnections = maxConnections;
        this.self = self;
    }

    /** What this node is called in its cluster; empty where it is alone. */
    public Optional<String> self() {
        return self;
    }

    /** Whether this node has the state that counts. */
    public boolean leads() {
        return driver.leads();
    }

    /** Who leads, as far as this node knows; it may be itself. */
    public Optional<Leader> leader() {
        return driver.standing().leader().map(node -> new Leader(node.name(), node.peerAddress()));
    }

    /** Takes the engine's lock for a moment. */
    public ServerStatus status() {
        return new ServerStatus(
                Version.current(),
                counters.uptimeMs(),
                self.isPresent() ? "cluster" : driver.isDurable() ? "durable" : "memory",
                health.isReady(),
                driver.isDraining() || driver.isDrained(),
                upkeep.drain().now().map(drain -> new ServerStatus.Draining(drain, upkeep.drain().rest())),
                limits(),
                totals(),
                turns(),
                new ServerStatus.Connections(
                        counters.openConnections(),
                        counters.accepted(),
                        counters.refused(),
                        counters.authFailures(),
                        counters.slowConsumers(),
                        counters.evictedConnections()),
                self.map(this::cluster));
    }

    private EngineView view() {
        return driver.view();
    }

    private ServerStatus.Turns turns() {
        var measures = view().measures().engine();
        long grants = Stream.of(HoldKind.values())
                .mapToLong(kind -> measures.tally().grants(kind, false) + measures.tally().grants(kind, true))
                .sum();
        return new ServerStatus.Turns(measures.oldestWaitMs(), grants);
    }

    private List<ServerStatus.Limit> limits() {
        var census = view().census();
        var limits = view().limits();
        long keys = (long) census.counters() + census.values() + census.lists() + census.barriers();
        return List.of(
                new ServerStatus.Limit("max-locks", limits.maxLocks(), census.resources()),
                new ServerStatus.Limit("max-keys", limits.maxKeys(), keys),
                new ServerStatus.Limit("max-memory", limits.maxBytes(), census.bytes()),
                new ServerStatus.Limit("max-sessions", limits.maxSessions(), census.namedSessions()),
                new ServerStatus.Limit("max-connections", maxConnections, counters.openConnections()));
    }

    /** What somebody may have by the file of identities, and has; empty where that is not counted. Takes the lock briefly. */
    public List<ServerStatus.Limit> limitsOf(Principal principal) {
        if (!principal.isCounted()) {
            return List.of();
        }
        var limits = principal.limits();
        var use = view().look((engine, nowMs) -> engine.useBy(principal.name()));
        return List.of(
                new ServerStatus.Limit("max_holds", limits.maxHolds(), use.holds()),
                new ServerStatus.Limit("max_waiters", limits.maxWaiters(), use.waiters()),
                new ServerStatus.Limit("max_values_bytes", limits.maxValuesBytes(), use.valueBytes()),
                new ServerStatus.Limit("max_connections", limits.maxConnections(), principal.connections()));
    }

    private Map<String, Long> totals() {
        var census = view().census();
        var totals = new LinkedHashMap<String, Long>();
        totals.put("locks", (long) census.resources());
        totals.put("idle_locks", (long) census.idleResources());
        totals.put("holds", (long) census.holds());
        totals.put("waiters", (long) census.waiters());
        totals.put("counters", (long) census.counters());
        totals.put("values", (long) census.values());
        totals.put("lists", (long) census.lists());
        totals.put("barriers", (long) census.barriers());
        totals.put("subscriptions", (long) census.subscriptions());
        totals.put("named_sessions", (long) census.namedSessions());
        return totals;
    }

    private ServerStatus.Cluster cluster(String name) {
        var standing = driver.standing();
        return new ServerStatus.Cluster(
                name,
                driver.leads(),
                standing.leader().map(Node::name).orElse(""),
                standing.term(),
                driver.operations().map(Operations::applied).map(OptionalLong::of).orElse(OptionalLong.empty()),
                standing.members().stream().map(node -> new ServerStatus.Member(node.name(), node.address())).toList());
    }

    public Upkeep upkeep() {
        return upkeep;
    }

    /** Where it is recorded who did not show who he is. */
    public AuditTrail trail() {
        return trail;
    }

    public AdminAudit audit() {
        return audit;
    }

    public Events events() {
        return events;
    }

    /** Each step takes the engine's lock for a slice. */
    public LockWalk locks(LockQuery query) {
        return new LockWalk(view(), query);
    }

    /** Each step takes the engine's lock for a slice. */
    public DataWalk data(DataQuery query) {
        return new DataWalk(view(), query);
    }

    /** Those with numbers above {@code after}. Each step takes the engine's lock for a slice. */
    public SessionWalk sessions(long after, int limit) {
        return new SessionWalk(view(), after, limit);
    }

    /** Those with numbers above {@code after}. Each step takes the engine's lock for a slice. */
    public ConnectionWalk connections(long after, int limit) {
        return new ConnectionWalk(view(), after, limit);
    }

    /** Who holds a key and who waits for it: of each at most so many. Takes the engine's lock for a moment. */
    public LockDetails lock(String key, int limit) {
        var outcome = view().look((engine, nowMs) -> engine.read(new Command.ListHolders(key, limit), nowMs));
        if (!(outcome instanceof Outcome.Holders holders)) {
            throw new IllegalStateException("who holds a key is not " + outcome);
        }
        return details(holders.list());
    }

    private LockDetails details(HolderList list) {
        var who = Stream.concat(
                list.holders().stream().map(HolderList.Holder::session),
                list.waiters().stream().map(HolderList.Waiting::session)).toList();
        var peers = view().peers(who).iterator();
        var principals = view().principals(who).iterator();
        var holders = list.holders()
                .stream()
                .map(one -> new LockDetails.Holder(
                        one.session(), one.clientName(), peers.next(), principals.next(), word(one.mode()), one.fence(),
                        one.heldMs(), Leases.told(one.leaseMs()), Leases.told(one.leaseLeftMs())))
                .toList();
        var waiters = list.waiters()
                .stream()
                .map(one -> new LockDetails.Waiter(
                        one.session(), one.clientName(), peers.next(), principals.next(), word(one.mode()),
                        one.waitedMs()))
                .toList();
        return new LockDetails(
                list.key(), kind(list), list.readWrite() ? 0 : list.limit(), holders, list.holderCount(), waiters,
                list.waiterCount());
    }

    private static String kind(HolderList list) {
        if (list.readWrite()) {
            return "read_write";
        }
        boolean isElection = list.holders().stream().anyMatch(one -> one.mode() == Mode.LEADERSHIP)
                || list.waiters().stream().anyMatch(one -> one.mode() == Mode.LEADERSHIP);
        return isElection ? "election" : list.limit() > 1 ? "semaphore" : "lock";
    }

    private static String word(Mode mode) {
        return mode.name().toLowerCase(Locale.ROOT);
    }

    /** One session; empty where there is none. Takes the engine's lock for a moment. */
    public Optional<SessionRow> session(long number) {
        return view()
                .look((engine, nowMs) -> Optional.ofNullable(SessionSurvey.find(engine, number, nowMs)))
                .map(row -> SessionWalk.row(
                        row, view().peers(List.of(number)).getFirst(), view().principals(List.of(number)).getFirst()));
    }

    /** What a session holds, the oldest first, at most so many. Takes the engine's lock for a moment. */
    public List<HeldRow> holdsOf(long session, int limit) {
        return view()
                .look((engine, nowMs) -> SessionSurvey.holds(engine, session, limit, nowMs))
                .stream()
                .map(held -> new HeldRow(
                        held.key(), word(held.mode()), held.fence(), held.heldMs(), Leases.told(held.leaseMs()),
                        Leases.told(held.leaseLeftMs())))
                .toList();
    }

    /** Ends the hold of this fence if it is current. Returns at once. */
    public CompletionStage<Verdict> revoke(String key, long fence, String peer) {
        return ask(new Command.Revoke(key, fence), peer);
    }

    /**
     * Ends a session as its client could. One that does not outlive its connection ends with that. Returns at once.
     *
     * @param known what was found of it just before
     */
    public CompletionStage<Verdict> endSession(long number, Optional<SessionRow> known, String peer) {
        if (known.isEmpty()) {
            return CompletableFuture.completedFuture(Verdict.GONE);
        }
        return known.get().outlives() ? ask(new Command.EndSession(number), peer) : endConnection(number);
    }

    /** Ends a connection. A session that outlives it goes on without. Returns at once. */
    public CompletionStage<Verdict> endConnection(long number) {
        var verdict = new CompletableFuture<Verdict>();
        loop.schedule(() -> verdict.complete(
                driver.endConnection(number, "an operator ended it") ? Verdict.DONE : Verdict.GONE), 0);
        return verdict;
    }

    private CompletionStage<Verdict> ask(Command command, String peer) {
        var verdict = new CompletableFuture<Verdict>();
        loop.schedule(() -> {
            var asked = new AtomicReference<Caller>();
            // It is answered with the engine's lock held, and nobody must wait for what is done with the answer.
            var caller = driver.open(new OneRequest(peer, reply -> loop.schedule(() -> {
                @Nullable Caller here = asked.get();
                if (here != null) {
                    driver.disconnected(here);
                }
                verdict.complete(verdict(reply));
            }, 0)));
            asked.set(caller);
            caller.authenticate(Login.OF_ADMIN);
            driver.submit(caller, Tag.NONE, command);
        }, 0);
        return verdict;
    }

    private static Verdict verdict(@Nullable Reply reply) {
        if (reply == null || Replies.DRAINING.equals(reply)) {
            return Verdict.UNKNOWN;
        }
        return Replies.OK.equals(reply) ? Verdict.DONE : Verdict.GONE;
    }
}
