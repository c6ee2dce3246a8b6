package io.dflockd.cli.load;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Lets workers loose, each on a thread, and sees them to their end. When all of a group have ended, so has the run. */
final class Crew implements AutoCloseable {
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);
    /** The work needs little, and there may be thousands. */
    private static final long STACK_BYTES = 256 * 1024;

    private final Meter meter;
    private final List<Worker> workers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean isCutOff;

    Crew(Meter meter) {
        this.meter = meter;
    }

    void start(List<? extends Worker> group) {
        var alive = new AtomicInteger(group.size());
        workers.addAll(group);
        for (var worker : group) {
            threads.add(Thread.ofPlatform()
                    .daemon()
                    .name("load-" + threads.size())
                    .stackSize(STACK_BYTES)
                    .start(() -> {
                        work(worker);
                        if (alive.decrementAndGet() == 0) {
                            meter.end();
                        }
                    }));
        }
    }

    private void work(Worker worker) {
        try {
            worker.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            var kind = isCutOff || e instanceof SocketTimeoutException ? Failures.NO_ANSWER : Failures.CONNECTION_LOST;
            meter.failures().add(kind, isCutOff ? "a connection got no answer until the end" : message(e));
        } catch (RuntimeException e) {
            meter.failures().add(Failures.INTERNAL, e.toString());
        }
    }

    private static String message(IOException e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    /** Waits until the workers have given back what they hold; those that have no answer by then are cut off. */
    void finish(Duration grace) throws InterruptedException {
        if (!join(grace)) {
            isCutOff = true;
            workers.forEach(Worker::close);
            join(LAST_WORDS);
        }
    }

    private boolean join(Duration grace) throws InterruptedException {
        long deadline = System.nanoTime() + grace.toNanos();
        for (var thread : threads) {
            if (!thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        workers.forEach(Worker::close);
    }
}
