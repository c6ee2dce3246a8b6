package io.dflockd.benchmarks.scaling;

import io.dflockd.benchmarks.target.Server;
import io.dflockd.benchmarks.target.Wire;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/** A connection to a dflockd server, request by request and line by line. Belongs to one thread. */
final class Talk implements Closeable {
    /** Requests in flight at once, of which all and their answers fit into the buffers. */
    static final int WINDOW = 64;

    private final Wire wire;

    private Talk(Wire wire) {
        this.wire = wire;
    }

    static Talk to(Server server) throws IOException {
        return new Talk(server.connect());
    }

    /** So many connections. */
    static List<Talk> several(int count, Server server) throws IOException {
        var talks = new ArrayList<Talk>(count);
        for (int i = 0; i < count; i++) {
            talks.add(to(server));
        }
        return talks;
    }

    /** Puts a request into the buffer. */
    void put(String command, String key, String argument) {
        wire.put((command + "\n" + key + "\n" + argument + "\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    void flush() throws IOException {
        wire.flush();
    }

    /** Waits for the next line. */
    String read() throws IOException {
        wire.readLine();
        return wire.line();
    }

    /** Waits for the next line, which must begin so. */
    String read(String beginning) throws IOException {
        var line = read();
        if (!line.startsWith(beginning)) {
            throw new IOException("expected " + beginning + ", got " + line);
        }
        return line;
    }

    /** Asks for something and waits until it is {@code ok}. */
    void ask(String command, String key, String argument) throws IOException {
        put(command, key, argument);
        flush();
        read("ok");
    }

    /** Receives the answer to a request of {@link #askAll}. */
    interface Answers {
        void accept(int number, String line);
    }

    /** Lets {@code request} put so many requests, a window at a time. Each must be answered at once with {@code ok}. */
    void askAll(int count, IntConsumer request, Answers answers) throws IOException {
        for (int from = 0; from < count; from += WINDOW) {
            int to = Math.min(count, from + WINDOW);
            for (int i = from; i < to; i++) {
                request.accept(i);
            }
            flush();
            for (int i = from; i < to; i++) {
                answers.accept(i, read("ok"));
            }
        }
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
