package io.dflockd.engine;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one session owns, so that ending it costs no more than that. */
final class Session {
    /** How many reservations that ran out are remembered; the oldest is forgotten for a new one. */
    static final int MAX_EXPIRED_RESERVATIONS = 128;

    final long id;
    final Owned<Hold> holds = new Owned<>();
    final Owned<Waiter> waiters = new Owned<>();
    final Owned<Popper> poppers = new Owned<>();
    final Owned<Participant> participants = new Owned<>();
    final Owned<Subscription> subscriptions = new Owned<>();
    /** The keys of the reservations that ran out before they were collected. */
    private final Owned<String> expired = new Owned<>();
    /** The latest fan-out that reached this session, so that it gets one copy; 0 for none. */
    long lastFanOut;
    private @Nullable LinkedHashMap<String, Reservation> reservations;

    Session(long id) {
        this.id = id;
    }

    /** Whether it holds something, waits for something or listens to something. */
    boolean ownsAnything() {
        return !(holds.isEmpty()
                && waiters.isEmpty()
                && poppers.isEmpty()
                && participants.isEmpty()
                && subscriptions.isEmpty());
    }

    /** Whether nothing would be lost by forgetting it. */
    boolean isForgettable() {
        return !ownsAnything() && expired.isEmpty();
    }

    Map<String, Reservation> reservations() {
        return reservations == null ? Map.of() : reservations;
    }

    @Nullable
    Reservation reservation(String key) {
        return reservations == null ? null : reservations.get(key);
    }

    void reserve(String key, Reservation reservation) {
        if (reservations == null) {
            reservations = new LinkedHashMap<>(2);
        }
        reservations.put(key, reservation);
    }

    void removeReservation(String key) {
        if (reservations != null && reservations.remove(key) != null && reservations.isEmpty()) {
            reservations = null;
        }
    }

    Collection<String> expired() {
        return expired.all();
    }

    /** Remembers that the reservation ran out before it was collected. Returns the key that is forgotten for it, if any. */
    @Nullable
    String addExpired(String key) {
        expired.add(key);
        return expired.size() > MAX_EXPIRED_RESERVATIONS ? expired.removeOldest() : null;
    }

    boolean removeExpired(String key) {
        return expired.remove(key);
    }
}
