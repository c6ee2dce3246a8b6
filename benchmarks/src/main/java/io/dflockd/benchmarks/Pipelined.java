package io.dflockd.benchmarks;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;

/** One connection with a window of pairs in flight, each on its own key; tagged where the server knows tags. */
record Pipelined(String name, int window) implements Workload {
    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final int BUFFER_BYTES = 256 * 1024;

    @Override
    public boolean suits(Target.Kind kind) {
        return true;
    }

    @Override
    public Result run(Target target, Duration warmUp, Duration measured) throws IOException {
        try (var socket = target.connect()) {
            var in = socket.getInputStream();
            var out = socket.getOutputStream();
            var sha = target.kind() == Target.Kind.REDIS ? loadScript(target) : "";
            var order = new ArrayDeque<Integer>();
            var holding = new boolean[window];
            var request = new StringBuilder();
            for (int slot = 0; slot < window; slot++) {
                acquire(target.kind(), slot, request);
                order.add(slot);
            }
            out.write(request.toString().getBytes(StandardCharsets.US_ASCII));
            var buffer = new byte[BUFFER_BYTES];
            int held = 0;
            long pairs = 0;
            long countedFrom = -1;
            double cpu = 0;
            long start = System.nanoTime();
            long end = start + warmUp.plus(measured).toNanos();
            while (System.nanoTime() < end) {
                int count = in.read(buffer, held, buffer.length - held);
                if (count < 0) {
                    throw new EOFException("the server closed the connection");
                }
                int to = held + count;
                int from = 0;
                request.setLength(0);
                for (int at = held; at < to; at++) {
                    if (buffer[at] == '\n') {
                        int slot = order.remove();
                        if (holding[slot]) {
                            pairs++;
                            acquire(target.kind(), slot, request);
                        } else {
                            var line = new String(buffer, from, at - from, StandardCharsets.US_ASCII);
                            release(target.kind(), slot, line, sha, request);
                        }
                        holding[slot] = !holding[slot];
                        order.add(slot);
                        from = at + 1;
                    }
                }
                held = to - from;
                System.arraycopy(buffer, from, buffer, 0, held);
                out.write(request.toString().getBytes(StandardCharsets.US_ASCII));
                if (countedFrom < 0 && System.nanoTime() - start > warmUp.toNanos()) {
                    countedFrom = pairs;
                    cpu = target.cpuSeconds();
                    start = System.nanoTime();
                    end = start + measured.toNanos();
                }
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            long counted = pairs - countedFrom;
            return new Result(counted / seconds, 0, 0, (target.cpuSeconds() - cpu) / counted * 100_000);
        }
    }

    private static String loadScript(Target target) throws IOException {
        try (var socket = target.connect()) {
            socket.getOutputStream()
                    .write(LockClient.command("SCRIPT", "LOAD",
                            "if redis.call('get',KEYS[1])==ARGV[1] then return redis.call('del',KEYS[1]) else return 0 end")
                            .getBytes(StandardCharsets.US_ASCII));
            var answer = new byte[128];
            int count = socket.getInputStream().read(answer);
            return new String(answer, 0, count, StandardCharsets.US_ASCII).split("\r\n", -1)[1];
        }
    }

    private static void acquire(Target.Kind kind, int slot, StringBuilder to) {
        if (kind == Target.Kind.REDIS) {
            to.append(LockClient.command("SET", "k" + slot, TOKEN, "NX", "PX", "30000"));
        } else {
            to.append('@').append(slot).append(" l\nk").append(slot).append("\n0 30\n");
        }
    }

    private static void release(Target.Kind kind, int slot, String granted, String sha, StringBuilder to)
            throws IOException {
        if (kind == Target.Kind.REDIS) {
            LockClient.require(granted.startsWith("+OK"), granted);
            to.append(LockClient.command("EVALSHA", sha, "1", "k" + slot, TOKEN));
            return;
        }
        int ok = granted.indexOf("ok ");
        LockClient.require(ok >= 0, granted);
        to.append('@')
                .append(slot)
                .append(" r\nk")
                .append(slot)
                .append('\n')
                .append(granted, ok + 3, ok + 35)
                .append('\n');
    }
}
