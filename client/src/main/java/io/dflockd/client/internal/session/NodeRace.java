package io.dflockd.client.internal.session;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.error.AuthenticationException;
import io.dflockd.client.error.ConnectionFailedException;
import io.dflockd.client.internal.Backoff;
import io.dflockd.client.internal.Futures;
import io.dflockd.client.internal.Words;
import io.dflockd.client.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Finds a node that serves: they are tried in turn, the next as soon as one has failed or said nothing for a while. One that
 * says nothing goes on being waited for, beside the others: while there is no leader the nodes are silent, and whichever
 * serves first has won. Those that have failed are tried again as long as there is hope: while another is silent, and for a
 * while after one took the connection and then ended it, as where there is no leader. Where none can be connected to, it is
 * over at once.
 *
 * @param <T> what a node that serves gives
 */
final class NodeRace<T> {
    /** How long a node may be silent before the next is tried. */
    static final long HEAD_START_NANOS = 300_000_000L;
    /** Longer than nearly every election takes. */
    private static final long HOPE_NANOS = 3_000_000_000L;
    private static final long FIRST_PAUSE_NANOS = 50_000_000L;
    private static final long LONGEST_PAUSE_NANOS = 400_000_000L;

    private final TimeSource time;
    private final List<ServerAddress> nodes;
    private final Attempt<T> attempt;
    private final Consumer<T> discard;
    private final CompletableFuture<T> winner = new CompletableFuture<>();
    private final Backoff pauses = new Backoff(FIRST_PAUSE_NANOS, LONGEST_PAUSE_NANOS);
    private final long begunAt;
    private final long headStartNanos;
    private final long nanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<ServerAddress> left;
    private final Map<ServerAddress, CompletableFuture<T>> running = new LinkedHashMap<>();
    private final Map<ServerAddress, Throwable> failures = new LinkedHashMap<>();
    private TimeSource.Alarm alarm = () -> {};
    private boolean pausing;
    private boolean ended;

    /** Tries one node, without blocking. Cancelling the future ends the attempt. */
    interface Attempt<T> {
        CompletableFuture<T> at(ServerAddress node);
    }

    /**
     * A race that gives each node a chance within that time.
     *
     * @param discard gets what a node gives when another has won already
     */
    NodeRace(TimeSource time, List<ServerAddress> nodes, long nanos, Attempt<T> attempt, Consumer<T> discard) {
        this.time = time;
        this.nodes = List.copyOf(nodes);
        this.attempt = attempt;
        this.discard = discard;
        this.left = new ArrayDeque<>(nodes);
        this.begunAt = time.nanoTime();
        this.nanos = nanos;
        this.headStartNanos = Math.min(HEAD_START_NANOS, nanos / nodes.size());
    }

    /** What the first node gives that serves. Cancelling the future ends all attempts. */
    CompletableFuture<T> run() {
        var deadline = time.after(nanos, () -> winner.completeExceptionally(
                none("no node serves within " + Words.of(Duration.ofNanos(nanos)))));
        Futures.whenDone(winner, (won, failure) -> {
            deadline.cancel();
            end();
        });
        next();
        return winner;
    }

    private void next() {
        ServerAddress node;
        lock.lock();
        try {
            alarm.cancel();
            if (ended || left.isEmpty()) {
                return;
            }
            node = left.remove();
            if (!left.isEmpty()) {
                alarm = time.after(headStartNanos, this::next);
            }
        } finally {
            lock.unlock();
        }
        start(node);
    }

    private void start(ServerAddress node) {
        var trying = attempt.at(node);
        boolean late;
        lock.lock();
        try {
            late = ended;
            if (!late) {
                running.put(node, trying);
            }
        } finally {
            lock.unlock();
        }
        if (late) {
            Futures.cancel(trying, discard);
            return;
        }
        Futures.whenDone(trying, (value, failure) -> {
            if (failure != null) {
                failed(node, Futures.unwrap(failure));
            } else {
                won(node, value);
            }
        });
    }

    private void won(ServerAddress node, T value) {
        lock.lock();
        try {
            running.remove(node);
        } finally {
            lock.unlock();
        }
        if (!winner.complete(value)) {
            discard.accept(value);
        }
    }

    private void failed(ServerAddress node, Throwable why) {
        if (why instanceof AuthenticationException) {
            winner.completeExceptionally(why); // no other node takes that token either
            return;
        }
        boolean another;
        boolean hope;
        lock.lock();
        try {
            if (ended) {
                return;
            }
            running.remove(node);
            failures.put(node, why);
            another = !left.isEmpty();
            hope = another || pausing || hasHope();
            if (!another && hope && !pausing) {
                pausing = true;
                alarm = time.after(pauses.next(), this::again);
            }
        } finally {
            lock.unlock();
        }
        if (another) {
            next();
        } else if (!hope) {
            winner.completeExceptionally(none("no node serves"));
        }
    }

    private boolean hasHope() {
        boolean anybodyThere = failures.values().stream().anyMatch(why -> !(why instanceof ConnectionFailedException));
        return !running.isEmpty() || (anybodyThere && time.nanoTime() - begunAt < HOPE_NANOS);
    }

    private void again() {
        lock.lock();
        try {
            pausing = false;
            nodes.stream().filter(node -> !running.containsKey(node)).forEach(left::add);
        } finally {
            lock.unlock();
        }
        next();
    }

    private void end() {
        Collection<CompletableFuture<T>> others;
        lock.lock();
        try {
            ended = true;
            alarm.cancel();
            others = List.copyOf(running.values());
            running.clear();
        } finally {
            lock.unlock();
        }
        others.forEach(other -> Futures.cancel(other, discard));
    }

    private ConnectionFailedException none(String what) {
        Map<ServerAddress, Throwable> causes;
        lock.lock();
        try {
            causes = new LinkedHashMap<>(failures);
            running.keySet().forEach(causes::remove);
        } finally {
            lock.unlock();
        }
        var all = nodes.stream()
                .map(node -> causes.containsKey(node) ? Words.of(causes.get(node)) : node + ": silent")
                .collect(Collectors.joining("; "));
        var failure = new ConnectionFailedException(what + ": " + all);
        causes.values().forEach(failure::addSuppressed);
        return failure;
    }
}
