package io.dflockd.client.internal.session;

import io.dflockd.client.internal.SpinThenParkLock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The strands of a session, and the places in queues that some of them have. Thread-safe. */
final class Strands {
    private final SpinThenParkLock lock = new SpinThenParkLock();
    private final Set<Strand> strands = new HashSet<>();
    private final Set<String> places = new HashSet<>();

    void add(Strand strand) {
        lock.lock();
        try {
            strands.add(strand);
        } finally {
            lock.unlock();
        }
    }

    void remove(Strand strand) {
        lock.lock();
        try {
            strands.remove(strand);
        } finally {
            lock.unlock();
        }
    }

    /** Takes out all; the places are free. */
    List<Strand> takeAll() {
        lock.lock();
        try {
            var taken = new ArrayList<>(strands);
            strands.clear();
            places.clear();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Takes the one place in the queue of a key that a session can have by an enqueue; false when it is taken. */
    boolean claimPlace(String key) {
        lock.lock();
        try {
            return places.add(key);
        } finally {
            lock.unlock();
        }
    }

    void freePlace(String key) {
        lock.lock();
        try {
            places.remove(key);
        } finally {
            lock.unlock();
        }
    }
}
