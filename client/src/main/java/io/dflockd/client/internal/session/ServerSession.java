package io.dflockd.client.internal.session;

import io.dflockd.client.error.AuthenticationException;
import io.dflockd.client.error.ClientClosedException;
import io.dflockd.client.error.ConnectionLostException;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.internal.Log;
import io.dflockd.client.internal.Margin;
import io.dflockd.client.internal.Nanos;
import io.dflockd.client.internal.ServerHello;
import io.dflockd.client.internal.link.Holder;
import io.dflockd.client.internal.link.KeepAlive;
import io.dflockd.client.internal.link.SocketLink;
import io.dflockd.client.internal.session.SessionState.Arrival;
import io.dflockd.protocol.Push;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Verb;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A session with a server that carries any number of {@link Strand}s. {@link SessionState} says where it stands,
 * {@link Conversation} has the requests that are under way over the present connection, {@link SessionDialer} makes
 * the connections, one after the other.
 *
 * <p>After {@code new} instead of {@code resumed} the server knows nothing of what was: the strands end, and with them what
 * was taken over them.
 *
 * <p>Nothing here blocks. Futures are completed outside the lock.
 */
final class ServerSession implements SessionDialer.Joining, ConversationOwner {
    private static final Log log = Log.of(ServerSession.class);
    /** How long the end may wait for values that are being popped, so that none gets lost. */
    private static final long DRAIN_NANOS = 1_000_000_000L;
    /** A prompt answer may take this part of the response time-out before the connection is taken for dead. */
    private static final int SILENT_PART = 4;

    private final Dialer dialer;
    private final SessionState state;
    private final Conversation conversation;
    private final Requests requests;
    private final SessionDialer connections;
    private final Subscriptions subscriptions;
    private final Holders holders;
    /** Why a strand ended whose user closed it. One for all: with a stack trace it would cost more than the release. */
    private final ConnectionLostException closedByUser;
    private final CompletableFuture<DflockdException> ended = new CompletableFuture<>();
    private volatile boolean takesMs;
    /** Whether the present connection has told of events. */
    private volatile boolean hadEvents;

    private final Strands strands = new Strands();
    /** Completes when nothing precious is in flight; there while the session is being closed. */
    private volatile @Nullable CompletableFuture<Boolean> drained;

    private ServerSession(Dialer dialer, Request.Hello hello, long graceSeconds) {
        this.dialer = dialer;
        this.closedByUser = new ConnectionLostException(dialer.address() + ": closed by this client");
        closedByUser.setStackTrace(new StackTraceElement[0]);
        long patience = Nanos.of(dialer.options().responseTimeout()) / SILENT_PART;
        this.state = new SessionState(
                patience, graceSeconds, dialer.route()::isCluster, dialer.time().nanoTime());
        this.holders = new Holders(dialer.time(), this::keptNanos);
        this.conversation = new Conversation(dialer, state, holders, this);
        this.requests = new Requests(dialer, state, conversation);
        this.connections = new SessionDialer(dialer, hello, graceSeconds, this);
        this.subscriptions = new Subscriptions(
                request -> requests.send(request, Nanos.of(dialer.options().responseTimeout())).reply);
    }

    /**
     * Begins a session over a connection that is open already and whose server knows sessions; empty if it does not take
     * this one.
     */
    static CompletableFuture<Optional<ServerSession>> begin(Dialer dialer, SocketLink over, Request.Hello hello,
            ServerHello greeting, long graceSeconds) {
        var session = new ServerSession(dialer, hello, graceSeconds);
        session.greeted(over, greeting);
        return session.connections.join(over).thenApply(joined -> joined ? Optional.of(session) : Optional.empty());
    }

    /** Completes, never exceptionally, with why there can be no strand of it any more. */
    CompletableFuture<DflockdException> ended() {
        return ended;
    }

    Dialer dialer() {
        return dialer;
    }

    Requests requests() {
        return requests;
    }

    boolean takesMs() {
        return takesMs;
    }

    Subscriptions subscriptions() {
        return subscriptions;
    }

    ConnectionLostException closedByUser() {
        return closedByUser;
    }

    /** Where it stands, of which anybody may ask what is marked so. */
    SessionState state() {
        return state;
    }

    /** See {@link io.dflockd.client.internal.link.Link#keptNanos}. */
    long keptNanos(Margin margin) {
        return state.keptNanos(margin, dialer.time().nanoTime());
    }

    void add(Holder holder) {
        if (holders.add(holder)) {
            conversation.lookInTime();
        }
    }

    Holders holders() {
        return holders;
    }

    /** Sends what was enqueued; see {@link Conversation#flush}. */
    void flush(boolean here) {
        conversation.flush(here);
    }

    /** A new strand; an ended one when the session is closed. */
    Strand open() {
        var strand = new Strand(this);
        strands.add(strand);
        if (state.isClosed()) { // whoever closes it ends all that it finds afterwards
            strands.remove(strand);
            strand.end(whyClosed());
        }
        return strand;
    }

    /** The strands that there are, and the places in queues that they have. */
    Strands strands() {
        return strands;
    }

    @Override
    public DflockdException whyClosed() {
        return ended.getNow(closedClient());
    }

