package io.dflockd.client.spi;

import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Makes the name of a key under which meters and spans show it. Keys themselves are no names: each different one is a time
 * series, which registries and the monitoring behind them keep for good.
 */
@FunctionalInterface
public interface KeyNaming {
    /** What stands where there were too many names already. */
    String OTHER = "other";

    /** May be called from several threads; must not block. */
    String nameOf(String key);

    /** One name for all keys: {@code *}. */
    static KeyNaming same() {
        return key -> "*";
    }

    /** What stands before the first such character, or the whole key where it has none: {@code orders/7} is {@code orders}. */
    static KeyNaming beforeFirst(char separator) {
        return key -> {
            int end = key.indexOf(separator);
            return end < 0 ? key : key.substring(0, end);
        };
    }

    /** The first so many different names of this naming, and {@link #OTHER} for all that come later. */
    default KeyNaming atMost(int names) {
        if (names < 1) {
            throw new IllegalArgumentException("at most " + names + " names; at least 1 is valid");
        }
        Set<String> known = ConcurrentHashMap.newKeySet();
        var adding = new ReentrantLock();
        return key -> {
            var name = Objects.requireNonNull(nameOf(key), "a naming gave null");
            if (known.contains(name)) {
                return name;
            }
            adding.lock();
            try {
                if (known.size() < names) {
                    known.add(name);
                }
            } finally {
                adding.unlock();
            }
            return known.contains(name) ? name : OTHER;
        };
    }
}
