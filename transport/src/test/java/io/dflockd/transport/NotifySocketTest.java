package io.dflockd.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dflockd.service.SettingException;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotifySocketTest {
    private static final int MORE_THAN_THERE_IS_ROOM_FOR = 100_000;

    @TempDir Path folder;

    @BeforeEach
    void onLinux() {
        assumeTrue(Epoll.isAvailable());
    }

    @Test
    void whoListensAtAPathIsTold() throws IOException {
        var path = folder.resolve("notify").toString();
        var listener = listener(path);
        try {
            assertThat(NotifySocket.of(path).send("READY=1\nSTATUS=grüßt")).isTrue();
            assertThat(received(listener)).isEqualTo("READY=1\nSTATUS=grüßt");
        } finally {
            listener.close();
        }
    }

    @Test
    void whoListensAtANameWithoutAFileIsTold() throws IOException {
        var name = "dflockd/" + ProcessHandle.current().pid() + "/" + System.nanoTime();
        var listener = listener('\0' + name);
        try {
            assertThat(NotifySocket.of('@' + name).send("READY=1")).isTrue();
            assertThat(received(listener)).isEqualTo("READY=1");
        } finally {
            listener.close();
        }
    }

    @Test
    void nobodyWaitsForAListenerThatReadsNothing() throws IOException {
        var path = folder.resolve("notify").toString();
        var listener = listener(path);
        try {
            var socket = NotifySocket.of(path);
            int sent = 0;
            while (sent < MORE_THAN_THERE_IS_ROOM_FOR && socket.send("WATCHDOG=1")) {
                sent++;
            }
            assertThat(sent).isBetween(1, MORE_THAN_THERE_IS_ROOM_FOR - 1);

            received(listener);
            assertThat(socket.send("WATCHDOG=1")).isTrue();
        } finally {
            listener.close();
        }
    }

    @Test
    void aSocketThatNobodyHasIsAnError() {
        var socket = NotifySocket.of(folder.resolve("nobody").toString());

        assertThatThrownBy(() -> socket.send("READY=1")).isInstanceOf(IOException.class);
    }

    @Test
    void aNameThatCanBeNoSocketIsRefused() {
        assertThatThrownBy(() -> NotifySocket.of("vsock:2:9999"))
                .isInstanceOf(SettingException.class)
                .hasMessageContaining("NOTIFY_SOCKET: \"vsock:2:9999\" is not valid, must be a path or @ and a name");
        assertThatThrownBy(() -> NotifySocket.of("/" + "x".repeat(107))).isInstanceOf(SettingException.class);
    }

    private static Socket listener(String name) throws IOException {
        var listener = Socket.newSocketDomainDgram();
        listener.bind(new DomainSocketAddress(name));
        return listener;
    }

    private static String received(Socket listener) throws IOException {
        var buffer = ByteBuffer.allocateDirect(4096);
        int length = listener.read(buffer, 0, buffer.capacity());
        var bytes = new byte[Math.max(0, length)];
        buffer.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
