package io.dflockd.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** One publisher with a window of 64, and 100 subscribers with a connection each. An operation is one delivery. */
record FanOut(String name) implements Workload {
    private static final int SUBSCRIBERS = 100;
    private static final int WINDOW = 64;
    private static final String PAYLOAD = "p".repeat(64);

    @Override
    public boolean suits(Target.Kind kind) {
        return kind != Target.Kind.FLOOR;
    }

    @Override
    public Result run(Target target, Duration warmUp, Duration measured) throws IOException, InterruptedException {
        boolean redis = target.kind() == Target.Kind.REDIS;
        var subscribe = redis ? LockClient.command("SUBSCRIBE", "news") : "listen\nnews\n\n";
        var publish = (redis ? LockClient.command("PUBLISH", "news", PAYLOAD) : "signal\nnews\n" + PAYLOAD + "\n")
                .getBytes(StandardCharsets.US_ASCII);
        int deliveryBytes = redis
                ? LockClient.command("message", "news", PAYLOAD).length()
                : ("sig news " + PAYLOAD + "\n").length();
        var bytes = new AtomicLong();
        try (var selector = Selector.open()) {
            for (int i = 0; i < SUBSCRIBERS; i++) {
                var channel = SocketChannel.open(target.address());
                channel.write(ByteBuffer.wrap(subscribe.getBytes(StandardCharsets.US_ASCII)));
                channel.socket().getInputStream().read(new byte[256]);
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ);
            }
            var reader = Thread.ofPlatform().daemon().start(() -> receive(selector, bytes));
            var publisher = Thread.ofPlatform().daemon().start(() -> publish(target, publish));
            Thread.sleep(warmUp.toMillis());
            long before = bytes.get();
            double cpu = target.cpuSeconds();
            long start = System.nanoTime();
            Thread.sleep(measured.toMillis());
            double deliveries = (bytes.get() - before) / (double) deliveryBytes;
            double seconds = (System.nanoTime() - start) / 1e9;
            cpu = target.cpuSeconds() - cpu;
            publisher.interrupt();
            publisher.join();
            for (var key : selector.keys()) {
                key.channel().close();
            }
            reader.interrupt();
            reader.join();
            return new Result(deliveries / seconds, 0, 0, cpu / deliveries * 100_000);
        }
    }

    private static void receive(Selector selector, AtomicLong bytes) {
        var buffer = ByteBuffer.allocateDirect(256 * 1024);
        try {
            while (!Thread.currentThread().isInterrupted()) {
                selector.select();
                for (var key : selector.selectedKeys()) {
                    buffer.clear();
                    int count = ((SocketChannel) key.channel()).read(buffer);
                    if (count < 0) {
                        throw new IOException("a subscriber was cut off");
                    }
                    bytes.addAndGet(count);
                }
                selector.selectedKeys().clear();
            }
        } catch (IOException | java.nio.channels.CancelledKeyException e) {
            // The run is over, or the figures will say that deliveries stopped.
        }
    }

    private static void publish(Target target, byte[] request) {
        var answers = new byte[64 * 1024];
        try (var socket = target.connect()) {
            int outstanding = 0;
            while (!Thread.currentThread().isInterrupted()) {
                var batch = ByteBuffer.allocate((WINDOW - outstanding) * request.length);
                while (batch.hasRemaining()) {
                    batch.put(request);
                    outstanding++;
                }
                socket.getOutputStream().write(batch.array());
                int count = socket.getInputStream().read(answers);
                for (int i = 0; i < count; i++) {
                    outstanding -= answers[i] == '\n' ? 1 : 0;
                }
            }
        } catch (IOException e) {
            // The run is over.
        }
    }
}
