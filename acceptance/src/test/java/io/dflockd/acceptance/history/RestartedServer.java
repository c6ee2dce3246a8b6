package io.dflockd.acceptance.history;

import io.dflockd.acceptance.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A server that keeps its state in a folder, and is ended and started again there, at the same port. */
final class RestartedServer implements AutoCloseable {
    private final Path folder;
    private final int port;
    private ServerProcess process;
    private long longestOutageNanos;

    RestartedServer(Path folder) {
        this.folder = folder;
        this.process = start(0);
        this.port = process.socketAddress().getPort();
    }

    private ServerProcess start(int at) {
        return ServerProcess.startAt(at, "--data-dir", folder.toString());
    }

    String address() {
        return process.address();
    }

    /** How long it was not there at most, from the moment when it was ended until it listened again. */
    long longestOutageMs() {
        return TimeUnit.NANOSECONDS.toMillis(longestOutageNanos);
    }

    /** Its process dies, and another begins. */
    void kill() {
        long since = System.nanoTime();
        endAtOnce(process.process());
        restart(since);
    }

    /** Its process dies, the next one dies while it begins, and a third one begins. */
    void killTwice(long delayMs) {
        long since = System.nanoTime();
        endAtOnce(process.process());
        var unfinished = launch();
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(delayMs));
        endAtOnce(unfinished);
        restart(since);
    }

    /** It is asked to stop, and another begins. */
    void stop() {
        long since = System.nanoTime();
        process.close();
        restart(since);
    }

    /** Nothing of it runs for so long, as on a machine that is put to sleep. */
    void pause(long ms) {
        long since = System.nanoTime();
        signal("STOP");
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(ms));
        signal("CONT");
        wasAwaySince(since);
    }

    boolean isAlive() {
        return process.process().isAlive();
    }

    private void restart(long since) {
        process = start(port);
        wasAwaySince(since);
    }

    private void wasAwaySince(long since) {
        longestOutageNanos = Math.max(longestOutageNanos, System.nanoTime() - since);
    }

    private void signal(String name) {
        try {
            var kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.process().pid())).start();
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("the server cannot be sent SIG" + name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Process launch() {
        try {
            return new ProcessBuilder(
                    ServerProcess.PROGRAM.toString(), "--port", Integer.toString(port), "--data-dir", folder.toString())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void endAtOnce(Process process) {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
