package io.dflockd.acceptance.soak;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the locks guard. Whoever enters says with which fence; the witness lets nobody in with a lower fence than it has
 * seen for the key, as a guarded resource should.
 *
 * <p>Two at once are a violation, unless the one who is inside belongs to a process that was stopped or killed lately: it
 * may be inside for longer than its lease, and the fence keeps it from doing harm.
 */
final class Witness implements AutoCloseable {
    private record Inside(String process, long fence) {}

    private final ServerSocket listener;
    private final long disturbedNanos;
    private final Map<String, Inside> inside = new HashMap<>();
    private final Map<String, Long> highest = new HashMap<>();
    private final Map<String, Long> disturbedAt = new HashMap<>();
    private final List<String> violations = new ArrayList<>();
    private long entries;
    private long staleRefused;
    private long takenOver;

    /** Forgives a process what happens for so long after it was disturbed. */
    Witness(long disturbedNanos) {
        this.disturbedNanos = disturbedNanos;
        try {
            listener = new ServerSocket(0, 512, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** The process is about to be stopped or killed, or has just been woken. */
    synchronized void disturbed(String process) {
        disturbedAt.put(process, System.nanoTime());
    }

    synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    synchronized String summary() {
        return "%d entries, %d keys, %d stale fences refused, %d times taken over from a stopped or killed process, %d violations"
                .formatted(entries, highest.size(), staleRefused, takenOver, violations.size());
    }

    synchronized long entries() {
        return entries;
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                var socket = listener.accept();
                start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        var mine = new HashMap<String, Long>();
        try (socket;
                var in = new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
            socket.setTcpNoDelay(true);
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                var words = line.split(" ", -1);
                var answer = words[0].equals("enter")
                        ? enter(words[1], words[2], Long.parseLong(words[3]), mine)
                        : leave(words[2], Long.parseLong(words[3]), mine);
                socket.getOutputStream().write((answer + "\n").getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            // The process was killed.
        }
        mine.forEach((key, fence) -> leave(key, fence, new HashMap<>()));
    }

    private synchronized String enter(String process, String key, long fence, Map<String, Long> mine) {
        entries++;
        if (fence <= highest.getOrDefault(key, 0L)) {
            staleRefused++;
            if (!isDisturbed(process)) {
                violations.add("%s entered %s with fence %d after %d".formatted(process, key, fence, highest.get(key)));
            }
            return "stale";
        }
        var other = inside.put(key, new Inside(process, fence));
        highest.put(key, fence);
        mine.put(key, fence);
        if (other != null && isDisturbed(other.process)) {
            takenOver++;
        } else if (other != null) {
            violations.add("%s: %s with fence %d and %s with fence %d at once"
                    .formatted(key, other.process, other.fence, process, fence));
        }
        return "ok";
    }

    private synchronized String leave(String key, long fence, Map<String, Long> mine) {
        mine.remove(key, fence);
        var present = inside.get(key);
        if (present == null || present.fence != fence) {
            return "stale";
        }
        inside.remove(key);
        return "ok";
    }

    private boolean isDisturbed(String process) {
        var at = disturbedAt.get(process);
        return at != null && System.nanoTime() - at < disturbedNanos;
    }

    private static void start(Runnable task) {
        var thread = new Thread(task, "witness");
        thread.setDaemon(true);
        thread.start();
    }
}
