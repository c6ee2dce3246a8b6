package io.dflockd.benchmarks;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;

/** A blocking client with a connection of its own, as thin as can be. Not thread-safe. */
abstract sealed class LockClient implements AutoCloseable {
    private static final long RETRY_NANOS = 1_000_000;

    private final Socket socket;
    private final OutputStream out;
    private final InputStream in;
    private final byte[] buffer = new byte[8192];
    private int from;
    private int to;

    LockClient(Target target) throws IOException {
        socket = target.connect();
        out = socket.getOutputStream();
        in = socket.getInputStream();
    }

    static LockClient open(Target target) throws IOException {
        return target.kind() == Target.Kind.REDIS ? new Redis(target) : new Lines(target);
    }

    /** Takes the lock, waiting for it, calls, and gives it back. */
    abstract void locked(String key, Runnable work) throws IOException;

    @Override
    public void close() throws IOException {
        socket.close();
    }

    final void send(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }

    final String line() throws IOException {
        int at = from;
        while (true) {
            for (; at < to; at++) {
                if (buffer[at] == '\n') {
                    var line = new String(buffer, from, at - from, StandardCharsets.US_ASCII);
                    from = at + 1;
                    return line;
                }
            }
            if (from > 0) {
                System.arraycopy(buffer, from, buffer, 0, to - from);
                at -= from;
                to -= from;
                from = 0;
            }
            int count = in.read(buffer, to, buffer.length - to);
            if (count < 0) {
                throw new EOFException("the server closed the connection");
            }
            to += count;
        }
    }

    static void require(boolean condition, String answer) throws IOException {
        if (!condition) {
            throw new IOException("unexpected answer: " + answer);
        }
    }

    /** The lines of dflockd, and of the floor. */
    private static final class Lines extends LockClient {
        Lines(Target target) throws IOException {
            super(target);
        }

        @Override
        void locked(String key, Runnable work) throws IOException {
            send("l\n" + key + "\n30 30\n");
            var grant = line();
            require(grant.startsWith("ok "), grant);
            work.run();
            send("r\n" + key + "\n" + grant.substring(3, 35) + "\n");
            var released = line();
            require(released.equals("ok"), released);
        }
    }

    /** {@code SET NX PX} and a script that compares and deletes; who does not get it tries again in a millisecond. */
    private static final class Redis extends LockClient {
        private static final String SCRIPT = "if redis.call('get',KEYS[1])==ARGV[1] then return redis.call('del',KEYS[1]) else return 0 end";
        private static final String TOKEN = "0123456789abcdef0123456789abcdef";

        private final String sha;

        Redis(Target target) throws IOException {
            super(target);
            send(command("SCRIPT", "LOAD", SCRIPT));
            line();
            sha = line().trim();
        }

        @Override
        void locked(String key, Runnable work) throws IOException {
            var set = command("SET", key, TOKEN, "NX", "PX", "30000");
            send(set);
            while (line().startsWith("$-1")) {
                LockSupport.parkNanos(RETRY_NANOS);
                send(set);
            }
            work.run();
            send(command("EVALSHA", sha, "1", key, TOKEN));
            var released = line();
            require(released.startsWith(":1"), released);
        }
    }

    /** A command in Redis's protocol. */
    static String command(String... words) {
        var text = new StringBuilder("*").append(words.length).append("\r\n");
        for (var word : words) {
            text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return text.toString();
    }
}
