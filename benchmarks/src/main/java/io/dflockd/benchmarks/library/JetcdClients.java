package io.dflockd.benchmarks.library;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.Lock;
import io.etcd.jetcd.lease.LeaseKeepAliveResponse;
import io.etcd.jetcd.support.CloseableClient;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The lock service of etcd through jetcd: one client and so one connection, which all threads share, and a lease for each
 * thread, which is granted once and kept alive, as etcd's own sessions do.
 */
public final class JetcdClients implements LockClients {
    /** What a request may take beyond the time that it is to wait. */
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(30);

    private final Client client;
    private final Duration longestWait;
    private final Duration lease;

    private JetcdClients(Client client, Duration longestWait, Duration lease) {
        this.client = client;
        this.longestWait = longestWait;
        this.lease = lease;
    }

    public static LockClients open(List<Integer> ports, Duration longestWait, Duration lease) {
        var endpoints = ports.stream().map(port -> "http://127.0.0.1:" + port).toArray(String[]::new);
        return new JetcdClients(Client.builder().endpoints(endpoints).build(), longestWait, lease);
    }

    @Override
    public KeyLocks locks(List<String> keys) throws IOException, InterruptedException {
        long id = get(client.getLeaseClient().grant(lease.toSeconds()), Duration.ZERO).getID();
        var names = keys.stream().map(JetcdClients::bytes).toList();
        var keptAlive = client.getLeaseClient().keepAlive(id, new Unobserved());
        return new Locks(client.getLockClient(), names, longestWait, id, keptAlive, new ByteSequence[keys.size()]);
    }

    @Override
    public void close() {
        client.close();
    }

    private static ByteSequence bytes(String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }

    private static <T> T get(CompletableFuture<T> answer, Duration longestWait)
            throws IOException, InterruptedException {
        try {
            return answer.get(longestWait.plus(LONGEST_ANSWER).toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(e);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Locks(
            Lock service,
            List<ByteSequence> names,
            Duration longestWait,
            long lease,
            CloseableClient keptAlive,
            ByteSequence[] held) implements KeyLocks {
        @Override
        public boolean acquire(int slot) throws IOException, InterruptedException {
            held[slot] = get(service.lock(names.get(slot), lease), longestWait).getKey();
            return true;
        }

        @Override
        public void release(int slot) throws IOException, InterruptedException {
            var unusedConfirmation = get(service.unlock(held[slot]), Duration.ZERO);
        }

        @Override
        public void close() {
            keptAlive.close();
        }
    }

    /** A lease that is lost makes the next lock fail, which is soon enough. */
    private static final class Unobserved implements StreamObserver<LeaseKeepAliveResponse> {
        @Override
        public void onNext(LeaseKeepAliveResponse answer) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
    }
}
