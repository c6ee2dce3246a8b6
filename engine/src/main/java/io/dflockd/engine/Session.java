package io.dflockd.engine;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one session owns, so that ending it costs no more than that. */
final class Session {
    /** How many reservations that ran out are remembered; the oldest is forgotten for a new one. */
    static final int MAX_EXPIRED_RESERVATIONS = 128;

    enum Phase {
        OPEN,
        /** It takes nothing more and waits for nothing, but what it holds stays for its grace. */
        SET_ASIDE,
        /** It takes nothing more, and what it has is being taken from it. */
        ENDING,
        /** It ends, but what it holds stays until its lease, because its client may still believe in it. */
        LEAVING_HOLDS
    }

    final long id;
    /** What makes it outlive its connection; null where it has no name. */
    final @Nullable Resumption resumption;
    final Holds holds = new Holds();
    final Owned<Waiter> waiters = new Owned<>();
    final Owned<Popper> poppers = new Owned<>();
    final Owned<Participant> participants = new Owned<>();
    final Owned<Subscription> subscriptions = new Owned<>();
    /** The groups that do not give it its turn while it is away. */
    final Owned<Channel.Group> parked = new Owned<>();
    /** The keys of the reservations that ran out before they were collected. */
    private final Owned<String> expired = new Owned<>();
    /** Neighbours in the list of {@link SessionTable}. */
    @Nullable Session tableBefore;
    @Nullable Session tableAfter;
    Phase phase = Phase.OPEN;
    /** The latest term in which it was made, or learnt that it is away. Sessions stand in this order in their table. */
    long term;
    /** Whether a {@link SessionEnd} is at work. */
    boolean beingEnded;
    /** What its client calls itself; empty where it never said. */
    String clientName = "";
    boolean introduced;
    /** Whether it is told when a hold of its ends otherwise than by its own release. */
    boolean wantsLost;
    /** To whom it belongs; null for nobody. Set by {@link Owners}. */
    @Nullable Owner owner;
    /** The latest fan-out that reached this session, so that it gets one copy; 0 for none. */
    long lastFanOut;
    private final Terms terms;
    private @Nullable Table<String, Reservation> reservations;

    Session(long id, @Nullable Resumption resumption, Terms terms) {
        this.id = id;
        this.resumption = resumption;
        this.terms = terms;
        term = terms.latest();
    }

    /** Whether it goes on: one without a name does so only in the term of its connection. */
    boolean isOpen() {
        return phase == Phase.OPEN && (resumption != null || !isOfEarlierTerm());
    }

    /** Whether it is open and a connection speaks for it. */
    boolean receives() {
        return phase == Phase.OPEN && !isOfEarlierTerm()
                && (resumption == null || resumption.connection != Resumption.AWAY);
    }

    /** Whether a term has begun since that has not come to it yet. */
    boolean isOfEarlierTerm() {
        return term != terms.latest();
    }

    /** Whether it is told, now or when it is back, how a request of this number ended. */
    boolean hears(long request) {
        return isOpen() && (resumption == null || request >= 0 || receives());
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
        return resumption == null && owner == null && !introduced && !ownsAnything() && expired.isEmpty();
    }

    Map<String, Reservation> reservations() {
        return reservations == null ? Map.of() : reservations.asMap();
    }

    @Nullable
    Reservation reservation(String key) {
        return reservations == null ? null : reservations.get(key);
    }

    void reserve(String key, Reservation reservation) {
        if (reservations == null) {
            reservations = Table.small();
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
