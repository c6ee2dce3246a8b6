package io.dflockd.conformance;

import io.dflockd.testkit.WireClient;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

/**
 * Named connections to one server, the names bound in what they said, and keys that no other conversation uses. Not
 * thread-safe, except that each connection may be used by a thread of its own once it is open.
 */
final class Conversation implements AutoCloseable {
    private static final String RUN = Long.toHexString(ThreadLocalRandom.current().nextLong() | 1L << 63)
            .substring(0, 8);
    private static final AtomicLong COUNT = new AtomicLong();
    private static final Pattern ROW_COUNTS = Pattern.compile("\"(?:waiters|pop_waiters|participants)\":(\\d+)");
    private static final long POLL_NANOS = 2_000_000;

    private final Target target;
    private final String prefix = RUN + "-" + COUNT.incrementAndGet() + "-";
    private final Bindings bindings;
    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, Speaker> clients = new LinkedHashMap<>();
    private Speaker control;

    Conversation(Target target) {
        this.target = target;
        this.bindings = new Bindings(target.dialect());
    }

    /** The connection of that name, opened when it is first asked for. */
    Speaker client(String name) {
        return clients.computeIfAbsent(name, this::open);
    }

    /** This conversation's own key for a name. */
    String key(String name) {
        return prefix + name;
    }

    Bindings bindings() {
        return bindings;
    }

    /** Plays lines of a transcript. Connections stay open until the conversation ends. */
    void run(String lines) {
        Transcript.ofLines(lines).play(this);
    }

    /** How many wait at the key, by what {@code stats} says: for a lock, for a value, at a barrier. */
    int waitingAt(String key) {
        var row = Pattern.compile("\\{[^{}]*\"key\":\"" + Pattern.quote(key) + "\"[^{}]*}").matcher(stats());
        int waiting = 0;
        while (row.find()) {
            var counts = ROW_COUNTS.matcher(row.group());
            while (counts.find()) {
                waiting += Integer.parseInt(counts.group(1));
            }
        }
        return waiting;
    }

    /** Waits until exactly that many wait at the key. */
    void awaitWaiting(String key, int expected) {
        awaitWaiting(key, expected, () -> false);
    }

    /** Waits until exactly that many wait at the key, or nobody needs to any more. */
    void awaitWaiting(String key, int expected, BooleanSupplier settled) {
        long until = System.nanoTime() + WireClient.PATIENCE.toNanos();
        int waiting = waitingAt(key);
        while (waiting != expected && !settled.getAsBoolean()) {
            if (System.nanoTime() > until) {
                throw control.failure("expected " + expected + " to wait at " + key + " but stats says " + waiting);
            }
            LockSupport.parkNanos(POLL_NANOS);
            waiting = waitingAt(key);
        }
    }

    /** The JSON object that answers {@code stats}. */
    String stats() {
        if (control == null) {
            control = open("control");
        }
        var line = control.send("stats", "_", "").line();
        if (!line.startsWith("ok {")) {
            throw control.failure("no statistics: " + line);
        }
        return line.substring(3);
    }

    /** Ends the connections that are still open. */
    @Override
    public void close() {
        if (control != null) {
            control.close();
        }
        clients.values().forEach(Speaker::close);
    }

    private Speaker open(String name) {
        // What the control connection says would only clutter the log of a failure.
        var ownLog = name.equals("control") ? new ArrayList<String>() : log;
        return new Speaker(name, target.connect(), bindings, ownLog);
    }
}
