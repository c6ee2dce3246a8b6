package io.dflockd.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of the loopback interface for servers that must be told theirs before they start. None is given twice, neither
 * to this process nor, at the same time, to another one that asks here; and none is of those that the kernel gives to
 * whoever connects, who would have it while its server is away.
 */
public final class FreePorts {
    private static final int LEAST = 20_000;
    /** Linux gives ports from 32,768 on to whoever asks for any. */
    private static final int BEYOND = 32_000;

    private static final int BLOCK = 100;
    private static final int BLOCKS = (BEYOND - LEAST) / BLOCK;

    /** Each keeps the first port of a block, which keeps other processes out of it. */
    private static final List<ServerSocket> CLAIMS = new ArrayList<>();

    /** The next that is given out, if it is free. */
    private static int next;

    private static int endOfBlock;

    private FreePorts() {}

    /** One that nobody listens at. */
    public static int one() {
        return inARow(1);
    }

    /** The first of so many that follow each other, at none of which anybody listens. */
    public static synchronized int inARow(int count) {
        if (count < 1 || count >= BLOCK) {
            throw new IllegalArgumentException("%d ports in a row; a block has %d".formatted(count, BLOCK - 1));
        }
        int first = next;
        for (int port = first;; port++) {
            if (port >= endOfBlock) {
                claimBlock();
                port = next;
                first = port;
            }
            if (!isFree(port)) {
                first = port + 1;
            } else if (port - first + 1 == count) {
                next = port + 1;
                return first;
            }
        }
    }

    private static void claimBlock() {
        int start = ThreadLocalRandom.current().nextInt(BLOCKS);
        for (int i = 0; i < BLOCKS; i++) {
            int port = LEAST + (start + i) % BLOCKS * BLOCK;
            try {
                CLAIMS.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
                next = port + 1;
                endOfBlock = port + BLOCK;
                return;
            } catch (IOException e) {
                // Another process has it, or an earlier call.
            }
        }
        throw new IllegalStateException("no free block of ports from %d to %d".formatted(LEAST, BEYOND));
    }

    private static boolean isFree(int port) {
        try (var probe = new ServerSocket(port)) {
            return probe.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
