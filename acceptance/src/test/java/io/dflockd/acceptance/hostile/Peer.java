package io.dflockd.acceptance.hostile;

import io.dflockd.testkit.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/**
 * One end of a connection that does with it what it likes. Nothing here blocks for longer than a deadline, also where the
 * server takes nothing or says nothing. For one thread.
 */
final class Peer implements AutoCloseable {
    static final Duration DEADLINE = Duration.ofSeconds(10);
    /** After so long without a byte taken, the server is held to take no more. */
    private static final Duration REFUSED = Duration.ofMillis(250);
    private static final long POLL_NANOS = 100_000;
    private static final int CHUNK = 1 << 16;

    private final SocketChannel channel;
    private final StringBuilder line = new StringBuilder();
    private ByteBuffer in = ByteBuffer.allocate(0);
    private long answers;
    private boolean ended;

    private Peer(SocketChannel channel) {
        this.channel = channel;
    }

    static Peer connect(InetSocketAddress server) {
        return connect(server, null);
    }

    /** As another machine would: {@code from} is an address of the loopback network. */
    static Peer connect(InetSocketAddress server, InetAddress from) {
        try {
            var channel = SocketChannel.open();
            // What is not read piles up at the server soon.
            channel.setOption(StandardSocketOptions.SO_RCVBUF, CHUNK);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (from != null) {
                channel.bind(new InetSocketAddress(from, 0));
            }
            channel.socket().connect(server, (int) DEADLINE.toMillis());
            channel.configureBlocking(false);
            return new Peer(channel);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes what the server takes, until it has taken nothing for the time; false where that is not all. */
    boolean offer(byte[] bytes, Duration patience) {
        var buffer = ByteBuffer.wrap(bytes);
        long since = System.nanoTime();
        while (buffer.hasRemaining() && !ended) {
            try {
                if (channel.write(buffer) > 0) {
                    since = System.nanoTime();
                } else if (System.nanoTime() - since > patience.toNanos()) {
                    return false;
                } else {
                    LockSupport.parkNanos(POLL_NANOS);
                }
            } catch (IOException e) {
                ended = true;
            }
        }
        return !buffer.hasRemaining();
    }

    Peer say(String text) {
        if (!offer(Requests.bytes(text), DEADLINE)) {
            throw new AssertionError(
                    (ended ? "the server has ended the connection" : "the server takes nothing") + " at \""
                            + text.lines().findFirst().orElse("") + "\"");
        }
        return this;
    }

    /** Says so many requests and reads no answer; stops where the server takes no more. */
    Peer burst(int count, IntFunction<String> request) {
        send(count, request, false);
        return this;
    }

    /** Says so many requests, reads all the while, and waits until as many lines came or the connection ended. */
    Peer flood(int count, IntFunction<String> request) {
        long wanted = answers + count;
        send(count, request, true);
        long since = System.nanoTime();
        while (answers < wanted && !ended) {
            if (discard() > 0) {
                since = System.nanoTime();
            } else if (System.nanoTime() - since > DEADLINE.toNanos()) {
                throw new AssertionError("no answer for " + DEADLINE + ", " + (wanted - answers) + " are open");
            } else {
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
        return this;
    }

    private void send(int count, IntFunction<String> request, boolean reads) {
        var chunk = new StringBuilder(CHUNK);
        for (int i = 0; i < count && !ended; i++) {
            chunk.append(request.apply(i));
            if (chunk.length() >= CHUNK || i == count - 1) {
                if (!offerAndRead(Requests.bytes(chunk.toString()), reads)) {
                    return;
                }
                chunk.setLength(0);
            }
        }
    }

    private boolean offerAndRead(byte[] bytes, boolean reads) {
        if (!reads) {
            return offer(bytes, REFUSED);
        }
        var buffer = ByteBuffer.wrap(bytes);
        long since = System.nanoTime();
        while (buffer.hasRemaining() && !ended) {
            try {
                if (channel.write(buffer) + discard() > 0) {
                    since = System.nanoTime();
                } else if (System.nanoTime() - since > DEADLINE.toNanos()) {
                    throw new AssertionError("the server neither takes nor gives anything for " + DEADLINE);
                } else {
                    LockSupport.parkNanos(POLL_NANOS);
                }
            } catch (IOException e) {
                ended = true;
            }
        }
        return !buffer.hasRemaining();
    }

    /** Reads what is there and drops it, but counts its lines. Returns how many bytes it was. */
    long discard() {
        long bytes = 0;
        while (in.hasRemaining() || fill()) {
            bytes += in.remaining();
            while (in.hasRemaining()) {
                if (in.get() == '\n') {
                    answers++;
                }
            }
        }
        return bytes;
    }

    /** How many whole lines came. */
    long answers() {
        return answers;
    }

    /** The next line; an assertion fails where none comes in time. */
    String line() {
        var next = lineOrEnd(DEADLINE);
        if (next == null) {
            throw new AssertionError("the server has ended the connection");
        }
        return next;
    }

    /** The next line; null where the connection ended before there was one. */
    String lineOrEnd(Duration most) {
        long deadline = System.nanoTime() + most.toNanos();
        while (true) {
            while (in.hasRemaining()) {
                byte next = in.get();
                if (next == '\n') {
                    answers++;
                    var whole = line.toString();
                    line.setLength(0);
                    return whole;
                }
                line.append((char) (next & 0xff));
            }
            if (fill()) {
                continue;
            }
            if (ended) {
                return null;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("no line within " + most);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** Whether no line is there now. */
    boolean isSilent() {
        return !in.hasRemaining() && !fill() && !ended;
    }

    String ask(String verb, String key, String argument) {
        return say(Requests.request(verb, key, argument)).line();
    }

    /** Reads until the server ends the connection. */
    void awaitEnd(Duration most) {
        Eventually.await("the server ends the connection", most, () -> {
            discard();
            return ended;
        });
    }

    boolean isEnded() {
        return ended;
    }

    private boolean fill() {
        if (in.capacity() == 0) {
            in = ByteBuffer.allocate(CHUNK).flip();
        }
        in.clear();
        try {
            int read = ended ? -1 : channel.read(in);
            ended |= read < 0;
        } catch (IOException e) {
            ended = true;
        }
        in.flip();
        return in.hasRemaining();
    }

    Peer halfClose() {
        try {
            channel.shutdownOutput();
        } catch (IOException e) {
            ended = true;
        }
        return this;
    }

    /** Ends the connection so that the server's next write fails. */
    void reset() {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            ended = true;
        }
        close();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            ended = true;
        }
    }
}
