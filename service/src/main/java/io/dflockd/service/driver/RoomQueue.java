package io.dflockd.service.driver;

import io.dflockd.engine.order.Journal;
import io.dflockd.service.session.Caller;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Who may hand nothing in although nothing of it is under way, because the journal is overfull. No answer would wake them,
 * so they are woken from here when there is room: a few at a time, in the order in which they came. Whoever finds none
 * all the same has its former place again, and nobody passes those who wait: so each has its turn. Thread-safe.
 */
final class RoomQueue {
    /** As many as have room for one request each, whatever it is, where there is some. */
    private static final int AT_ONCE = 32;

    private final Journal journal;
    private final ReentrantLock engineLock;
    private final Alarm alarm;
    /** By their places. Guarded by itself. */
    private final TreeMap<Long, Caller> waiting = new TreeMap<>();
    /** For those who find room, which is nearly always. Written with the former's lock held. */
    private volatile boolean empty = true;
    private long lastPlace;
    private boolean planned;

    RoomQueue(Journal journal, ReentrantLock engineLock, Alarm alarm) {
        this.journal = journal;
        this.engineLock = engineLock;
        this.alarm = alarm;
    }

    /**
     * Whether the caller must wait for room; it is woken then. Who has to say first who it is need not, as it has little time
     * for that. By the thread that hands its requests in.
     */
    boolean mustWait(Caller caller) {
        if (empty && caller.roomPlace() == Caller.NO_PLACE && !journal.isOverfull()) {
            return false;
        }
        return caller.isAuthenticated() && !hasItsTurn(caller);
    }

    private boolean hasItsTurn(Caller caller) {
        synchronized (waiting) {
            long place = caller.roomPlace();
            boolean isNext = waiting.isEmpty() || (place != Caller.NO_PLACE && !waiting.containsKey(place));
            if (caller.isEnded() || (isNext && !journal.isOverfull())) {
                forget(caller);
                return true;
            }
            if (place == Caller.NO_PLACE) {
                caller.waitForRoom(++lastPlace);
            }
            waiting.put(caller.roomPlace(), caller);
            empty = false;
        }
        roomMade(); // whoever made it may have found nobody here
        return false;
    }

    /** The caller has gone. By the thread that handed its requests in. */
    void left(Caller caller) {
        if (caller.roomPlace() != Caller.NO_PLACE) {
            synchronized (waiting) {
                forget(caller);
            }
        }
    }

    private void forget(Caller caller) {
        waiting.remove(caller.roomPlace());
        empty = waiting.isEmpty();
        caller.waitForRoom(Caller.NO_PLACE);
    }

    /** Something was applied, so there may be room. */
    void roomMade() {
        if (empty || journal.isOverfull()) {
            return;
        }
        synchronized (waiting) {
            if (planned) {
                return;
            }
            planned = true;
        }
        alarm.schedule(this::wakeSome, 0);
    }

    private void wakeSome() {
        engineLock.lock();
        try {
            takeSome().forEach(caller -> caller.receiver().expectMore());
        } finally {
            engineLock.unlock();
        }
        roomMade();
    }

    private List<Caller> takeSome() {
        var some = new ArrayList<Caller>();
        synchronized (waiting) {
            planned = false;
            while (some.size() < AT_ONCE && !waiting.isEmpty() && !journal.isOverfull()) {
                some.add(waiting.pollFirstEntry().getValue());
            }
            empty = waiting.isEmpty();
        }
        return some;
    }
}
