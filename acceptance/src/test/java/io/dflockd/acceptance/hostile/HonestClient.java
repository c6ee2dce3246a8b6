package io.dflockd.acceptance.hostile;

import static io.dflockd.acceptance.hostile.Requests.request;
import static io.dflockd.acceptance.hostile.Requests.tokenOf;

import io.dflockd.testkit.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A client as most are: it holds a lock whose lease it renews, and does something small over and over, of which it
 * measures how long the answer took, without the time for which the machine kept the server or itself from running (see
 * {@link WaitForProcessor}). A refusal because a limit is reached is an answer like others; a hold that is lost, an
 * answer that does not come or a connection that ends is not.
 */
final class HonestClient implements AutoCloseable {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final long SINCE = ProcessHandle.current().pid();
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final int LEASE_SECONDS = 40;
    private static final long RENEWAL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    private final InetSocketAddress server;
    private final long process;
    private final String secret;
    private final String key = "honest/" + SINCE + "/" + COUNT.incrementAndGet();
    private final Thread thread = new Thread(this::run, "honest-client");
    private final Measured own = new Measured();
    private final Measured whole = new Measured();
    /** How many are measured, for other threads. */
    private volatile int pairs;
    private volatile boolean hurries;
    private volatile boolean ends;
    private volatile Throwable failure;
    private BufferedReader in;
    private Socket socket;
    private WaitForProcessor waits;

    private HonestClient(InetSocketAddress server, long process, String secret) {
        this.server = server;
        this.process = process;
        this.secret = secret;
        thread.setDaemon(true);
    }

    /** Returns once it has its hold. The secret is that of the server, or empty; the process is the server's. */
    static HonestClient begin(InetSocketAddress server, long process, String secret) {
        var client = new HonestClient(server, process, secret);
        client.thread.start();
        client.awaitPairs(1);
        return client;
    }

    /** Waits until it has done so many more, between which it does not pause. */
    void awaitPairs(int more) {
        int wanted = pairs + more;
        hurries = true;
        Eventually.await("an honest client is served", DEADLINE.multipliedBy(2),
                () -> pairs >= wanted || failure != null);
        hurries = false;
    }

    Report end() {
        ends = true;
        try {
            thread.join(DEADLINE.toMillis() * 2);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return new Report(pairs, own.percentile(50), own.percentile(99), own.percentile(100), whole.percentile(99),
                whole.percentile(100), failure == null ? "" : String.valueOf(failure.getMessage()));
    }

    @Override
    public void close() {
        ends = true;
    }

    private void run() {
        try (var connection = new Socket(); var processors = new WaitForProcessor(process)) {
            socket = connection;
            waits = processors;
            connection.setTcpNoDelay(true);
            connection.connect(server, (int) DEADLINE.toMillis());
            connection.setSoTimeout((int) DEADLINE.toMillis());
            in = new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
            if (!secret.isEmpty()) {
                expect("ok", ask("auth", "_", secret));
            }
            work();
        } catch (IOException | AssertionError e) {
            failure = e;
        }
    }

    private void work() throws IOException {
        var grant = ask("l", key, "5 " + LEASE_SECONDS);
        expect("ok", grant);
        var token = tokenOf(grant);
        long renewed = System.nanoTime();
        for (int i = 0; !ends; i++) {
            if (System.nanoTime() - renewed > RENEWAL_NANOS) {
                expect("ok", timed("n", key, token + " " + LEASE_SECONDS));
                renewed = System.nanoTime();
            }
            switch (i % 4) {
                case 0 -> expect("ok", timed("ping", "_", ""));
                case 1 -> allow(timed("incr", key, "1"));
                case 2 -> expect("ok", timed("get", key, ""));
                default -> {
                    var other = timed("l", key + "/pair", "0 " + LEASE_SECONDS);
                    allow(other);
                    if (other.startsWith("ok ")) {
                        expect("ok", timed("r", key + "/pair", tokenOf(other)));
                    }
                }
            }
            if (!hurries) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
        expect("ok", ask("r", key, token));
        allow(ask("cset", key, "0"));
    }

    private String timed(String verb, String to, String argument) throws IOException {
        long waited = waits.nanos();
        long begun = System.nanoTime();
        var answer = ask(verb, to, argument);
        long nanos = System.nanoTime() - begun;
        whole.add(nanos);
        own.add(Math.max(0, nanos - (waits.nanos() - waited)));
        pairs = own.count();
        return answer;
    }

    private String ask(String verb, String to, String argument) throws IOException {
        socket.getOutputStream().write(Requests.bytes(request(verb, to, argument)));
        try {
            var answer = in.readLine();
            if (answer == null) {
                throw new AssertionError("its connection was closed at " + verb);
            }
            return answer;
        } catch (IOException e) {
            throw new AssertionError("no answer to " + verb + ": " + e.getMessage(), e);
        }
    }

    private static void expect(String word, String answer) {
        if (!answer.equals(word) && !answer.startsWith(word + " ")) {
            throw new AssertionError("it was to be " + word + " and was \"" + answer + "\"");
        }
    }

    /** Limits may refuse what would grow the state. */
    private static void allow(String answer) {
        if (!answer.startsWith("error_max_")) {
            expect("ok", answer);
        }
    }
}
