package io.dflockd.benchmarks.load;

import io.dflockd.benchmarks.target.ChannelLines;
import io.dflockd.benchmarks.target.Server;
import io.dflockd.benchmarks.target.Target;
import io.dflockd.benchmarks.target.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.List;

/**
 * Workload f: one publisher with a window of unanswered signals, and subscribers with a connection each, read by one
 * thread. An operation is one delivery. The latency is that of the first delivery of each read.
 */
public record FanOut(int subscribers) implements Workload {
    private static final int WINDOW = 64;

    @Override
    public String name() {
        return "f/" + subscribers;
    }

    @Override
    public String description() {
        return "deliveries from one publisher, subscribers: " + subscribers;
    }

    @Override
    public boolean suits(Target target) {
        return target.isReal() && target.dialect().hasChannels();
    }

    @Override
    public Measurement run(Server server, Plan plan) throws IOException, InterruptedException {
        var lines = server.dialect().channel();
        var selector = Selector.open();
        for (int i = 0; i < subscribers; i++) {
            subscribe(server, lines, selector);
        }
        var wire = server.connect();
        greet(wire, lines);
        return new Crew(server, List.of(new Subscribers(selector, lines), new Publisher(wire, lines))).run(plan);
    }

    private static void greet(Wire wire, ChannelLines lines) throws IOException {
        wire.put(lines.greeting()).flush();
        skip(lines.greetingLines(), wire);
    }

    private static void skip(int count, Wire wire) throws IOException {
        for (int i = 0; i < count; i++) {
            wire.readLine();
        }
    }

    private static void subscribe(Server server, ChannelLines lines, Selector selector) throws IOException {
        var wire = server.connect();
        greet(wire, lines);
        wire.put(lines.subscribe()).flush();
        skip(lines.subscribeLines(), wire);
        var channel = wire.channel();
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, new Stream());
    }

    /** How far into a delivery the bytes of a subscriber are. */
    private static final class Stream {
        int offset;
    }

    private record Subscribers(Selector selector, ChannelLines lines) implements Worker {
        private static final int BUFFER_BYTES = 256 * 1024;

        @Override
        public void run(Phase phase, Sample sample) throws IOException {
            var buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
            try {
                while (phase.isRunning()) {
                    selector.select(100);
                    for (var key : selector.selectedKeys()) {
                        read(key, buffer, phase, sample);
                    }
                    selector.selectedKeys().clear();
                }
            } catch (ClosedSelectorException e) {
                throw new IOException("closed while it was reading", e);
            }
        }

        private void read(SelectionKey key, ByteBuffer buffer, Phase phase, Sample sample) throws IOException {
            buffer.clear();
            int count = ((SocketChannel) key.channel()).read(buffer);
            if (count < 0) {
                throw new IOException("the server cut a subscriber off");
            }
            var stream = (Stream) key.attachment();
            int offset = stream.offset;
            int end = offset + count;
            stream.offset = end % lines.deliveryBytes();
            if (!phase.isMeasured()) {
                return;
            }
            sample.addOperations(end / lines.deliveryBytes());
            int at = lines.payloadAt() + (offset > lines.payloadAt() ? lines.deliveryBytes() : 0) - offset;
            if (at + Long.BYTES * 2 <= count) {
                sample.addLatency(System.nanoTime() - Stamp.read(buffer, at));
            }
        }

        @Override
        public void close() throws IOException {
            for (var key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        }
    }

    private record Publisher(Wire wire, ChannelLines lines) implements Worker {
        @Override
        public void run(Phase phase, Sample sample) throws IOException {
            var payload = new byte[ChannelLines.PAYLOAD_BYTES];
            Arrays.fill(payload, (byte) 'p');
            int outstanding = 0;
            while (phase.isRunning()) {
                Stamp.write(System.nanoTime(), payload);
                for (; outstanding < WINDOW; outstanding++) {
                    wire.put(lines.publishHead()).put(payload).put(lines.publishTail());
                }
                wire.flush();
                do {
                    wire.readLine();
                    outstanding--;
                } while (wire.hasLine());
            }
            skip(outstanding, wire);
        }

        @Override
        public void close() throws IOException {
            wire.close();
        }
    }
}
