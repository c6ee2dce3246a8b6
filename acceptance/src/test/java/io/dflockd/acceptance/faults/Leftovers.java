package io.dflockd.acceptance.faults;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * What cases may not leave behind in their process: threads of the client, descriptors, and clients and leases that
 * something still refers to. Made after the client was used once, so that what it keeps for good is there already.
 */
final class Leftovers {
    private static final String CLIENT_THREAD = "dflockd";
    /** Idle threads of a pool may stay for a while. */
    private static final long PATIENCE_NANOS = 30_000_000_000L;
    private static final long LOOK_NANOS = 200_000_000;
    /** Descriptors that the JVM opens when it pleases, as for a class file. */
    private static final int SPARE_DESCRIPTORS = 8;

    private final long threads = clientThreads().size();
    private final int descriptors = Processes.openDescriptors();
    private final Map<String, WeakReference<Object>> watched = new ConcurrentHashMap<>();

    /** This must be garbage at the end. */
    void watch(String name, Object object) {
        watched.put(name, new WeakReference<>(object));
    }

    /** What is left, once what may stay for a while is gone. */
    List<String> find() {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        var found = look();
        while (!found.isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(LOOK_NANOS);
            found = look();
        }
        return found;
    }

    private List<String> look() {
        var found = new ArrayList<String>();
        var present = clientThreads();
        if (present.size() > threads) {
            found.add("threads of the client: " + present.size() + ", before " + threads + ": " + present);
        }
        int open = Processes.openDescriptors();
        if (open > descriptors + SPARE_DESCRIPTORS) {
            found.add("open descriptors: " + open + ", before " + descriptors);
        }
        System.gc();
        watched.values().removeIf(object -> object.get() == null);
        watched.keySet().stream().limit(5).forEach(name -> found.add("still referred to: " + name));
        return found;
    }

    private static List<String> clientThreads() {
        return Thread.getAllStackTraces()
                .keySet()
                .stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith(CLIENT_THREAD))
                .sorted()
                .toList();
    }
}
