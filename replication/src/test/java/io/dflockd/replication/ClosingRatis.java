package io.dflockd.replication;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.util.AwaitToRun;

/** Closes Ratis 3.3.0, which at times waits for itself then. */
final class ClosingRatis {
    private static final Duration USUAL = Duration.ofSeconds(5);

    private ClosingRatis() {}

    static void close(RaftServer server) throws IOException {
        var closed = CompletableFuture.runAsync(() -> {
            try {
                server.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }, task -> Thread.ofPlatform().daemon().name("closing-ratis").start(task));
        try {
            try {
                closed.get(USUAL.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                endWait();
                closed.get(USUAL.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IOException("Ratis was not closed", e);
        }
    }

    /** Where it began a term while it was being closed: it joins a thread that wants a lock which it holds. */
    static void endWait() {
        Thread.getAllStackTraces().forEach((thread, stack) -> {
            if (Stream.of(stack)
                    .anyMatch(frame -> frame.getClassName().equals(AwaitToRun.class.getName())
                            && frame.getMethodName().equals("close"))) {
                thread.interrupt();
            }
        });
    }
}
