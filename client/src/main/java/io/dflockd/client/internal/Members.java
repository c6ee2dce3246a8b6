package io.dflockd.client.internal;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** What ends when a client is closed. */
public final class Members {
    private final SpinThenParkLock lock = new SpinThenParkLock();
    private final Set<Member> members = new LinkedHashSet<>();
    private boolean closed;

    /** Something open that belongs to a client. */
    public interface Member {
        /** Ends it because the client is closed. The future completes, never exceptionally, when that is done. */
        CompletableFuture<?> clientClosed();
    }

    /** False, and nothing is added, when the client is closed. */
    public boolean add(Member member) {
        lock.lock();
        try {
            return !closed && members.add(member);
        } finally {
            lock.unlock();
        }
    }

    public void remove(Member member) {
        lock.lock();
        try {
            members.remove(member);
        } finally {
            lock.unlock();
        }
    }

    public boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more and ends all that are there, in the order in which they came. */
    public CompletableFuture<Void> close() {
        ArrayList<Member> all;
        lock.lock();
        try {
            closed = true;
            all = new ArrayList<>(members);
            members.clear();
        } finally {
            lock.unlock();
        }
        return CompletableFuture
                .allOf(all.stream().map(Member::clientClosed).toArray(CompletableFuture<?>[]::new));
    }
}
