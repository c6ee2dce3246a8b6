package io.dflockd.client.connection;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.Lock;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.TlsOptions;
import io.dflockd.client.error.AuthenticationException;
import io.dflockd.client.error.ConnectionFailedException;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.error.ServerErrorException;
import io.dflockd.client.event.EventOptions;
import io.dflockd.client.event.EventStream;
import io.dflockd.client.event.Gap;
import io.dflockd.client.event.LossEvent;
import io.dflockd.client.internal.Checks;
import io.dflockd.client.internal.DurationRule;
import io.dflockd.client.internal.Futures;
import io.dflockd.client.internal.Meter;
import io.dflockd.client.internal.Threads;
import io.dflockd.client.internal.call.Calls;
import io.dflockd.client.internal.event.EventBuffer;
import io.dflockd.client.internal.link.Link;
import io.dflockd.client.internal.link.Route;
import io.dflockd.client.internal.session.Dialer;
import io.dflockd.client.spi.TimeSource;
import io.dflockd.protocol.HoldFamily;
import io.dflockd.protocol.Octets;
import io.dflockd.protocol.Push;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Status;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A connection to one server, and the commands as they are. Nothing is renewed, repeated or reconnected; a server
 * releases what a connection holds when it ends. Most programs want {@link DflockdClient} or {@link Lock} instead.
 *
 * <p>Safe for concurrent use: requests are sent at once and answered in order. A command that waits at the server
 * therefore holds back all that is asked after it on the same connection. Where an answer is overdue by
 * {@link ConnectionOptions#responseTimeout()}, the connection is closed.
 *
 * <p>The existing server (Go) closes a connection that was silent for 23 s, and releases what it held: {@link #ping} in
 * time, or renew.
 *
 * <pre>{@code
 * try (var connection = Connection.dial("127.0.0.1:6388")) {
 *     var grant = connection.locks().acquire("jobs", Duration.ofSeconds(10), Duration.ofSeconds(60));
 *     work(grant.fence());
 *     connection.locks().release("jobs", grant.token());
 * }
 * }</pre>
 */
public final class Connection implements AutoCloseable {
    private final Link link;
    private final Route route;
    private final Greeting greeting;
    private final Calls calls;
    private final EventBuffer<LossEvent> losses;
    /** As given, and with the token that {@link #authenticate} has shown since. */
    private volatile ConnectionOptions options;

    /** For the library itself. */
    @SuppressWarnings("exports")
    public Connection(Link link) {
        this(link, Route.to(link.address()));
    }

    private Connection(Link link, Route route) {
        this.link = link;
        this.route = route;
        this.options = link.options();
        this.greeting = new Greeting(link.address());
        this.calls = Calls.over(link, greeting);
        this.losses = new EventBuffer<>(EventOptions.defaults().bufferEvents(),
                dropped -> new Gap(Gap.Cause.OVERFLOW, dropped), Threads.callbacks(), new Meter());
        link.onPush(push -> tell(push, losses));
        var unused = link.closed().thenAccept(losses::end);
    }

    /**
     * Connects by plain TCP to {@code host:port}, within 10 s; to the node that leads where there are several with commas,
     * those of one cluster.
     */
    public static Connection dial(String address) throws InterruptedException {
        return dial(address, ConnectionOptions.defaults());
    }

    /** As {@link #dial(String)} by TLS, handshake included. */
    public static Connection dialTls(String address, TlsOptions tls) throws InterruptedException {
        return dial(address, ConnectionOptions.builder().tls(tls).build());
    }

    /**
     * Connects, and authenticates if the options have a token. An interrupt ends it at every point.
     *
     * @throws ConnectionFailedException when no connection comes about
     * @throws AuthenticationException when the server does not accept the token
     */
    public static Connection dial(String address, ConnectionOptions options) throws InterruptedException {
        var route = Route.parse(address);
        var opening = new Dialer(route, options, TimeSource.system()).open();
        try {
            return new Connection(Futures.get(opening), route);
        } catch (InterruptedException e) {
            opening.cancel(false);
            throw e;
        }
    }

    /** As {@link #dial(String, ConnectionOptions)}. Cancelling the future ends the attempt. */
    public static CompletableFuture<Connection> dialAsync(String address, ConnectionOptions options) {
        var route = Route.parse(address);
        var opening = new Dialer(route, options, TimeSource.system()).open();
        return Futures.publish(opening.thenApply(link -> new Connection(link, route)), Threads.callbacks(),
                () -> opening.cancel(false), Connection::close);
    }

    /** The node that it is connected to. */
    public ServerAddress address() {
        return link.address();
    }

    /**
     * Shows the server the token, which it wants before anything else. Not needed where the options have it. The token of
     * administrators can be shown besides, at any time.
     *
     * @throws AuthenticationException when the server does not accept it, or needs none
     */
    public void authenticate(String token) throws InterruptedException {
        var request = new Request.Auth(Checks.authToken(token));
        var unused = calls.call(request, (reply, refusal) -> Dialer.authenticated(reply, link.address()));
        options = options.toBuilder().authToken(token).build();
    }

    /** Asks for a sign of life; false from a server that does not know this command, which is one too. */
    public boolean ping() throws InterruptedException {
        return calls.call(new Request.Ping(), Calls.okOr(Status.ERROR));
    }

    /** As {@link #ping}. */
    public CompletableFuture<Boolean> pingAsync() {
        return calls.callAsync(new Request.Ping(), Calls.okOr(Status.ERROR));
    }

    /**
     * Introduces this client by name, 1 to 64 bytes without blanks, which is shown where holders are, and returns what
     * the server says of itself: its name and version, its extensions and its settings, with blanks between the three. A
     * wish that is not among the extensions has no effect. Where {@code ms} is among them, this connection sends
     * durations to the millisecond from now on; until then they have to be whole seconds.
     *
     * @throws ServerErrorException from a server that does not know this command
     */
    public String hello(String clientName, Wish... wishes) throws InterruptedException {
        return calls.call(helloRequest(clientName, wishes), greeting::read);
    }

    /** As {@link #hello}. */
    public CompletableFuture<String> helloAsync(String clientName, Wish... wishes) {
        return calls.callAsync(helloRequest(clientName, wishes), greeting::read);
    }

    /**
     * Holds of this connection that end otherwise than by their own release, where {@link #hello} wished for
     * {@link Wish#LOST}. There is one stream, which ends with the connection: the end itself takes the holds, too, and is
     * not told of here.
     */
    public EventStream<LossEvent> losses() {
        return losses;
    }

    /** What the server holds and stores, as a JSON object on one line. */
    public String stats() throws InterruptedException {
        return calls.call(new Request.Stats(), Calls::text);
    }

    /** As {@link #stats}. */
    public CompletableFuture<String> statsAsync() {
        return calls.callAsync(new Request.Stats(), Calls::text);
    }

    /** What the operator of a cluster asks and has it do. */
    public ClusterCommands cluster() {
        return new ClusterCommands(calls);
    }

    /** Exclusive locks. */
    public LockCommands locks() {
        return new LockCommands(calls, HoldFamily.LOCK);
    }

    /** Semaphores. */
    public SemaphoreCommands semaphores() {
        return new SemaphoreCommands(calls);
    }

    /** The shared side of read-write locks. */
    public LockCommands readLocks() {
        return new LockCommands(calls, HoldFamily.READ);
    }

    /** The exclusive side of read-write locks. */
    public LockCommands writeLocks() {
        return new LockCommands(calls, HoldFamily.WRITE);
    }

    /** What can be done with holds whatever they are of. */
    public HoldCommands holds() {
        return new HoldCommands(calls);
    }

    public CounterCommands counters() {
        return new CounterCommands(calls);
    }

    public ValueCommands values() {
        return new ValueCommands(calls);
    }

    public ListCommands lists() {
        return new ListCommands(calls);
    }

    public SignalCommands signals() {
        return new SignalCommands(calls);
    }

    public BarrierCommands barriers() {
        return new BarrierCommands(calls);
    }

    public ElectionCommands elections() {
        return new ElectionCommands(calls);
    }

    public boolean isClosed() {
        return link.isClosed();
    }

    /** Why the connection ended; null while it stands. */
    public @Nullable DflockdException closeReason() {
        return link.isClosed() ? link.closed().join() : null;
    }

    /** Completes when the connection has ended, with why. */
    public CompletableFuture<DflockdException> closed() {
        return Futures.publish(link.closed(), Threads.callbacks(), () -> {});
    }

    /** Ends the connection at once, also under a call that waits. May be called twice. */
    @Override
    public void close() {
        losses.end(null);
        link.close();
    }

    private static Request helloRequest(String clientName, Wish... wishes) {
        return new Request.Hello(Arrays.stream(wishes).map(Wish::word).collect(Collectors.toUnmodifiableSet()),
                Checks.clientName(clientName));
    }

    private static void tell(Push push, EventBuffer<LossEvent> losses) {
        if (push instanceof Push.Lost lost) {
            losses.offer(new LossEvent.HoldLost(Octets.toText(lost.key()), lost.fence(), Octets.toText(lost.reason())));
        }
    }

    /** How durations may be sent here. For the library itself. */
    @SuppressWarnings("exports")
    public DurationRule durations() {
        return greeting;
    }

    /** For the library itself. */
    @SuppressWarnings("exports")
    public Link link() {
        return link;
    }

    /** Makes connections like this one. For the library itself. */
    @SuppressWarnings("exports")
    public Dialer dialer() {
        return new Dialer(route, options, link.time());
    }
}
