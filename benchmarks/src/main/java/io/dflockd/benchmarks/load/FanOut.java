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
        return new Crew(server, List.of(new Subscribers(selector, lines, new Received()), new Publisher(wire, lines)))
                .run(plan);
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
        channel.register(selector, SelectionKey.OP_READ);
    }

    /** Bytes that are not yet counted as deliveries. */
    private static final class Received {
        long bytes;
    }

    private record Subscribers(Selector selector, ChannelLines lines, Received received) implements Worker {
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
            if (!phase.isMeasured()) {
                return;
            }
            received.bytes += count;
            long deliveries = received.bytes / lines.deliveryBytes();
            received.bytes -= deliveries * lines.deliveryBytes();
            sample.addOperations(deliveries);
            int at = payloadAt(buffer.flip());
            if (at >= 0) {
                sample.addLatency(System.nanoTime() - Stamp.read(buffer, at));
            }
        }

        /** Where the first payload begins whose stamp is there, or -1. A search, as some servers send other lines too. */
        private int payloadAt(ByteBuffer buffer) {
            var head = lines.deliveryHead();
            int last = Math.min(buffer.limit() - head.length - Stamp.LETTERS, lines.deliveryBytes());
            for (int from = 0; from <= last; from++) {
                int matching = 0;
                while (matching < head.length && buffer.get(from + matching) == head[matching]) {
                    matching++;
                }
                if (matching == head.length) {
                    return from + head.length;
                }
            }
            return -1;
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
