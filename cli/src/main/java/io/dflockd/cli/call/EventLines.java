package io.dflockd.cli.call;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Reads server-sent events, and gives up on a server that is silent. */
final class EventLines implements AutoCloseable {
    /** There is a line at least every 15 s, so what is silent for so long has nobody at its other end. */
    private static final long SILENCE_SECONDS = 40;

    private final InputStream in;
    private final BufferedReader lines;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("dflock-watch").unstarted(task));
    private volatile boolean heard = true;
    private volatile boolean silent;

    EventLines(InputStream in) {
        this.in = in;
        this.lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        var unused = watch.scheduleAtFixedRate(this::look, SILENCE_SECONDS, SILENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Is told one event; the name is empty unless it has one. */
    interface Listener {
        void event(String name, String data);
    }

    /** All that is to come, where it is no events. */
    String rest() {
        return lines.lines().collect(Collectors.joining());
    }

    /** Tells what comes, to its end. */
    void tell(Listener listener) throws IOException {
        try {
            var name = "";
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                heard = true;
                if (line.isEmpty()) {
                    name = "";
                } else if (line.startsWith("event: ")) {
                    name = line.substring("event: ".length());
                } else if (line.startsWith("data: ")) {
                    listener.event(name, line.substring("data: ".length()));
                }
            }
        } catch (IOException e) {
            throw silent ? new IOException("it is silent", e) : e;
        }
    }

    private void look() {
        if (!heard) {
            silent = true;
            closeInput();
        }
        heard = false;
    }

    private void closeInput() {
        try {
            in.close();
        } catch (IOException e) {
            // whoever reads it notices
        }
    }

    @Override
    public void close() {
        watch.shutdownNow();
        closeInput();
    }
}