    @Override
    public void answered(Exchange exchange, String line, boolean cut) {
        var reply = requests.settle(exchange, line, cut);
        if (reply instanceof Reply.Granted && exchange.request.verb() == Verb.ELECT) {
            subscriptions.elected(exchange.request.key());
        }
    }

    @Override
    public void ping() {
        var unused = requests.send(new Request.Ping(), Nanos.of(dialer.options().responseTimeout()));
    }

    @Override
    public void outOfStep() {
        connections.takeAnotherName();
    }

    @Override
    public void prepare(SocketLink fresh) {
        fresh.onTag((tag, line, cut) -> conversation.answered(fresh, tag, line, cut));
        fresh.onPush(push -> {
            if (push instanceof Push.Lost loss) {
                holders.lost(loss);
            } else {
                hadEvents = true;
                subscriptions.push(fresh, push);
            }
        });
    }

    @Override
    public void greeted(SocketLink fresh, ServerHello hello) {
        takesMs = hello.has("ms");
        // Whoever pops a value has taken it: it must be read whole, if only to be put back.
        fresh.readLinesOf(hello.longestAnswerWithAValue());
        conversation.greeted(hello);
        holders.boundChanged();
    }

    @Override
    public long received() {
        return conversation.received();
    }

    @Override
    public long attemptNanos() {
        return conversation.attemptNanos();
    }

    @Override
    public long joinNanos() {
        return conversation.joinNanos();
    }

    @Override
    public boolean joined(SocketLink fresh, Reply.Session session, long askedAt) {
        var arrival = conversation.arrival(session);
        if (arrival instanceof Arrival.Impossible) {
            return false;
        }
        if (arrival instanceof Arrival.Begun begun && begun.lost()) {
            loseAll();
        }
        if (session.resumed()) {
            subscriptions.resumed(fresh);
        } else {
            subscriptions.begun(fresh);
        }
        hadEvents = false;
        if (conversation.goOn(fresh, session, askedAt)) {
            holders.boundChanged();
            KeepAlive.start(fresh);
        } else {
            fresh.close();
        }
        var unused = fresh.closed().thenAccept(why -> broken(fresh, why));
        return true;
    }

    private void broken(SocketLink former, DflockdException why) {
        var answers = conversation.broken(former);
        if (answers != null) {
            log.info("{}: the connection ended, the session goes on over another: {}", dialer.address(),
                    why.getMessage());
            connections.reconnect(answers || hadEvents);
        }
    }

    @Override
    public void nameRefused() {
        if (conversation.isKnown()) {
            loseAll();
        }
    }

    @Override
    public void tokenRefused(AuthenticationException why) {
        dialer.meter().sessionLost(dialer.address());
        giveUp("the session is lost: " + why.getMessage(), why);
    }

    @Override
    public void sessionsRefused() {
        giveUp("the server does not take sessions any more; each user gets a connection",
                new ConnectionLostException(dialer.address() + ": the server does not take sessions any more"));
    }

    private void giveUp(String message, DflockdException why) {
        if (!state.isClosed()) {
            log.warn("{}: {}", dialer.address(), message);
            var unused = close(why);
        }
    }

    /** The server knows nothing of what was taken, asked and subscribed to. What was not written yet goes on. */
    private void loseAll() {
        var why = new ConnectionLostException(
                dialer.address() + ": the server does not know the session any more: it was away for too long");
        var all = strands.takeAll();
        var forgotten = conversation.beginAnew();
        dialer.meter().sessionLost(dialer.address());
        subscriptions.lost(); // before the strands end, whose users then subscribe anew
        log.warn("{}: the session is lost, with what {} users of it had", dialer.address(), all.size());
        all.forEach(strand -> strand.lose(why));
        requests.fail(forgotten, why);
    }

    /**
     * Ends the session at the server, and all that was taken over it. Pops that wait are ended first, so that a value that
     * is on its way goes back to its list.
     */
    CompletableFuture<?> close() {
        var empty = new CompletableFuture<Boolean>();
        drained = empty;
        requests.endPops(closedClient());
        fewer();
        var alarm = dialer.time().after(DRAIN_NANOS, () -> empty.complete(false));
        return empty.thenCompose(done -> {
            alarm.cancel();
            @Nullable SocketLink last = close(closedClient());
            return last == null ? CompletableFuture.completedFuture(true) : sayBye(last);
        });
    }

    @Override
    public void fewer() {
        var waiting = drained;
        if (waiting != null && !conversation.hasPrecious()) {
            waiting.complete(true);
        }
    }

    private static CompletableFuture<Boolean> sayBye(SocketLink last) {
        return last.send(new Request.Bye(), 0).handle((reply, failure) -> {
            last.close();
            return true;
        });
    }

    private @Nullable SocketLink close(DflockdException why) {
        ended.complete(why);
        connections.stop();
        var last = conversation.close();
        strands.takeAll().forEach(strand -> strand.end(why));
        requests.fail(conversation.takeAll(), why);
        return last;
    }

    private ClientClosedException closedClient() {
        return new ClientClosedException(dialer.address() + ": the client is closed");
    }
}
