package io.dflockd.acceptance.cluster;

import io.dflockd.client.error.DflockdException;
import io.dflockd.testkit.WireClient;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A client that counts, one request after another, and goes on when one fails. */
final class Asking implements AutoCloseable {
    private static final long BETWEEN_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Silence silence = new Silence();
    private final AtomicInteger failures = new AtomicInteger();
    private final Request request;
    private final Thread thread;
    private volatile boolean over;

    /** Asks, and returns when it was answered. */
    interface Request {
        void ask() throws InterruptedException;
    }

    Asking(String name, Request request) {
        this.request = request;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (!over) {
                askOnce();
                LockSupport.parkNanos(BETWEEN_NANOS);
            }
        } catch (InterruptedException e) {
            over = true;
        }
    }

    private void askOnce() throws InterruptedException {
        try {
            request.ask();
            silence.answered(System.nanoTime());
        } catch (DflockdException | UncheckedIOException | Unanswered e) {
            failures.incrementAndGet();
        }
    }

    Silence silence() {
        return silence;
    }

    /** How many requests failed, all in all. */
    int failures() {
        return failures.get();
    }

    @Override
    public void close() {
        over = true;
        thread.interrupt();
    }

    /** The connection ended, or something else was said. */
    static final class Unanswered extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unanswered(String line) {
            super(line);
        }
    }

    /** An old client, that knows one address only and dials it again whenever its connection ends. */
    static final class OfOneNode implements Request {
        private final Nodes nodes;
        private volatile int node;
        private int connectedTo = -1;
        private @Nullable WireClient client;

        OfOneNode(Nodes nodes, int node) {
            this.nodes = nodes;
            this.node = node;
        }

        /** Knows another one from now on. */
        void knows(int other) {
            node = other;
        }

        @Override
        public void ask() {
            if (client == null || connectedTo != node) {
                hangUp();
                connectedTo = node;
                client = WireClient.connect(nodes.socketAddress(connectedTo));
            }
            try {
                var answer = client.ask("incr", "untagged", "1");
                if (!answer.startsWith("ok ")) {
                    throw new Unanswered(answer);
                }
            } catch (UncheckedIOException | Unanswered e) {
                hangUp();
                throw e;
            }
        }

        private void hangUp() {
            if (client != null) {
                client.close();
                client = null;
            }
        }
    }
}
