package io.dflockd.service;

import io.dflockd.engine.Command;
import io.dflockd.engine.Effects;
import io.dflockd.engine.Engine;
import io.dflockd.engine.Inventory;
import io.dflockd.engine.Refusal;
import io.dflockd.engine.order.Operations;
import io.dflockd.protocol.ProtocolError;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.RequestNumber;
import io.dflockd.protocol.Tag;
import io.dflockd.service.access.AuditTrail;
import io.dflockd.service.access.Gate;
import io.dflockd.service.access.Identities;
import io.dflockd.service.access.Login;
import io.dflockd.service.access.Permissions;
import io.dflockd.service.driver.EngineDriver;
import io.dflockd.service.session.Caller;
import io.dflockd.service.session.Receiver;
import io.dflockd.service.session.Replies;
import io.dflockd.service.stats.ServerCounters;
import io.dflockd.service.stats.StatsReport;
import io.dflockd.service.stats.StatsWorker;
import io.dflockd.service.stats.Traffic;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens to a request whose turn has come: it is refused, answered here or handed to the engine. The one way into
 * the service, for every transport. Thread-safe, but the requests of one caller come one after another.
 */
public final class RequestHandler implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);
    private static final long MS_PER_SECOND = 1000;
    /** How many requests of one connection may be on their way through the log. */
    private static final int MAX_UNDER_WAY = 1024;
    private static final Command PING = new Command.Ping();
    private static final Command ACKNOWLEDGE = new Command.Acknowledge();
    private static final Command BYE = new Command.Bye();
    private static final Command INVALID = new Command.Refuse(Refusal.INVALID);
    private static final Command DRAINING = new Command.Refuse(Refusal.DRAINING);
    private static final Command TOO_OFTEN = new Command.Refuse(Refusal.MAX_REQUESTS);
    private static final Command DENIED = new Command.Refuse(Refusal.DENIED);

    private final ServiceSettings settings;
    private final EngineDriver driver;
    private final LoginDesk loginDesk;
    private final AuditTrail audit;
    private final Recordings recordings;
    private final ServerCounters counters;
    private final Gate gate;
    private final Commands commands;
    private final StatsWorker statsWorker = new StatsWorker("dflockd-stats");
    private final ClusterDesk clusterDesk;

    /** Handles the requests of those whom the identities say may ask. */
    public RequestHandler(
            ServiceSettings settings,
            EngineDriver driver,
            Identities identities,
            ServerCounters counters,
            Gate gate,
            AuditTrail audit) {
        this.settings = settings;
        this.driver = driver;
        this.counters = counters;
        var keeper = new RuleKeeper(identities, driver);
        keeper.begin();
        this.loginDesk = new LoginDesk(identities, gate, keeper, audit);
        this.audit = audit;
        this.recordings = new Recordings(driver, audit);
        this.gate = gate;
        this.commands = new Commands(settings.defaultLeaseMs());
        this.clusterDesk = new ClusterDesk(driver, gate, audit, settings.limitNames());
    }

    /**
     * Whether somebody may connect, who is counted then until the connection is {@link ServerCounters#closed}. Asked before
     * anything is done for the connection.
     *
     * @param source the address without the port; null where there is none
     */
    public boolean letsIn(@Nullable InetAddress source, String peer) {
        return gate.letsIn(source, peer);
    }

    /**
     * As {@link #letsIn}, of somebody who did not come by another member. Where an operator wants a member of a cluster
     * emptied, its clients are to go to the others.
     */
    public boolean letsClientIn(@Nullable InetAddress source, String peer) {
        if (driver.isDrained() && !driver.standing().members().isEmpty()) {
            gate.drained(peer);
            return false;
        }
        return letsIn(source, peer);
    }

    /** Who leads, as far as this node knows; it may be itself. */
    public Optional<Leader> leader() {
        return driver.standing().leader().map(node -> new Leader(node.name(), node.peerAddress()));
    }

    /** Whether this node leads, so that it may serve clients. */
    public boolean leads() {
        return driver.leads();
    }

    /** Has this run whenever who leads may have changed. It must not block. */
    public void onStandingChanged(Runnable action) {
        driver.onStandingChanged(action);
    }

    /** Somebody was not let in who came as a member of the cluster does. */
    public void memberRefused(String peer, String reason) {
        gate.memberRefused(peer, reason);
    }

    /**
     * A client has come. It speaks for a session of its own until it says otherwise. Where this node does not lead, the
     * receiver is told to end.
     */
    public Caller connected(Receiver receiver) {
        var caller = driver.open(receiver);
        loginDesk.connected(caller);
        caller.identify(LOG.atDebug()).setMessage("connected").log();
        return caller;
    }

    /** Somebody has come who has no connection of the protocol, and of whom it is known who it is. */
    public Caller visited(Receiver receiver, Login login) {
        var caller = driver.open(receiver);
        loginDesk.visited(caller, login);
        return caller;
    }

    /** A visitor has gone. What its receiver could not hand over goes on to the next. */
    public void left(Caller visitor) {
        loginDesk.left(visitor);
        driver.disconnected(visitor);
    }

    /** Whether a connection that ends for this reason ends only as another took its place, or another node leads. */
    public boolean endsAsOthersGoOn(String reason) {
        return reason.equals(Effects.SUPERSEDED) || reason.equals(EngineDriver.ANOTHER_LEADS);
    }

    /** The client has gone. What its receiver could not hand over goes on to the next. */
    public void disconnected(Caller caller) {
        loginDesk.disconnected(caller);
        driver.disconnected(caller);
        caller.identify(LOG.atDebug()).setMessage("disconnected").log();
    }

    /** The client has shown a certificate, of which an authority that counts here says that it is its own. */
    public void certified(Caller caller, X509Certificate certificate) {
        loginDesk.certified(caller, certificate);
    }

    /** Deals with a request. The answer comes through the receiver, now or later. */
    public void handle(Caller caller, String tag, Request request) {
        caller.asks(Traffic.codeOf(request));
        boolean authenticated = caller.isAuthenticated();
        pass(caller, tag, request);
        if (!caller.isTaken()) {
            countHere(caller, tag, request, authenticated);
        }
    }

    /** Counts a request that no engine was needed for. One that is never answered is none. */
    private void countHere(Caller caller, String tag, Request request, boolean authenticated) {
        if (request instanceof Request.Acknowledge) {
            return;
        }
        boolean isShownInVain = authenticated && request instanceof Request.Auth && !caller.principal().isAdmin();
        boolean isOutOfPlace = !tag.isEmpty() && (!Tag.isValid(tag) || isForUntaggedUse(request));
        Traffic.Result result;
        if (request instanceof Request.Malformed || isShownInVain || !caller.isAuthenticated()
                || (authenticated && isOutOfPlace)) {
            result = Traffic.Result.ERROR;
        } else {
            boolean isRefused = driver.isDraining() || (request instanceof Request.Ping && isTurnedAway(caller));
            result = isRefused ? Traffic.Result.REFUSED : caller.resultHere();
        }
        driver.traffic().answeredHere(caller.verb(), result);
    }

    private void pass(Caller caller, String tag, Request request) {
        if (!caller.isAuthenticated()) {
            loginDesk.first(caller, tag, request);
        } else if (caller.principal().isPaced() && !mayAskAgain(caller, request)) {
            refuse(caller, tag);
        } else if (tag.isEmpty()) {
            handleUntagged(caller, request);
        } else if (caller.isNamed()) {
            handleNumbered(caller, tag, request);
        } else {
            handleTagged(caller, tag, request);
        }
    }

    /**
     * Whether such a request is held back by nothing, neither by one that waits nor by answers that wait to be taken. Without
     * a named session it is refused, and a refusal has its turn like any other answer.
     */
    public boolean goesAtOnce(Caller caller, Request request) {
        return request instanceof Request.Acknowledge && caller.isNamed();
    }

    /**
     * Whether an untagged request must wait: for the answer to one that waits, and where it is answered without the engine
     * also for what the engine has yet to answer.
     */
    public boolean isHeldBack(Caller caller, Request request) {
        return caller.isBlocked()
                || (caller.isUnderWay() && isAnsweredHere(caller, request) && caller.mustWaitForAll());
    }

    /**
     * Whether so much waits to be decided that the caller should ask for no more. If so, its connection is woken at the latest
     * when nothing of it is under way, as what is decided to wait has no answer that would; and where nothing was, when there
     * is room.
     */
    public boolean isBusy(Caller caller) {
        int underWay = caller.underWay();
        if (underWay == 0) {
            return driver.mustWaitForRoom(caller);
        }
        return (underWay >= MAX_UNDER_WAY || driver.isFull()) && caller.mustWaitForAll();
    }

    /** Whether so much waits to be decided that nobody should be asked in who would add to it. */
    public boolean isFull() {
        return driver.isFull();
    }

    /** The calling thread has handled all that it had. */
    public void endTurn() {
        driver.endTurn();
    }

    private boolean isAnsweredHere(Caller caller, Request request) {
        return switch (request) {
            case Request.Ping ping -> true;
            case Request.Hello hello -> true;
            case Request.Stats stats -> true;
            case Request.Cluster cluster -> true;
            case Request.Auth auth -> true;
            case Request.Malformed malformed -> true;
            case Request.Acknowledge ack -> !caller.isNamed();
            default -> driver.isDraining();
        };
    }

    /** Gives the caller some of the answers that it was too congested for. Returns whether there are more. */
    public boolean catchUp(Caller caller) {
        return driver.catchUp(caller);
    }

    /** Whether the client owns something or waits for an answer, so that it may be silent. */
    public boolean isInUse(Caller caller) {
        return driver.isInUse(caller);
    }

    /** The client did not say in time what it had to say. */
    public void timedOut(Caller caller) {
        caller.identify(LOG.atDebug()).setMessage("timed out").log();
        if (caller.isAuthenticated()) {
            caller.receiver().reply(Tag.NONE, Replies.ERROR);
            caller.receiver().endAfterWriting();
        } else {
            loginDesk.refuse(caller, Tag.NONE, ServerCounters.AuthFailure.TIMEOUT);
        }
    }

    /** Refuses all that waits and, from now on, all that comes. */
    public void drain() {
        driver.drain();
    }

    @Override
    public void close() {
        statsWorker.close();
        clusterDesk.close();
    }

    private void handleUntagged(Caller caller, Request request) {
        if (request instanceof Request.Acknowledge ack) {
            acknowledge(caller, ack);
        } else if (driver.isDraining()) {
            inOrder(() -> caller.receiver().reply(Tag.NONE, Replies.DRAINING));
        } else {
            switch (request) {
                case Request.Ping ping -> inOrder(() -> caller.receiver()
                        .reply(Tag.NONE, isTurnedAway(caller) ? Replies.DRAINING : Replies.OK));
                case Request.Hello hello -> inOrder(() -> introduce(caller, hello));
                case Request.Stats stats -> inOrder(() -> stats(caller, stats));
                case Request.Cluster cluster -> inOrder(() -> clusterDesk.handle(caller, cluster));
                case Request.Auth auth -> inOrder(() -> loginDesk.again(caller, auth));
                case Request.Resume resume -> driver.attach(
                        caller,
                        SessionNames.digest(caller.principal(), resume.id()),
                        resume.graceSeconds() * MS_PER_SECOND,
                        resume.received());
                case Request.Bye bye -> driver.submit(caller, Tag.NONE, BYE);
                case Request.Cancel cancel -> cancelUntagged(caller, cancel);
                case Request.Malformed malformed -> inOrder(() -> refuse(caller, Tag.NONE, malformed));
                default -> driver.submit(caller, Tag.NONE, commandOf(caller, request));
            }
        }
    }

    /** What an untagged request gets without the engine comes behind what the engine has decided by now. */
    private void inOrder(Runnable answer) {
        driver.awaitTold();
        answer.run();
    }

    /** What tells of what was received, and so makes room, costs less than its refusal would. */
    private boolean mayAskAgain(Caller caller, Request request) {
        if (request instanceof Request.Acknowledge || isTooLong(request)
                || caller.principal().mayAskAgain(givesBack(request), gate.nanoTime())) {
            return true;
        }
        counters.refuse(ServerCounters.OfIdentity.REQUESTS);
        return false;
    }

    /** It ends the connection, whatever else is said of it. */
    private static boolean isTooLong(Request request) {
        return request instanceof Request.Malformed malformed && malformed.error() == ProtocolError.LINE_TOO_LONG;
    }

    private static boolean givesBack(Request request) {
        return request instanceof Request.Release || request instanceof Request.Renew || request instanceof Request.Keep
                || request instanceof Request.Cancel || request instanceof Request.Bye;
    }

    /** It asks too often. What has a number is taken all the same, or the numbers that follow would mean nothing. */
    private void refuse(Caller caller, String tag) {
        long number = caller.isNamed() && !tag.isEmpty() ? RequestNumber.numberOf(tag) : RequestNumber.NONE;
        if (number != RequestNumber.NONE) {
            driver.submit(caller, number, Math.max(0, RequestNumber.receivedOf(tag)), TOO_OFTEN);
        } else if (tag.isEmpty() && caller.isUnderWay()) {
            driver.submit(caller, tag, TOO_OFTEN); // behind the answers to those before it
        } else {
            caller.answersHere(Traffic.Result.REFUSED);
            inOrder(() -> caller.receiver().reply(tag, Replies.MAX_REQUESTS));
        }
    }

    /** A server that is to be emptied must not look well to who came meanwhile. */
    private boolean isTurnedAway(Caller caller) {
        return driver.isClosedToNew() && caller.isTurnedAway();
    }

    /** A request of a connection without a named session, whose tag means nothing to the server. */
    private void handleTagged(Caller caller, String tag, Request request) {
        var receiver = caller.receiver();
        if (!Tag.isValid(tag) || isForUntaggedUse(request)) {
            receiver.reply(tag, Replies.ERROR);
        } else if (driver.isDraining()) {
            receiver.reply(tag, Replies.DRAINING);
        } else {
            switch (request) {
                case Request.Ping ping -> receiver.reply(tag, isTurnedAway(caller) ? Replies.DRAINING : Replies.OK);
                case Request.Cancel cancel -> driver.cancel(caller, tag, cancel.tag());
                case Request.Malformed malformed -> refuse(caller, tag, malformed);
                default -> driver.submit(caller, tag, commandOf(caller, request));
            }
        }
    }

    /** A request of a named session: whoever refuses it, it is taken and its answer counts. */
    private void handleNumbered(Caller caller, String tag, Request request) {
        long number = RequestNumber.numberOf(tag);
        if (number == RequestNumber.NONE) {
            caller.receiver().reply(tag, Replies.ERROR);
            return;
        }
        long received = Math.max(0, RequestNumber.receivedOf(tag));
        driver.submit(caller, number, received, numberedCommand(caller, request));
        if (request instanceof Request.Malformed malformed) {
            log(caller, malformed);
            endIfOfNoUse(caller, malformed);
        }
    }

    private Command numberedCommand(Caller caller, Request request) {
        if (driver.isDraining()) {
            return DRAINING;
        }
        if (isForUntaggedUse(request)) {
            return INVALID;
        }
        return switch (request) {
            case Request.Ping ping -> PING;
            case Request.Malformed malformed -> INVALID;
            case Request.Cancel cancel -> {
                long number = RequestNumber.numberOf(cancel.tag());
                yield number == RequestNumber.NONE ? INVALID : new Command.Cancel(number);
            }
            default -> commandOf(caller, request);
        };
    }

    private static boolean isForUntaggedUse(Request request) {
        return switch (request) {
            case Request.Auth r -> true;
            case Request.Resume r -> true;
            case Request.Acknowledge r -> true;
            case Request.Bye r -> true;
            case Request.Hello r -> true;
            case Request.Stats r -> true;
            case Request.Cluster r -> true;
            default -> false;
        };
    }

    private Command commandOf(Caller caller, Request request) {
        if (!mayAsk(caller, request)) {
            return DENIED;
        }
        var command = commands.of(request);
        if (command == null) {
            return INVALID;
        }
        recordings.announce(caller, request, command);
        return command;
    }

    /** Where no rules are, all that every client does is allowed, and nothing is looked up. */
    private boolean mayAsk(Caller caller, Request request) {
        var principal = caller.principal();
        boolean hurtsOthers = request instanceof Request.Revoke;
        if (!principal.isRuled() && !hurtsOthers) {
            return true;
        }
        if (Permissions.permit(principal, request) && (!hurtsOthers || audit.mayAct())) {
            return true;
        }
        gate.denied(Permissions.rightFor(request));
        audit.denied(principal, request.verb().word(), request.key(), caller.receiver().peer(),
                caller.receiver().source());
        return false;
    }

    private void acknowledge(Caller caller, Request.Acknowledge ack) {
        if (!caller.isNamed()) {
            driver.awaitTold(); // it may have a name by then
        }
        if (caller.isNamed()) {
            driver.tell(caller, ack.received(), ACKNOWLEDGE);
        } else {
            caller.receiver().reply(Tag.NONE, Replies.ERROR);
        }
    }

    private void introduce(Caller caller, Request.Hello hello) {
        caller.introduced(hello.clientName());
        driver.tell(
                caller,
                0,
                new Command.Introduce(hello.clientName(), hello.wishes().contains(Request.Hello.LOST)));
        boolean clustered = !driver.standing().members().isEmpty();
        var greeting = settings.greeting(Engine.REQUEST_WINDOW, driver.view().limits(), clustered);
        caller.receiver().reply(Tag.NONE, new Reply.Text("dflockd/" + Version.current() + ' ' + greeting));
    }

    private void cancelUntagged(Caller caller, Request.Cancel cancel) {
        if (caller.isNamed()) {
            driver.submit(
                    caller, Tag.NONE, new Command.Cancel(Math.max(0, RequestNumber.numberOf(cancel.tag()))));
        } else {
            driver.cancel(caller, Tag.NONE, cancel.tag());
        }
    }

    private void stats(Caller caller, Request.Stats asked) {
        if (!mayAsk(caller, asked)) {
            caller.answersHere(Traffic.Result.REFUSED);
            caller.receiver().reply(Tag.NONE, Replies.DENIED);
            return;
        }
        long request = driver.beginOutside(caller);
        boolean accepted = statsWorker.submit(() -> {
            var answer = statsAnswer(caller.receiver());
            driver.endOutside(caller, request, answer);
        });
        if (!accepted) {
            driver.endOutside(caller, request, () -> caller.receiver().reply(Tag.NONE, Replies.ERROR));
        }
    }

    /** Makes the report. What is returned sends it, and makes no long line while the engine waits for that. */
    private Runnable statsAnswer(Receiver receiver) {
        try {
            var inventory = driver.view().inventory(settings.statsLimit());
            var peers = driver.view().peers(inventory.locks().stream().map(Inventory.Lock::holderSession).toList());
            var applied = driver.operations()
                    .map(Operations::applied)
                    .map(OptionalLong::of)
                    .orElse(OptionalLong.empty());
            var report = StatsReport.write(
                    counters, driver.standing(), applied, driver.view().namedSessions(),
                    driver.view().sessionsSetAside(), inventory,
                    peers);
            return report.length() > settings.maxAnswerBytes()
                    ? () -> receiver.reply(Tag.NONE, Replies.TOO_LARGE)
                    : () -> Replies.sendText(receiver, report);
        } catch (RuntimeException e) {
            // Nobody may wait for ever for what a bug keeps from being written.
            LOG.atError().setMessage("stats failed, this is a bug").setCause(e).log();
            return () -> receiver.reply(Tag.NONE, Replies.ERROR);
        }
    }

    private static void refuse(Caller caller, String tag, Request.Malformed malformed) {
        caller.receiver().reply(tag, Replies.ERROR);
        log(caller, malformed);
        endIfOfNoUse(caller, malformed);
    }

    private static void endIfOfNoUse(Caller caller, Request.Malformed malformed) {
        if (isTooLong(malformed)) {
            caller.receiver().endAfterWriting();
        }
    }

    private static void log(Caller caller, Request.Malformed malformed) {
        caller.identify(LOG.atDebug())
                .setMessage("malformed request")
                .addKeyValue("code", malformed.error().code())
                .addKeyValue("error", malformed.error().meaning())
                .addKeyValue("command", malformed.line())
                .log();
    }
}
