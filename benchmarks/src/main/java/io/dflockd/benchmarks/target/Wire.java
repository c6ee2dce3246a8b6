package io.dflockd.benchmarks.target;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * A blocking connection that reads lines and costs little: nothing is allocated for a line. Belongs to one thread;
 * closing it from another ends what that one waits for.
 */
public final class Wire implements Closeable {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final SocketChannel channel;
    private final ByteBuffer out;
    private final ByteBuffer in;
    private final byte[] input;
    private int inputEnd;
    private int lineStart;
    private int lineEnd;
    private int next;

    private Wire(SocketChannel channel, int bufferBytes) {
        this.channel = channel;
        this.out = ByteBuffer.allocateDirect(bufferBytes);
        this.in = ByteBuffer.allocateDirect(bufferBytes);
        this.input = new byte[bufferBytes];
    }

    /** Connects to a port of this machine. */
    public static Wire connect(int port) throws IOException {
        return connect(port, BUFFER_BYTES);
    }

    /** Connects to a port of this machine, with buffers of this size. */
    public static Wire connect(int port, int bufferBytes) throws IOException {
        return new Wire(open(port), bufferBytes);
    }

    /** A blocking channel to a port of this machine. */
    public static SocketChannel open(int port) throws IOException {
        var channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return channel;
    }

    /** Appends to what the next flush sends. */
    public Wire put(byte[] bytes) {
        out.put(bytes);
        return this;
    }

    Wire put(byte octet) {
        out.put(octet);
        return this;
    }

    public void flush() throws IOException {
        out.flip();
        while (out.hasRemaining()) {
            channel.write(out);
        }
        out.clear();
    }

    /** Waits for the next line; {@link #lineStart} to {@link #lineEnd} of {@link #input} are its bytes. */
    public void readLine() throws IOException {
        while (!hasLine()) {
            receive();
        }
        lineStart = next;
        next = lineEnd + 1;
        if (lineEnd > lineStart && input[lineEnd - 1] == '\r') {
            lineEnd--;
        }
    }

    /** Whether a whole line has been received already. */
    public boolean hasLine() {
        for (int at = next; at < inputEnd; at++) {
            if (input[at] == '\n') {
                lineEnd = at;
                return true;
            }
        }
        return false;
    }

    private void receive() throws IOException {
        if (next > 0) {
            System.arraycopy(input, next, input, 0, inputEnd - next);
            inputEnd -= next;
            next = 0;
        }
        in.clear().limit(input.length - inputEnd);
        int count = channel.read(in);
        if (count < 0) {
            throw new EOFException("the server closed the connection");
        }
        in.flip().get(input, inputEnd, count);
        inputEnd += count;
    }

    /** What the latest {@link #readLine} found, as text. */
    public String line() {
        return new String(input, lineStart, lineEnd - lineStart, StandardCharsets.ISO_8859_1);
    }

    byte[] input() {
        return input;
    }

    int lineStart() {
        return lineStart;
    }

    int lineEnd() {
        return lineEnd;
    }

    IOException unexpected() {
        return new IOException("unexpected answer: " + line());
    }

    /** For those who go on without its buffers. */
    public SocketChannel channel() {
        return channel;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
