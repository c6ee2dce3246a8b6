package io.dflockd.server;

import io.dflockd.service.SettingException;
import io.dflockd.transport.NotifySocket;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells who started this process, systemd for example, how it is: that it serves, reads its files again, stops, and all the while
 * that it lives. Does nothing where nobody wants to know. Nobody waits for it: it has a thread of its own. Thread-safe.
 */
final class ServiceManager {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceManager.class);
    private static final String SOCKET = "NOTIFY_SOCKET";
    private static final String WATCHDOG = "WATCHDOG_USEC";
    private static final String WATCHDOG_PID = "WATCHDOG_PID";
    /** What may wait to be told; whoever takes nothing for so long has other worries. */
    private static final int MOST_MESSAGES = 16;
    private static final long BETWEEN_TRIES_MS = 100;
    private static final long NANOS_PER_MICRO = 1000;

    private final @Nullable NotifySocket socket;
    /** Empty where no sign of life is wanted. */
    private final Optional<Duration> betweenSigns;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("dflockd-notify").factory());
    /** Of that thread alone. */
    private final ArrayDeque<String> messages = new ArrayDeque<>();
    private boolean isUnheard;

    private ServiceManager(@Nullable NotifySocket socket, Optional<Duration> betweenSigns) {
        this.socket = socket;
        this.betweenSigns = betweenSigns;
    }

    /** What the environment of the process {@code pid} says; a fault in it is logged and keeps nobody from serving. */
    static ServiceManager of(Map<String, String> environment, long pid) {
        var name = environment.getOrDefault(SOCKET, "");
        if (name.isEmpty()) {
            return new ServiceManager(null, Optional.empty());
        }
        try {
            return new ServiceManager(NotifySocket.of(name), betweenSigns(environment, pid));
        } catch (SettingException e) {
            LOG.atWarn()
                    .setMessage("who started this server is not told how it is")
                    .addKeyValue("reason", e.getMessage())
                    .log();
            return new ServiceManager(null, Optional.empty());
        }
    }

    /** Half of the time after which silence is death. */
    private static Optional<Duration> betweenSigns(Map<String, String> environment, long pid) {
        var micros = environment.getOrDefault(WATCHDOG, "");
        var meant = environment.getOrDefault(WATCHDOG_PID, "");
        if (micros.isEmpty() || (!meant.isEmpty() && !meant.equals(Long.toString(pid)))) {
            return Optional.empty();
        }
        if (!micros.matches("[1-9][0-9]{0,17}")) {
            throw new SettingException(
                    "%s: \"%s\" is not valid, must be a whole number of microseconds".formatted(WATCHDOG, micros));
        }
        return Optional.of(Duration.ofNanos(Math.multiplyExact(Long.parseLong(micros), NANOS_PER_MICRO / 2)));
    }

    /** The server serves; {@code lives} says whether a restart would heal nothing, and is asked from now on. */
    void ready(String status, BooleanSupplier lives) {
        tell("READY=1\nSTATUS=" + status);
        betweenSigns.ifPresent(time -> {
            var unusedUntilTheEnd = thread.scheduleAtFixedRate(
                    () -> sign(lives), time.toNanos(), time.toNanos(), TimeUnit.NANOSECONDS);
        });
    }

    /** What it does before it can serve, which may take minutes. */
    void starting() {
        tell("STATUS=restores its state");
    }

    /** Its files are read again, until {@link #reloaded}. */
    void reloading() {
        // On Linux, the only system that has such sockets for it, this is the clock that is meant.
        tell("RELOADING=1\nMONOTONIC_USEC=" + System.nanoTime() / NANOS_PER_MICRO);
    }

    void reloaded() {
        tell("READY=1");
    }

    /** It stops, which takes so long at most: it is killed no sooner, whatever its unit says. */
    void stopping(Duration most) {
        tell("STOPPING=1\nEXTEND_TIMEOUT_USEC=%d\nSTATUS=lets clients take their last answers".formatted(
                TimeUnit.NANOSECONDS.toMicros(most.toNanos())));
    }

    private void tell(String message) {
        if (socket != null) {
            thread.execute(() -> {
                if (messages.size() < MOST_MESSAGES) {
                    messages.add(message);
                }
                sendAll(socket);
            });
        }
    }

    /** A sign that could not be sent is worth nothing later. */
    private void sign(BooleanSupplier lives) {
        if (socket != null && messages.isEmpty() && lives.getAsBoolean()) {
            send(socket, "WATCHDOG=1");
        }
    }

    private void sendAll(NotifySocket socket) {
        while (!messages.isEmpty()) {
            if (!send(socket, messages.element())) {
                var unusedNextTry = thread.schedule(() -> sendAll(socket), BETWEEN_TRIES_MS, TimeUnit.MILLISECONDS);
                return;
            }
            messages.remove();
        }
    }

    /** Whether no other try is needed. */
    private boolean send(NotifySocket socket, String message) {
        try {
            return socket.send(message);
        } catch (IOException e) {
            if (!isUnheard) {
                LOG.atWarn()
                        .setMessage("who started this server does not hear how it is")
                        .addKeyValue("reason", e.getMessage())
                        .log();
            }
            isUnheard = true;
            return true;
        }
    }
}
