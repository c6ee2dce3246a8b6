package io.dflockd.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.Assertions;

/** A server that does what the test says: takes connections, expects requests, answers lines. All waits are bounded. */
public final class FakeServer implements AutoCloseable {
    private static final int DEADLINE_MILLIS = 10_000;

    private final ServerSocket listener;
    private final List<Peer> peers = new ArrayList<>();

    public FakeServer() {
        this(plain());
    }

    public FakeServer(ServerSocket listener) {
        this.listener = listener;
    }

    public String address() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    /** The next connection. */
    public Peer accept() {
        try {
            listener.setSoTimeout(DEADLINE_MILLIS);
            var peer = new Peer(listener.accept());
            peers.add(peer);
            return peer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Refuses whoever comes from now on. */
    public void stopListening() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        peers.forEach(Peer::close);
        stopListening();
    }

    /** Runs the call on a thread of its own: the common pool has too few for calls that wait for each other. */
    public static <T> CompletableFuture<T> async(Callable<T> call) {
        var result = new CompletableFuture<T>();
        var thread = new Thread(() -> {
            try {
                result.complete(call.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        }, "test-async");
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    /** As {@link #async(Callable)}, for calls without a result. */
    public static CompletableFuture<Void> run(Action action) {
        return async(() -> {
            action.run();
            return null;
        });
    }

    /** Something that may throw. */
    public interface Action {
        void run() throws Exception;
    }

    /** Waits until it is so. */
    public static void eventually(BooleanSupplier condition) {
        long end = System.nanoTime() + DEADLINE_MILLIS * 1_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("did not become true within " + DEADLINE_MILLIS + " ms");
            }
            try {
                Thread.sleep(1);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static ServerSocket plain() {
        try {
            return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The server's end of one connection. */
    public static final class Peer implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader in;

        private Peer(Socket socket) throws IOException {
            this.socket = socket;
            socket.setSoTimeout(DEADLINE_MILLIS);
            socket.setTcpNoDelay(true); // or the second of two lines waits 40 ms for the acknowledgement of the first
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
        }

        /** Waits for a request, which must be this one. A greeting before it is answered as by a server that knows none. */
        public Peer expect(String command, String key, String argument) {
            var request = request();
            if (request.get(0).equals("hello") && !command.equals("hello")) {
                send("error");
                request = request();
            }
            Assertions.assertThat(request).isEqualTo(List.of(command, key, argument));
            return this;
        }

        /** Waits for the greeting, and answers as a server with these settings. */
        public Peer greet(String settings) {
            return expect("hello", "lost", "java").send("ok dflockd/1 ping " + settings);
        }

        public List<String> request() {
            try {
                return List.of(in.readLine(), in.readLine(), in.readLine());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        public Peer send(String line) {
            return sendRaw(line + "\n");
        }

        public Peer sendRaw(String text) {
            try {
                socket.getOutputStream().write(text.getBytes(UTF_8));
                return this;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** So many lines as they come, each char a byte, with their ends. Only before anything is read otherwise. */
        public String octets(int lines) {
            var text = new StringBuilder();
            try {
                for (int left = lines; left > 0;) {
                    int octet = socket.getInputStream().read();
                    text.append((char) octet);
                    left -= octet == '\n' || octet < 0 ? 1 : 0;
                }
                return text.toString();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        public void sendOctets(String octets) {
            try {
                socket.getOutputStream().write(octets.getBytes(ISO_8859_1));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Waits for the client to go. */
        public void expectEnd() {
            try {
                Assertions.assertThat(in.readLine()).isNull();
            } catch (SocketException e) {
                Assertions.assertThat(e).hasMessageContaining("reset");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Waits for the client to go, whatever it said before that. */
        public void expectEndAfterGreeting() {
            eventually(this::isEnded);
        }

        /** Whether the client has gone, once what it sent before has been read. */
        public boolean isEnded() {
            try {
                var unused = in.skip(Long.MAX_VALUE);
                return in.read() < 0;
            } catch (SocketException e) {
                return true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Breaks the connection as a crashed machine's kernel does. */
        public void reset() {
            try {
                socket.setSoLinger(true, 0);
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
