package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dflockd.transport.NotifySocket;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What systemd is told, by a socket as it makes one. */
@Timeout(60)
class ServiceManagerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long PID = 42;
    private static final String SIGN = "WATCHDOG=1";

    @TempDir Path folder;
    private Socket listener;
    private String name;

    @BeforeEach
    void listen() throws IOException {
        assumeTrue(Epoll.isAvailable());
        name = folder.resolve("notify").toString();
        listener = Socket.newSocketDomainDgram();
        listener.bind(new DomainSocketAddress(name));
    }

    @AfterEach
    void stopListening() throws IOException {
        if (listener != null) {
            listener.close();
        }
    }

    @Test
    void theProgramTellsOfItsWholeLife() throws Exception {
        var program = new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ServerMain.class.getName(),
                "--port",
                "0",
                "--admin-port",
                "off",
                "--shutdown-delay",
                "1",
                "--shutdown-timeout",
                "100");
        program.environment().put("NOTIFY_SOCKET", name);
        program.environment().put("WATCHDOG_USEC", "200000");
        var process = program.redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        try {
            assertThat(next()).isEqualTo("STATUS=restores its state");
            assertThat(next()).startsWith("READY=1\nSTATUS=listens on 127.0.0.1:");
            assertThat(next()).isEqualTo(SIGN);
            assertThat(next()).isEqualTo(SIGN);

            long before = System.nanoTime() / 1000;
            assertThat(new ProcessBuilder("kill", "-HUP", "" + process.pid()).start().waitFor()).isZero();
            var reloading = nextBut(SIGN);
            assertThat(reloading).startsWith("RELOADING=1\nMONOTONIC_USEC=");
            assertThat(Long.parseLong(reloading.substring(reloading.lastIndexOf('=') + 1)))
                    .isBetween(before, System.nanoTime() / 1000);
            assertThat(nextBut(SIGN)).isEqualTo("READY=1");

            process.destroy();
            assertThat(nextBut(SIGN)).startsWith("STOPPING=1\nEXTEND_TIMEOUT_USEC=111000000\n");
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aServerThatNoLongerLivesGivesNoSign() throws IOException {
        var lives = new AtomicBoolean(true);
        var asked = new AtomicBoolean();
        var manager = ServiceManager.of(
                Map.of("NOTIFY_SOCKET", name, "WATCHDOG_USEC", "20000", "WATCHDOG_PID", "" + PID), PID);
        manager.ready("well", () -> {
            asked.set(true);
            return lives.get();
        });
        assertThat(nextBut(SIGN)).startsWith("READY=1");
        assertThat(next()).isEqualTo(SIGN);

        lives.set(false);
        // One may have been on its way; then it is asked again, twice, and nothing comes.
        for (int i = 0; i < 3; i++) {
            asked.set(false);
            await(() -> asked.get());
        }
        while (!received().isEmpty()) {
            assertThat(lives).isFalse();
        }
        asked.set(false);
        await(() -> asked.get());
        manager.stopping(Duration.ofSeconds(40));
        assertThat(next()).startsWith("STOPPING=1");
    }

    @Test
    void aSignOfAnotherProcessIsNotGivenForIt() throws IOException {
        var manager = ServiceManager.of(
                Map.of("NOTIFY_SOCKET", name, "WATCHDOG_USEC", "2000", "WATCHDOG_PID", "" + (PID + 1)), PID);
        var asked = new AtomicBoolean();
        manager.ready("well", () -> {
            asked.set(true);
            return true;
        });
        manager.reloading();
        manager.reloaded();

        assertThat(next()).startsWith("READY=1\n");
        assertThat(next()).startsWith("RELOADING=1\n");
        assertThat(next()).isEqualTo("READY=1");
        assertThat(asked).isFalse();
    }

    @Test
    void whatFindsNoRoomIsToldLaterAndInOrder() throws IOException {
        var fill = NotifySocket.of(name);
        int filled = 0;
        while (fill.send("FILL=1")) {
            filled++;
        }
        var manager = ServiceManager.of(Map.of("NOTIFY_SOCKET", name), PID);
        manager.starting();
        manager.ready("well", () -> true);
        manager.stopping(Duration.ofSeconds(40));

        List<String> told = new ArrayList<>();
        while (told.size() < filled + 3) {
            told.add(next());
        }
        assertThat(told.subList(filled, told.size())).extracting(text -> text.substring(0, text.indexOf('=')))
                .containsExactly("STATUS", "READY", "STOPPING");
    }

    @Test
    void aFaultInTheEnvironmentKeepsNobodyFromServing() {
        for (var environment : List.of(
                Map.of("NOTIFY_SOCKET", "vsock:2:1"),
                Map.of("NOTIFY_SOCKET", name, "WATCHDOG_USEC", "soon"),
                Map.of("NOTIFY_SOCKET", folder.resolve("nobody").toString(), "WATCHDOG_USEC", "1000"),
                Map.<String, String>of())) {
            var manager = ServiceManager.of(environment, PID);
            manager.starting();
            manager.ready("well", () -> true);
            manager.stopping(Duration.ofSeconds(40));
        }
    }

    private String nextBut(String other) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        var message = next();
        while (message.equals(other)) {
            assertThat(System.nanoTime()).as("nothing comes but %s", other).isLessThan(deadline);
            message = next();
        }
        return message;
    }

    /** Waits for it. */
    private String next() throws IOException {
        var found = new String[]{""};
        await(() -> {
            try {
                found[0] = received();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            return !found[0].isEmpty();
        });
        return found[0];
    }

    private static void await(BooleanSupplier happened) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!happened.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private String received() throws IOException {
        var buffer = ByteBuffer.allocateDirect(4096);
        int length = listener.read(buffer, 0, buffer.capacity());
        var bytes = new byte[Math.max(0, length)];
        buffer.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
