package io.dflockd.benchmarks.watched;

import io.dflockd.benchmarks.target.Server;
import io.dflockd.benchmarks.target.Target;
import io.dflockd.benchmarks.target.Targets;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who holds many locks of a server, and perhaps has its console open on the list of them: what a page of it asks is asked
 * at its pace, by no browser, which would take a processor itself; and a scrape every 15 s. Each of it is asked in the first
 * seconds of a run, so in a short one more often than its pace.
 */
public final class Console implements Closeable {
    /** Two that are equal, and one that is looked at. */
    public static final String QUIET = "quiet";

    public static final String AGAIN = "quiet-again";
    public static final String WATCHED = "watched";

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int AT_ONCE = 500;
    private static final int WARM_UPS = 100;
    private static final String STATUS = "/api/v1/status";
    private static final String LOCKS = "/api/v1/locks?limit=50";
    private static final String METRICS = "/metrics";

    private final Socket holder;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String root;
    private final boolean looks;
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    private Console(Socket holder, String root, boolean looks) {
        this.holder = holder;
        this.root = root;
        this.looks = looks;
    }

    /** Ours three times, with a port for operators. */
    public static List<Target> targets(Path root) {
        var ours = Targets.named(Targets.OURS, root).with(List.of("--admin-port", Target.ADMIN));
        return List.of(ours.named(QUIET), ours.named(AGAIN), ours.named(WATCHED));
    }

    /** Takes so many locks, and has the server answer what a console asks until it does so quickly. */
    public static Console open(Server server, int locks) throws IOException {
        var holder = new Socket(InetAddress.getLoopbackAddress(), server.port());
        var in = new BufferedInputStream(holder.getInputStream());
        for (int from = 0; from < locks; from += AT_ONCE) {
            int to = Math.min(locks, from + AT_ONCE);
            var lines = new StringBuilder();
            for (int i = from; i < to; i++) {
                lines.append("l\nteam-%d/jobs/%07d\n0 36000\n".formatted(i % 100, i));
            }
            holder.getOutputStream().write(lines.toString().getBytes(StandardCharsets.US_ASCII));
            for (int i = from; i < to; i++) {
                requireGrant(in);
            }
        }
        var console = new Console(holder, "http://127.0.0.1:" + server.adminPort(),
                server.target().name().equals(WATCHED));
        console.warmUp();
        return console;
    }

    /** At all of them: what is measured is a server that has answered such requests for a while, beside one that has too. */
    private void warmUp() throws IOException {
        for (int i = 0; i < WARM_UPS; i++) {
            ask(STATUS);
            ask(LOCKS);
            ask(METRICS);
        }
        requireAnswers();
        asked.set(0);
    }

    private static void requireGrant(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw new IOException("the server closed the connection of the holder");
            }
            line.append((char) octet);
        }
        if (line.indexOf("ok ") != 0) {
            throw new IOException("a lock that nobody holds is not granted: " + line);
        }
    }

    /** Looks until what is returned is closed; that throws where something was not answered. */
    public Closeable look() {
        if (!looks) {
            return () -> {};
        }
        var clock = Executors.newSingleThreadScheduledExecutor(task -> {
            var thread = new Thread(task, "console");
            thread.setDaemon(true);
            return thread;
        });
        // Behind a warm-up of a second or two each falls into what is measured.
        every(clock, 1, 2, STATUS);
        every(clock, 2, 5, LOCKS);
        every(clock, 3, 15, METRICS);
        return () -> {
            clock.shutdownNow();
            clock.close();
            requireAnswers();
        };
    }

    private void requireAnswers() throws IOException {
        @Nullable Throwable failed = failure.get();
        if (failed != null) {
            throw new IOException("the console was not answered", failed);
        }
    }

    private void every(ScheduledExecutorService clock, int first, int seconds, String path) {
        clock.scheduleAtFixedRate(() -> ask(path), first, seconds, TimeUnit.SECONDS);
    }

    private void ask(String path) {
        try {
            var answer = http.send(HttpRequest.newBuilder(URI.create(root + path)).timeout(PATIENCE).build(),
                    HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException(path + ": " + answer.statusCode() + " " + answer.body());
            }
            asked.incrementAndGet();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the run is over
        } catch (IOException e) {
            failure.compareAndSet(null, e);
        }
    }

    /** How many requests were answered so far. */
    public int asked() {
        return asked.get();
    }

    @Override
    public void close() throws IOException {
        http.close();
        holder.close();
    }
}
