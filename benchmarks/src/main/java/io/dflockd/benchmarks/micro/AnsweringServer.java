package io.dflockd.benchmarks.micro;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Grants whatever it is asked for, with a thread for each connection. It allocates nothing for a request, so that what is
 * allocated in its process belongs to the client.
 */
final class AnsweringServer implements Closeable {
    private static final byte[] GRANT = bytes("ok 0123456789abcdef0123456789abcdef 30 1795510582712676\n");
    private static final byte[] HELLO = bytes("ok dflockd/benchmark ping,tags,cancel,sessions\n");
    private static final byte[] NEW_SESSION = bytes("ok new\n");
    private static final byte[] OK = bytes("ok\n");
    private static final int BUFFER_BYTES = 64 * 1024;

    private final ServerSocket listener;

    AnsweringServer() throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    /** As {@code host:port}. */
    String address() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    /** Connections end when their clients end them. */
    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void accept() throws IOException {
        while (!listener.isClosed()) {
            var socket = listener.accept();
            socket.setTcpNoDelay(true);
            start(() -> {
                try (socket) {
                    new Answers(socket).run();
                }
            });
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private void start(Work work) {
        var unusedAsItEndsWithTheSocket = Thread.ofPlatform().daemon().name("answers").start(() -> {
            try {
                work.run();
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        });
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** One connection. A request has three lines, the first of which may begin with a tag that the answer repeats. */
    private static final class Answers {
        private static final int LINES = 3;

        private final InputStream in;
        private final OutputStream out;
        private final byte[] input = new byte[BUFFER_BYTES];
        private final byte[] output = new byte[2 * BUFFER_BYTES];
        private int inputEnd;
        private int outputEnd;

        Answers(Socket socket) throws IOException {
            in = socket.getInputStream();
            out = socket.getOutputStream();
        }

        void run() throws IOException {
            int count;
            while ((count = in.read(input, inputEnd, input.length - inputEnd)) > 0) {
                inputEnd += count;
                int rest = answerAll();
                System.arraycopy(input, rest, input, 0, inputEnd - rest);
                inputEnd -= rest;
                out.write(output, 0, outputEnd);
                outputEnd = 0;
            }
        }

        /** Where the first request begins that is not whole. */
        private int answerAll() {
            int from = 0;
            int lines = 0;
            for (int at = 0; at < inputEnd; at++) {
                if (input[at] == '\n' && ++lines == LINES) {
                    answer(from);
                    from = at + 1;
                    lines = 0;
                }
            }
            return from;
        }

        private void answer(int from) {
            int command = from;
            if (input[from] == '@') {
                while (input[command++] != ' ') {
                    // on to the blank behind the tag
                }
                put(input, from, command - from);
            }
            var answer = switch (input[command]) {
                case 'l' -> GRANT;
                case 'h' -> HELLO;
                case 's' -> NEW_SESSION;
                default -> OK;
            };
            put(answer, 0, answer.length);
        }

        private void put(byte[] from, int at, int count) {
            System.arraycopy(from, at, output, outputEnd, count);
            outputEnd += count;
        }
    }
}
