package io.dflockd.engine;

import io.dflockd.engine.EventRing.Kind;
import io.dflockd.engine.Tally.HoldEnd;
import org.jspecify.annotations.Nullable;

/** Has what happens written down while somebody reads it. Where nobody does, each of this is one comparison. */
@SuppressWarnings("EnumOrdinal") // an index that never leaves this class
final class Tap {
    private static final @Nullable Kind[] KINDS_OF_DATA = new @Nullable Kind[KeyEvent.values().length];

    static {
        for (var event : KeyEvent.values()) {
            KINDS_OF_DATA[event.ordinal()] = switch (event) {
                case ACQUIRE, RELEASE, ELECT, RESIGN -> null; // told with their fences, by those who grant and end
                default -> Kind.valueOf(event.name());
            };
        }
    }

    private @Nullable EventRing ring;

    /** From now on into this ring; null for nobody. */
    void into(@Nullable EventRing other) {
        ring = other;
    }

    void goOnFrom(Tap former) {
        ring = former.ring;
        if (ring != null) {
            ring.write(Kind.REPLACED, "", 0, 0);
        }
    }

    void granted(Hold hold) {
        if (ring != null) {
            ring.write(Kind.GRANTED, hold.resource.key, hold.fence, numberOf(hold.session));
        }
    }

    /** Before the hold leaves its session. */
    void ended(Hold hold, HoldEnd how) {
        if (ring != null) {
            var kind = switch (how) {
                case RELEASED -> Kind.RELEASED;
                case EXPIRED -> Kind.EXPIRED;
                case SESSION -> Kind.SESSION_ENDED;
                case REVOKED -> Kind.REVOKED;
            };
            ring.write(kind, hold.resource.key, hold.fence, numberOf(hold.session));
        }
    }

    void queued(Waiter waiter) {
        if (ring != null) {
            ring.write(Kind.QUEUED, waiter.resource.key, 0, waiter.session.id);
        }
    }

    /** Without having got anything. */
    void left(Waiter waiter) {
        if (ring != null) {
            ring.write(Kind.LEFT, waiter.resource.key, 0, waiter.session.id);
        }
    }

    /** {@code session}: who asked for what is done now. */
    void changed(KeyEvent event, String key, long session) {
        if (ring != null) {
            @Nullable Kind kind = KINDS_OF_DATA[event.ordinal()];
            if (kind != null) {
                // What was waited for is had by somebody else than who brought it, and time runs out by itself.
                boolean isOfAsker = kind != Kind.KEXPIRE && kind != Kind.BLPOP && kind != Kind.BRPOP;
                ring.write(kind, key, 0, isOfAsker ? session : 0);
            }
        }
    }

    private static long numberOf(@Nullable Session session) {
        return session == null ? 0 : session.id;
    }
}
