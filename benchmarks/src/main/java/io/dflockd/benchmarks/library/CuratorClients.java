package io.dflockd.benchmarks.library;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.retry.ExponentialBackoffRetry;

/**
 * Curator's mutex over one session of ZooKeeper, which all threads share. What is held ends with the session, and no lock
 * has a lease of its own.
 */
public final class CuratorClients implements LockClients {
    private static final int RETRY_MS = 100;
    private static final int RETRIES = 10;
    private static final int LONGEST_CONNECT_SECONDS = 30;

    private final CuratorFramework client;
    private final Duration wait;

    private CuratorClients(CuratorFramework client, Duration wait) {
        this.wait = wait;
        this.client = client;
    }

    public static LockClients open(List<Integer> ports, Duration wait, Duration lease)
            throws IOException, InterruptedException {
        var client = CuratorFrameworkFactory.newClient(
                Library.addresses(ports), new ExponentialBackoffRetry(RETRY_MS, RETRIES));
        client.start();
        if (!client.blockUntilConnected(LONGEST_CONNECT_SECONDS, TimeUnit.SECONDS)) {
            client.close();
            throw new IOException("no session within " + LONGEST_CONNECT_SECONDS + " s");
        }
        return new CuratorClients(client, wait);
    }

    @Override
    public KeyLocks locks(List<String> keys) {
        var mutexes = keys.stream().map(key -> new InterProcessMutex(client, "/bench/" + key)).toList();
        return new Locks(mutexes, wait.toMillis());
    }

    @Override
    public void close() {
        client.close();
    }

    private record Locks(List<InterProcessMutex> mutexes, long waitMs) implements KeyLocks {
        @Override
        public boolean acquire(int slot) throws IOException, InterruptedException {
            try {
                return mutexes.get(slot).acquire(waitMs, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) { // it declares no less
                throw new IOException(e);
            }
        }

        @Override
        public void release(int slot) throws IOException, InterruptedException {
            try {
                mutexes.get(slot).release();
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) { // it declares no less
                throw new IOException(e);
            }
        }
    }
}
