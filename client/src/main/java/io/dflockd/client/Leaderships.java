package io.dflockd.client;

import io.dflockd.client.internal.hold.Hold;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Where a client leads now. */
final class Leaderships {
    private final Set<Hold> held = ConcurrentHashMap.newKeySet();

    void begun(Hold leadership) {
        held.add(leadership);
    }

    void ended(Hold leadership) {
        held.remove(leadership);
    }

    boolean has(String key) {
        return held.stream().anyMatch(leadership -> leadership.key().equals(key) && leadership.isValid());
    }
}
